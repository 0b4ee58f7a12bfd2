"""The one reader of values: what a text states. Knows no goals, no worlds, no dialogue."""
