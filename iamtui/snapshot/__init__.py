"""Bytes on disk to an immutable `Snapshot`, and word of changes."""
