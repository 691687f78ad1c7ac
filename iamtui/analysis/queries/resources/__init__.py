"""What a snapshot knows of resources, and how the policies in play cut sets of them (WC17, WC18)."""
