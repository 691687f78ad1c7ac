"""A picture as if something were changed: edits laid over a snapshot, as lines of the AWS CLI and as a patch."""
