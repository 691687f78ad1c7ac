"""The trees of the explorer, a module a tab."""
