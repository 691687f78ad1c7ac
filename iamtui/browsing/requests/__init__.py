"""The request under test: its fields, completions, hints, answers and history."""
