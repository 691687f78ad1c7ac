"""What one principal can do, what is taken away from it, and all of that as one policy (WP)."""
