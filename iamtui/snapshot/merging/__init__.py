"""Puts what readers say together: accounts, organizations, resources, settings."""
