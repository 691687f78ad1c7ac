"""How the layers combine to an outcome (sections 6 and 7)."""
