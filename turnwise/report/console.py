"""The console of the commands: what is printed on it steers no terminal, whoever wrote it."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from turnwise.values.text import harmless


class HarmlessConsole(Console):
    """One on which control characters are pictures of themselves, but those of rich's own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of what is printed."""
        for piece in super().render(renderable, options):
            if piece.control or piece.text.isprintable():
                yield piece
            else:
                yield piece._replace(text=harmless(piece.text))
