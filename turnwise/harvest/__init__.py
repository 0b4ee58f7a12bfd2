"""Dialogues that are worth learning from: read from logs, filtered by their scores, written for trainers."""
