"""Dialogues with a simulated person as a verifiers environment."""

from turnwise_dialogues.dialogues import DialogueEnv, Dialogues, load_environment

__all__ = ["DialogueEnv", "Dialogues", "load_environment"]
