"""What a review is: its rules as a table, what each check is given, its results, and mutes (FI1-FI8)."""
