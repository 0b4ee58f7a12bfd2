"""What a dialogue is worth: metrics, quality, judges, explanations. Pure functions of what was recorded; no database."""
