"""A review of accounts as one document, in Markdown and as one page of HTML."""
