"""Tools from databases, by rules and by a model, each run before it is kept. Knows no goals."""
