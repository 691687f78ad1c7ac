"""Searches held against each other: without a layer, without a statement, of two snapshots (EP53-EP55)."""
