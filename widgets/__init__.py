"""Textual widgets that take plain values and post messages; they know no snapshot, file or rule."""
