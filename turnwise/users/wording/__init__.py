"""How a user's acts become words: sentences in the YAML files here, put together by `voice`."""

from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround, Referents
from turnwise.users.wording.voice import Wording

__all__ = ["CommonGround", "Referents", "Wording", "forms"]
