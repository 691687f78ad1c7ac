"""What a policy document says, and whether it is well said."""
