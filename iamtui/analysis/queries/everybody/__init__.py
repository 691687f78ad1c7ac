"""Who can do something: the rows, their ways and what holds for all of them (WC10-WC21)."""
