"""A person at the terminal who plays the user: told what it wants, shown what the assistant says, asked what to say."""

from collections.abc import Sequence

import anyio.to_thread

from turnwise.goals.model import Goal
from turnwise.users.facts import raised_by
from turnwise.users.turns import DialogueAct, PastTurn, UserTurn
from turnwise.values.text import harmless, says_something

DONE = "/done"


class PersonUser:
    """Reads lines from standard input; `/done`, or the end of the input, ends the dialogue."""

    def __init__(self, goals: Sequence[Goal], brief: str) -> None:
        """Take the goals, and what the person is told of them before the first message."""
        self._goals = list(goals)
        self._brief = brief
        self._raised: set[str] = set()

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The person's next message; see `Agenda`."""
        if self._brief:
            print(f"{harmless(self._brief)}\n({DONE} ends the dialogue.)")
            self._brief = ""
        for text in said:
            print(f"\nAssistant: {harmless(text)}")
        line = await anyio.to_thread.run_sync(_line, abandon_on_cancel=True)
        if line is None or line.strip() == DONE:
            return UserTurn("", True, (DialogueAct("close"),))
        waiting = [r for goal in self._goals for r in goal.requests if r.id not in self._raised]
        raised = raised_by(line, waiting)
        self._raised.update(raised)
        return UserTurn(line.strip(), False, tuple(DialogueAct("request", request) for request in raised))

    def add(self, goals: Sequence[Goal]) -> None:
        """See `Agenda`."""
        self._goals.extend(goals)
        self._brief = "By now there is more that you want:\n" + "\n".join(goal.description for goal in goals)

    def join(self, past: Sequence[PastTurn]) -> None:
        """Continue a recorded dialogue: what was said is shown."""
        for turn in past:
            for text in turn.said:
                print(f"\nAssistant: {harmless(text)}")
            print(f"\nYou: {harmless(turn.message)}")
            self._raised.update(act.request for act in turn.dialogue_acts if act.kind == "request")


def _line() -> str | None:
    """A line with something in it; None at the end of the input."""
    while True:
        try:
            line = input("\nYou: ")
        except EOFError:
            return None
        if says_something(line):
            return line
