"""The models that play a part in an episode: what they are told first, and the record of what they were asked."""

from collections.abc import Collection
from dataclasses import dataclass, field

from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.by_model import FOLLOWUP_PROMPTS, about_world
from turnwise.worlds import World


@dataclass
class Cast:
    """Which models play a part in an episode, what they are told, and what they were asked."""

    prompts: Prompts
    roles: Collection[str] = ()
    """the roles of Inspect's that have a model: user, simulator, synthesizer"""
    ledger: Ledger = field(default_factory=Ledger)
    used: dict[str, str] = field(default_factory=dict)
    """version of each prompt that was used, by name"""

    def use(self, *names: str) -> None:
        """Note that prompts are used."""
        self.used |= {name: self.prompts[name].version for name in names}

    def open_chat(self, role: str, prompt: str, text: str) -> Chat:
        """A chat that begins with a prompt, filled in."""
        self.use(prompt)
        return Chat.open(role, role, text, self.ledger)

    def open_synthesizer(self, world: World) -> Chat:
        """A chat that writes the follow-up goals of a dialogue."""
        self.use(*FOLLOWUP_PROMPTS)
        return Chat.open("synthesizer", "followup_goals", about_world(world, 0, self.prompts), self.ledger)
