"""Reads what was opened, in threads, and reports to the workbench."""
