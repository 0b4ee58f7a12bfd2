"""How an episode begins: what runs its tools, its user, its history, and the models that play their parts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from turnwise.dialogue.followup import FollowupGoals
from turnwise.dialogue.replay import ReplayedState, replay
from turnwise.dialogue.resume import Origin, ResumePoint, blank
from turnwise.dialogue.scenario import Scenario
from turnwise.dialogue.simulated_user import SimulatedUser
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.by_model import FOLLOWUP_PROMPTS, about_world
from turnwise.users import UserKind
from turnwise.users.casting import cast_user
from turnwise.worlds import World
from turnwise.worlds.backend import Backend, open_backend
from turnwise.worlds.simulated.by_model import simulator_prompt


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
        """A chat that writes follow-up goals."""
        self.use(*FOLLOWUP_PROMPTS)
        return Chat.open("synthesizer", "followup_goals", about_world(world, 0, self.prompts), self.ledger)


@dataclass(frozen=True)
class Opened:
    """What an episode runs on."""

    origin: Origin
    backend: Backend
    user: SimulatedUser
    past: ReplayedState
    restored: str
    """how the user came into a dialogue that is resumed: replayed or joined; empty where there is no history"""


async def open_parts(world: World, scenario: Scenario, kind: UserKind, start: ResumePoint | None, cast: Cast) -> Opened:
    """Open what a dialogue runs on, with its history replayed; close the backend.

    Args:
        kind: who plays the user.
        start: the dialogue that is resumed.

    Raises:
        StartError: the calls of the history do not return what they returned.
        WorldError: the tools of the world do not run.
    """
    tools = "simulated by model" if "simulator" in cast.roles else "simulated by rules"
    origin = start.origin if start else blank(world, scenario, "executed" if world.database is not None else tools)
    simulator = None
    if origin.tools == "simulated by model":
        prompt = simulator_prompt(cast.prompts, world, origin.reference_time)
        simulator = cast.open_chat("simulator", "simulator", prompt)
    backend = open_backend(world, origin.session_seed, origin.reference_time, simulator)
    try:
        past = replay(origin, world, backend, unannounced=kind == "llm")
        open_chat = partial(cast.open_chat, "user")
        user, restored = await cast_user(
            kind, scenario.goals, scenario.behaviour, scenario.seed, cast.prompts, open_chat, past.turns
        )
    except BaseException:
        backend.close()
        raise
    writer = partial(cast.open_synthesizer, world) if "synthesizer" in cast.roles else None
    followups = FollowupGoals(world, scenario.followup_goals, scenario.seed, cast.prompts, writer)
    side = SimulatedUser(user, backend, followups)
    return Opened(origin, backend, side, past, restored if origin.history else "")
