"""What the models of a run will be asked for, by role, before any of them is: some of its dialogues are held by rules.

    per_dialogue = rehearsed("user_oriented", {"world": "city_library"}, player, seed=0)

The oracle answers and the agenda asks, which costs nothing; what each model would have read and written is counted from
that. Models say more than rules do, so these figures are rather a lower bound. And what a run has cost so far.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from turnwise._inspect import AGENTS, Player, run_task
from turnwise.llm.expected import Expected, known_price, tokens
from turnwise.logs.read import read_info, read_samples
from turnwise.logs.usage import Prices, read_usage

FIRST = 5
"""Dialogues of a kind that tell what one costs."""
_DIALOGUES = 3
_PROMPT = 1800  # characters of what a role is told of its part
_PERSON = 1500  # characters that a user is told of goals, facts and behaviour
_VERDICT = 800  # characters of a verdict on a dialogue
_GOAL = 2000  # characters of a goal that a model writes


class _Said(NamedTuple):
    role: str
    characters: int


def rehearsed(task: str, arguments: Mapping[str, Any], player: Player, seed: int) -> list[Expected]:
    """The calls and tokens of each role in one dialogue, on average, without prices."""
    left = {name: value for name, value in arguments.items() if name not in ("user", "prompts", "followup_goals")}
    with tempfile.TemporaryDirectory() as folder:
        log = run_task(task, {**left, "scenarios": _DIALOGUES, "seed": seed}, AGENTS["oracle"], folder)
        tools = len(json.dumps((read_info(log).header.eval.metadata or {}).get("tools", [])))
        dialogues = [
            [
                _Said(message.role, len(message.text) + len(json.dumps([c.arguments for c in _calls(message)])))
                for message in sample.messages
            ]
            for sample in read_samples(log)
        ]
    found = [] if player.rules else [_asked("agent", player.model, dialogues, "assistant", tools)]
    for role, given in player.roles.items():
        model = str(given.get("model") if isinstance(given, Mapping) else given)
        if role == "user":
            heard = [[said for said in dialogue if said.role in ("user", "assistant")] for dialogue in dialogues]
            found.append(_asked(role, model, heard, "user", _PROMPT + _PERSON))
        elif role == "simulator":
            found.append(_asked(role, model, dialogues, "tool", _PROMPT + tools))
        elif role == "grader":
            read = sum(said.characters for dialogue in dialogues for said in dialogue) // len(dialogues)
            found.append(Expected(role, "", model, 1, tokens(_PROMPT + read), tokens(_VERDICT)))
        elif count := arguments.get("followup_goals"):
            most = float(str(count).rpartition("-")[2])
            found.append(Expected(role, "", model, most, most * tokens(_PROMPT + 2 * tools), most * tokens(_GOAL)))
    return found


def _calls(message: Any) -> Sequence[Any]:
    return getattr(message, "tool_calls", None) or ()


def _asked(role: str, model: str, dialogues: Sequence[Sequence[_Said]], speaks: str, told: int) -> Expected:
    """What one who writes all messages of a kind reads before each: what they are told first, and all said until then."""
    calls = read = written = 0
    for dialogue in dialogues:
        so_far = told
        for said in dialogue:
            if said.role == speaks:
                calls, read, written = calls + 1, read + so_far, written + said.characters
            so_far += said.characters
    count = max(len(dialogues), 1)
    return Expected(role, "", model, calls / count, tokens(read) / count, tokens(written) / count)


class RunBudget:
    """Dollars that the models of a run may cost, all batches together."""

    def __init__(self, most: float, prices: Prices, *players: Player) -> None:
        """TurnwiseError where a model has no price."""
        self.most, self.prices = most, dict(prices)
        models = [player.model for player in players if not player.rules]
        roles = [given for player in players for given in player.roles.values()]
        models += [str(given.get("model") if isinstance(given, Mapping) else given) for given in roles]
        for model in models:
            if model not in ("none", "turnwise/lexical") and not model.startswith("turnwise/agent:"):
                self.prices[model] = known_price(model, prices)

    def spent(self, logs: Sequence[Path]) -> float:
        """What the dialogues in some logs have cost."""
        return sum(line.cost or 0.0 for line in read_usage(logs, self.prices))

    def affords(self, logs: Sequence[Path], held: int, size: int) -> int:
        """How many of `size` dialogues can be held with what is left, at what they cost so far."""
        spent = self.spent(logs)
        if spent >= self.most:
            return 0
        each = spent / held if held else 0.0
        return min(size, int((self.most - spent) / each) if each else FIRST)
