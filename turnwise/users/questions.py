"""What the last question of an assistant's message is after."""

import re

_ASKS_LEAVE = re.compile(
    r"\b(shall i|should i|do you want me|would you like me|may i|can i go ahead|confirm|go ahead|proceed|is that (right|correct)"
    r"|are you sure|ok(ay)? to|correct\?|right\?|yes or no|yes/no)",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"\b(what|which|who|whom|whose|when|where|how)\b", re.IGNORECASE)


def last_question(text: str) -> str:
    """The last sentence of a text that ends in a question mark."""
    return re.split(r"(?<=[.!?])\s+|\n", text[: text.rindex("?") + 1])[-1]


def asks_leave(question: str) -> bool:
    """Whether a question can be answered by yes: it asks for leave, and not for a value."""
    return _ASKS_LEAVE.search(question) is not None and _ASKS_WHICH.search(question) is None
