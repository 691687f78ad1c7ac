"""Whom each actor comes to by a way: tried once for ends that are reached alike (EP56, EP57)."""
