"""Trails as JSON, text, tables and evidence packs."""
