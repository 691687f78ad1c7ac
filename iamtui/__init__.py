"""iamtui: the terminal explorer for AWS permissions. Offline, read-only, exact."""
