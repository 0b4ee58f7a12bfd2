"""Candidates that need no model: `lexical` (a baseline by rules) and `reference` (plays proven solutions). Knows nothing of users or scores."""
