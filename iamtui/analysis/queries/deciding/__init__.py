"""One request of everybody: the answer of `decide` for each, made once for all in the same situation (WC2)."""
