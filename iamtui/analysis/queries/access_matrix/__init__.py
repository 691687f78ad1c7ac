"""Who can how much: the labels of everybody, composed of what single Allows give (AM)."""
