"""The panes of the workbench: explorer, subject, simulation."""
