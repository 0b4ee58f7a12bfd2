"""What it is worth: scores, as pure functions of what is in the log."""
