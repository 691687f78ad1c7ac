"""Questions over everybody: who can, what can, each answer one that `decide` gives (WC, WP, AM rules)."""
