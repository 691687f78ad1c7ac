"""What a trail is asked for, view by view: changes, denials, sessions, what is first seen, coverage, callers."""
