"""Where tool calls go: to the database of a world, to what simulates its tools, or to the live server they are of."""

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import anyio.to_thread

from turnwise.errors import CallRefused
from turnwise.llm.chat import Chat
from turnwise.worlds import Change, Session, SimulatedSession, World, open_session
from turnwise.worlds.recording import Recorder
from turnwise.worlds.sandbox import QUICK, NotQuick
from turnwise.worlds.simulated.by_model import Expected, ModelSimulator, Outcome


class Executed:
    """Tools that run in this process, on a database or with results that rules make up."""

    def __init__(self, running: Session | SimulatedSession) -> None:
        self._running = running
        self.session = running if isinstance(running, Session) else None
        """the database on which the tools run; None where they are simulated. Look at it, or fork it; do not call"""
        self._under_way: anyio.Event | None = None

    @property
    def changes(self) -> Sequence[Change]:
        """Every row change so far, in order; nothing where there are no rows."""
        return self.session.changes if self.session is not None else ()

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a tool call as JSON.

        Raises:
            CallRefused: the call is not allowed; nothing has changed, and the agent is told why.
            ModelFault: a model simulates the tools, and gave no usable result.
        """
        if self.session is None:
            return self._running.call(name, arguments)
        while self._under_way is not None:
            await self._under_way.wait()
        try:
            return self.session.call(name, arguments, QUICK)
        except NotQuick:  # other dialogues do not wait for it
            self._under_way = over = anyio.Event()
        try:
            return await anyio.to_thread.run_sync(self.session.call, name, arguments)
        finally:
            self._under_way = None
            over.set()

    def recall(self, name: str, arguments: Mapping[str, Any], recorded: Outcome) -> Outcome:
        """Repeat a recorded call and return what comes of it now; a model is not asked again, but shown its answer."""
        try:
            return Outcome(self._running.call(name, arguments))
        except CallRefused as refusal:
            return Outcome(refusal=str(refusal))

    def hear(self, text: str) -> None:
        """Take note of what the user said, which only a model that simulates tools is told."""

    def expect(self, state: str, calls: Sequence[Expected]) -> None:
        """Take note of what a goal relies on, which only a model that simulates tools is told."""

    def close(self) -> None:
        """Free what is held."""
        self._running.close()


class AfterRecording(Executed):
    """Rules that go on where a live server answered: it is not asked again, and its answers hold."""

    def __init__(self, world: World, reference_time: str | None, seed: int) -> None:
        self._simulated = SimulatedSession(world, reference_time, seed)
        super().__init__(self._simulated)

    def recall(self, name: str, arguments: Mapping[str, Any], recorded: Outcome) -> Outcome:
        """See `Executed`."""
        if recorded.refusal is None:
            self._simulated.remember(name, arguments, recorded.result)
        return recorded


Backend = Executed | ModelSimulator | Recorder
"""What runs the tool calls of one dialogue."""


def open_backend(world: World, seed: int, reference_time: str | None, chat: Chat | None) -> Backend:
    """What runs the tools of one dialogue; close it.

    Args:
        seed: what chance in the results depends on; a model has its own.
        reference_time: "now", UTC, "YYYY-MM-DD HH:MM:SS"; the world's own by default.
        chat: with the model that simulates tools without a database, begun with `simulator_prompt`, which tells it
            the time; rules simulate them where there is none.

    Raises:
        WorldError: the world's tools do not pass `verify_world`, or the time is not a time.
    """
    if world.database is not None:
        return Executed(open_session(world, reference_time=reference_time, seed=seed))
    if chat is not None:
        return ModelSimulator(world, chat)
    return Executed(SimulatedSession(world, reference_time, seed))
