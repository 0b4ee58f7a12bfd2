"""Talking to a model: one append-only chat, prompts as files, faults counted. Does not know what it is asked for."""
