"""The shell script that collects exports with the AWS CLI, and the IAM policy that it needs.

Everything is text here: iamtui never calls AWS itself. Both come from one table (`calls`).
"""
