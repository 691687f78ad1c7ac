"""The commands: each parses arguments, calls one function below, and renders."""
