"""Where tool calls go: to the database of a world, or to what simulates its tools."""

from collections.abc import Mapping
from typing import Any, Protocol

from turnwise.worlds import RowChange, Session


class Backend(Protocol):
    """What runs the tool calls of one dialogue."""

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a tool call as JSON.

        Raises:
            CallRefused: the call is not allowed; nothing has changed, and the agent is told why.
            ModelFault: the model that simulates the tools gave no usable result.
        """
        ...

    def hear(self, text: str) -> None:
        """Take note of what the user said; a time stated there is the time from then on."""
        ...

    def net_changes(self) -> list[RowChange]:
        """How the rows differ from those the dialogue began with; nothing where there are no rows."""
        ...

    def close(self) -> None:
        """Free what is held."""
        ...


class Executed:
    """Tools that run on a database."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """See `Backend`; it is the session that runs it."""
        return self.session.call(name, arguments)

    def hear(self, text: str) -> None:
        """Rows do not depend on what is said."""

    def net_changes(self) -> list[RowChange]:
        """See `Backend`."""
        return self.session.net_changes()

    def close(self) -> None:
        """Free the session."""
        self.session.close()
