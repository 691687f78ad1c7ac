"""The request: who asks for what, in which context (E1-E9, E79-E83)."""
