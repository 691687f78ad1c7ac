"""Finds, unpacks and cuts JSON files, whatever they are about."""
