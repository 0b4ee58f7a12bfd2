"""Tools without a database: their results are invented, by rules or by a model, and agree with each other. Knows no goals."""
