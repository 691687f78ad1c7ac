"""Who can become an administrator, as text, JSON, Markdown and GraphML."""
