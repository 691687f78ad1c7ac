"""How the layers combine to an outcome (E40-E78)."""
