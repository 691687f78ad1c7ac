"""Results as text, JSON, Markdown and AWS's own shape. Renders; computes nothing."""
