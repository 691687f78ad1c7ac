"""iamtui: the terminal explorer for AWS permissions. Offline, read-only, exact."""

__version__ = "0.1.0"
