"""Who and what is decided alike, so that a way is tried once for all of them (EP57)."""
