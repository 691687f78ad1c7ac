"""Subjects as JSON in the form of the AWS CLI."""
