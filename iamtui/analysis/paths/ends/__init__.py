"""Whom each actor reaches by a way: tried once for ends that are reached alike (EP56, EP57)."""
