"""Dialogues with a simulated person as an OpenEnv environment."""

from turnwise_openenv.client import TurnwiseOpenEnv, call
from turnwise_openenv.server.dialogues import Dialogues

__all__ = ["Dialogues", "TurnwiseOpenEnv", "call"]
