"""The ways in which a principal gains permissions, as data, and the parts into which they fall (EP24)."""
