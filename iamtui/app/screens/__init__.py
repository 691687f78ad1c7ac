"""Screens that open above the workbench, one a file."""
