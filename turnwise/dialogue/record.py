"""What the log keeps of a dialogue."""

from typing import Any

from inspect_ai.util import StoreModel
from pydantic import Field


class DialogueLog(StoreModel):
    """What the log keeps of a dialogue beside its messages; scorers read this and never a database."""

    ended: str = Field(
        default="",
        description="user, turn_limit, interrupted (by a limit of Inspect's or an error), user_fault, agent_fault or "
        "tool_fault; empty when the loop was never entered",
    )
    user: str = Field(default="", description="who played the user: agenda, llm or hybrid")
    tools: str = Field(default="", description="what ran the tools: executed, simulated by rules or by model, or live")
    now: str = Field(default="", description="when it is held: the present moment of the world")
    progress: list[dict[str, Any]] = Field(
        default=[],
        description="each request when it was done: request, user_turn, tokens; `undone` when it no longer was",
    )
    changes: list[dict[str, Any]] = Field(
        default=[], description="every row change of the session in order, with the number of the call that made it"
    )
    goal_phases: list[dict[str, Any]] = Field(
        default=[],
        description="which goals were pursued from where on: since (calls before), user_turn (user messages before), goals (ids)",
    )
    added: list[dict[str, Any]] = Field(default=[], description="goals in full that are not the scenario's")
    followup_goals: list[dict[str, Any]] = Field(
        default=[], description="each goal that came up on the way: its id, kind and who made it, or why none was found"
    )
    restored: str = Field(default="", description="how the user came into a resumed dialogue: replayed or joined")
    ledger: dict[str, Any] = Field(default={}, description="what models were asked for, and what they got wrong")
    prompts: dict[str, str] = Field(default={}, description="version of each prompt that was used, by name")
