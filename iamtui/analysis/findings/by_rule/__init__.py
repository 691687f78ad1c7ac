"""The checks of findings, each a family of rules that is asked by decision (FI10-FI98)."""
