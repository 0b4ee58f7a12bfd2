"""The archive as each trainer reads it: one exporter by name, and what its format cannot hold."""
