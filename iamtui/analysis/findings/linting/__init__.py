"""What is to be said of documents, accounts and organizations as they are written (Q1-Q54)."""
