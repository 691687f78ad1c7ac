"""One step of a way: what its variables may be, how it is asked, and the picture that it leaves (EP11-EP20)."""
