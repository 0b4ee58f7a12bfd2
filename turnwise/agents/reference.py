"""The reference solution of a request, played call by call: what the oracle keeps of a request while it talks."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from inspect_ai.agent import AgentState
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    execute_tools,
)
from inspect_ai.tool import ToolCall, ToolDef

from turnwise.goals.calls import values_at
from turnwise.goals.model import NEW, Answer, Call, Goal, Mention, Request, Slot, resolve
from turnwise.values.atoms import days
from turnwise.values.relative import with_days
from turnwise.values.states import mentions
from turnwise.values.words import listed, said, words

_ABOUT_TO = ("I am about to", "I would now", "So I'll", "Before I do that: I am going to")
MAY_I = ("Shall I go ahead?", "May I proceed?", "Is that right?", "Do you want me to go ahead?")
"""How a question for leave ends."""

_MOST_SHOWN = 3


class Plan:
    """One request, and how far it has come."""

    def __init__(self, request: Request, calls: Sequence[Call], results: list[Any], first: int) -> None:
        self.request = request
        self.leave = False
        self.heard = False
        """whether the user has raised it"""
        self.asked_for_more = False
        self._calls = calls
        """of the whole goal; in `results` there is a place for what each returned, None until it was made"""
        self._results = results
        self._places = range(first, first + len(request.solution))

    @property
    def left(self) -> list[int]:
        """Places of its calls that were not made yet."""
        return [place for place in self._places if self._results[place] is None]

    def told(self, answer: Answer) -> Any:
        """What is to be told: where results are made up, what the reference call has returned."""
        if answer.returned is None:
            return answer.value
        wanted = self.request.checkpoint.calls[answer.of_call]
        given = {name: value for name, value in wanted.arguments.items() if not isinstance(value, dict)}
        made = [
            self._results[place]
            for place, call in enumerate(self._calls[: self._places.stop])
            if call.tool == wanted.tool and all(call.arguments.get(name) == value for name, value in given.items())
        ]
        found = values_at(made[-1], answer.returned) if made else []
        items = found[0] if found and isinstance(found[0], list) else found[:1]
        items = [("yes" if item else "no") if isinstance(item, bool) else item for item in items]
        return listed([said(item) for item in items]) if len(items) > 1 else items[0] if items else answer.value

    def shown(self) -> list[tuple[str, list[Any]]]:
        """Some of what its last call returned, where nothing in particular is asked for."""
        result = self._results[self._places[-1]]
        rows = [row for row in (result if isinstance(result, list) else [result]) if isinstance(row, dict)]
        if len(rows) > 1:
            names = [next((row[n] for n in ("name", "title", *row) if n in row), None) for row in rows[:_MOST_SHOWN]]
            return [("first one", [name for name in names if isinstance(name, str | int | float)])]
        plain = [
            (words(name), value) for row in rows for name, value in row.items() if isinstance(value, str | int | float)
        ]
        given = [value for call in self.request.solution for value in call.arguments.values()]
        return [(name, [value]) for name, value in plain if value not in given][:_MOST_SHOWN]

    def take(self, made: ToolCall, result: str) -> bool:
        """Take a call that was made for one of those left, if it is one."""
        for place in self.left:
            call = self._calls[place]
            known = call.tool == made.function and not self._missing(call)
            if known and resolve(call.arguments, self._results) == made.arguments:
                self._results[place] = json.loads(result)
                return True
        return False

    async def play(
        self, state: AgentState, tools: Sequence[ToolDef], grave: set[str], written: Mapping[str, Any]
    ) -> str | None:
        """Make the calls that are left; a question where the user has to say something first."""
        if not self.asked_for_more and (question := self._what_is_missing(state.messages)):
            self.asked_for_more = True
            return question
        for place in self.left:
            call = self._calls[place]
            if call.tool in grave and not self.leave:
                return self._asks_leave(call.tool)
            for earlier in self._missing(call):  # another agent went another way
                self._results[earlier] = written.get(self._calls[earlier].tool)
            await self._make(place, state, tools)
        return None

    async def _make(self, place: int, state: AgentState, tools: Sequence[ToolDef]) -> None:
        call = self._calls[place]
        for earlier in self._missing(call):
            await self._make(earlier, state, tools)
        call_id = f"{self.request.id}c{place - self._places.start}"
        arguments = _as_heard(resolve(call.arguments, self._results), self.request, state.messages)
        if (known := _just_returned(state.messages, call.tool, arguments)) is not None:
            self._results[place] = json.loads(known)
            return
        made = ToolCall(id=call_id, function=call.tool, arguments=arguments)
        state.messages.append(ChatMessageAssistant(content="", tool_calls=[made], source="generate", model="oracle"))
        executed = await execute_tools(state.messages, tools)
        state.messages.extend(executed.messages)
        returned = executed.messages[-1]
        # A model that makes results up may refuse what the reference solution asks of it.
        refused = isinstance(returned, ChatMessageTool) and returned.error is not None
        self._results[place] = {} if refused else json.loads(returned.text)

    def _missing(self, call: Call) -> list[int]:
        """Places of the calls whose results it needs and that were not made."""
        needed = [v[NEW][0] for v in call.arguments.values() if isinstance(v, dict) and NEW in v]
        return [place for place in needed if self._results[place] is None]

    def _what_is_missing(self, messages: Sequence[ChatMessage]) -> str:
        """A question for what nobody has said yet: which one it is about, and values of a change."""
        today = next((day for m in messages if isinstance(m, ChatMessageSystem) for day in days(m.text)), None)
        said_so_far = "\n".join(m.text for m in messages if isinstance(m, ChatMessageUser | ChatMessageAssistant))
        spoken = with_days(said_so_far, today.isoformat() if today else "")
        subject = self.request.subject
        if subject is not None and not (subject.told_by or _is_said(subject, spoken)):
            return "Who am I speaking with, please?" if subject.me else f"Which {subject.noun} do you mean?"
        missing = [slot for slot in self.request.slots if not _told(slot, spoken)]
        if not missing or not self.request.writes:
            return ""
        values = [slot.label for slot in missing if slot.mention is None]
        rows = [slot.label for slot in missing if slot.mention is not None]
        questions = [f"what should the {listed(values)} be"] if values else []
        questions += [f"which {listed(rows)} is it"] if rows else []
        return f"{listed(questions).capitalize()}?"

    def _asks_leave(self, tool: str) -> str:
        verb, _, thing = words(tool).partition(" ")
        rng = Random(f"leave {self.request.id} {self.request.solution}")
        details = listed(details_of(self.request, thing))
        what = f"{'' if thing.startswith('to ') else 'the '}{thing}{': ' if details else ''}{details}"
        return f"{rng.choice(_ABOUT_TO)} {verb} {what}. {rng.choice(MAY_I)}"


def _just_returned(messages: Sequence[ChatMessage], tool: str, arguments: Mapping[str, Any]) -> str | None:
    """What the last call returned if it was the same one."""
    if len(messages) < 2:
        return None
    asked, returned = messages[-2:]
    same = isinstance(asked, ChatMessageAssistant) and [(c.function, c.arguments) for c in asked.tool_calls or []] == [
        (tool, arguments)
    ]
    return returned.text if same and isinstance(returned, ChatMessageTool) and returned.error is None else None


def plans_of(goal: Goal) -> list[Plan]:
    """One per request, with places for the results of all calls of the goal."""
    calls = [call for request in goal.requests for call in request.solution]
    results: list[Any] = [None] * len(calls)
    firsts = [sum(len(before.solution) for before in goal.requests[:n]) for n in range(len(goal.requests))]
    return [Plan(request, calls, results, first) for request, first in zip(goal.requests, firsts, strict=True)]


def _as_heard(arguments: dict[str, Any], request: Request, messages: Sequence[ChatMessage]) -> dict[str, Any]:
    """Arguments with the part of a name that somebody has said, where nobody has said all of it."""
    known = "\n".join(m.text for m in messages)
    named = [request.subject, *(slot.mention for slot in request.slots)]
    short = {m.name: m.short for m in named if m is not None and m.short and not mentions(known, m.name)}
    return {name: short.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}


def _told(slot: Slot, spoken: str) -> bool:
    """Whether the user has said a value, or has heard it from an answer and need not."""
    if slot.mention is not None:
        return slot.mention.told_by is not None or slot.mention.me or _is_said(slot.mention, spoken)
    return slot.value is None or mentions(spoken, slot.value, label=slot.label)


def _is_said(mention: Mention, spoken: str) -> bool:
    return mentions(spoken, mention.name) or (mention.short is not None and mentions(spoken, mention.short))


def _named(slot: Slot) -> str:
    return slot.mention.name if slot.mention is not None else said(slot.value)


def details_of(request: Request, thing: str = "") -> list[str]:
    """What a request is about and its values: `loan 10445`, `renewals raised by 5`; without the noun `thing`."""
    subject = request.subject
    about = [f"{subject.noun} {subject.name}".removeprefix(f"{thing} ")] if subject is not None else []
    how = request.phrases.get("how", "")
    form = "{label} {value} {how}" if how.startswith("days") else "{label} {how} {value}"
    told = [form.format(label=slot.label, value=_named(slot), how=how) for slot in request.slots]
    return [*about, *(" ".join(detail.split()) for detail in told)]
