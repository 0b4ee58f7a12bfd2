"""Foreign transcripts become Inspect logs; knows the formats they come in, and nothing of goals or worlds."""
