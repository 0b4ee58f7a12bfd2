"""Users: how they behave (`behaviour`), what they decide to say (`agenda`), and how they say it (`wording`).

Those that models play (`llm`, `hybrid`) are made by `casting`; they stay out of here, so that the rules load fast.
"""

from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import Behaviour, load_behaviour, presets
from turnwise.users.turns import UNANNOUNCED, DialogueAct, PastTurn, UserKind, UserTurn

__all__ = [
    "UNANNOUNCED",
    "Agenda",
    "Behaviour",
    "DialogueAct",
    "PastTurn",
    "UserKind",
    "UserTurn",
    "load_behaviour",
    "presets",
]
