"""One way, tried for one actor and told step by step (EP20-EP22)."""
