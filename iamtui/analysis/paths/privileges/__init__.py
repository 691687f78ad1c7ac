"""Who is an administrator, by what it is allowed, and what an edge gains (EP3-EP8)."""
