"""Starts out of dialogues that were had: which turns, what is changed, and the proof that the state is theirs."""
