"""Who can become an administrator: paths of decided requests (EP)."""
