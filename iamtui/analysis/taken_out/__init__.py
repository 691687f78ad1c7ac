"""What would be decided otherwise if something were not there, asked of the picture without it (FI95-FI97)."""
