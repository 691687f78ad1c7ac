"""Writes large exports to measure with, as the AWS CLI prints them: from the same numbers the same bytes."""
