"""Dialogues worth learning from: read from logs, filtered by their scores, written for trainers. Holds no dialogue itself."""
