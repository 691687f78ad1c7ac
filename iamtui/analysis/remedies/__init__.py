"""How a finding is mended: edits for a copy of the picture, and whether the finding is clear there."""
