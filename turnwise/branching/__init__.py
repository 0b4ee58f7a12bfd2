"""New starts out of recorded dialogues: which turns, what is changed, and the proof that the state is theirs. Does not run them."""
