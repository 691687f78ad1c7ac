"""The request: who asks for what, in which context (sections 1 and 8)."""
