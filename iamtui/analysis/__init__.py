"""Questions over many evaluations or over two snapshots."""
