"""Numbers as links to the dialogues behind them: a part of the page's address that the script of the page reads.

figure("47%", behind(0, "success"))         all dialogues of condition 0 in which success is known, with its values
figure("-3", pairs(0, 1, "success"))        the scenarios of two conditions, side by side
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape


def behind(conditions: int | Sequence[int], measure: str = "", **more: Any) -> str:
    """The dialogues of some conditions, those alone in which a measure is known.

    Args:
        more: further filters: `shared` and `lacks` (conditions that met, or did not meet, the same scenarios), `from` and
            `to` (of the measure, the latter left out), and those of the form.
    """
    places = [conditions] if isinstance(conditions, int) else conditions
    given = [("c", place) for place in places] + ([("m", measure)] if measure else [])
    return "#browse?" + urlencode([*given, *((name.rstrip("_"), _text(value)) for name, value in more.items())])


def pairs(reference: int, other: int, measure: str, **more: str) -> str:
    return "#pairs?" + urlencode({"a": reference, "b": other, "m": measure, **more})


def side_by_side(one: int, two: int) -> str:
    return f"#compare?a={one}&b={two}"


def reading(row: int) -> str:
    return f"#read?d={row}"


def figure(text: str, href: str, *, again: bool = False) -> Markup:
    """A number as a link; one that leads where its neighbour does is passed over by the keyboard."""
    return Markup('<a href="{}"{}>{}</a>').format(href, Markup(' tabindex="-1"') if again else "", text)


def in_svg(href: str, inner: str) -> str:
    """A part of a drawing as a link, for the mouse: for all others its numbers stand below the drawing."""
    return f'<a href="{escape(href)}" tabindex="-1">{inner}</a>'


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
