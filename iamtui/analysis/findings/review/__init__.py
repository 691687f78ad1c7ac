"""What a review is: its rules as a table, what each check is given, what it comes to, and mutes (FI1-FI8)."""
