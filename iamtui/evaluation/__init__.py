"""One request against one snapshot: a decision with its trace."""
