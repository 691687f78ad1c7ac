"""The decision as it is told: decisive statements, notes, what denies (T1-T11)."""
