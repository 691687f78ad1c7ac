"""Reads bytes on disk into an immutable `Snapshot`, and reports changes."""
