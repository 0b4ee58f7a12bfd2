"""Goals from worlds, by rules and by a model, each run before it is kept. Knows no dialogue."""
