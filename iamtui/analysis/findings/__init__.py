"""What is badly said in policies, accounts and organizations."""
