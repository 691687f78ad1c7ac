"""The facts that the overview of a subject lists, a module a kind of subject."""
