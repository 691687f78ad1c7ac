"""What people write for a request, read once for the command line, the form and scenario files."""
