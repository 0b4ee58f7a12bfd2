"""The baseline agent: words to tools, slots to arguments. Knows nothing of goals, users or scores."""
