"""Which unknown keys can turn an outcome, and how (T27-T31)."""
