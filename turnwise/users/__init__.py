"""Users: how they behave (`behaviour`), what they decide to say (`agenda`), and how they say it (`wording`)."""

from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import Behaviour, load_behaviour, presets
from turnwise.users.turns import Act, User, UserTurn

__all__ = ["Act", "Agenda", "Behaviour", "User", "UserTurn", "load_behaviour", "presets"]
