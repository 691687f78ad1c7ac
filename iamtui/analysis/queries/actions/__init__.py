"""What tells the catalogue's actions apart, so that those decided alike are asked about once (WP1)."""
