"""Recorded dialogues, ours and others': read one by one or in bulk. Does not know what they are worth."""
