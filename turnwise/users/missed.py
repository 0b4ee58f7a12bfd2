"""What a user may have missed: something of an answer stood in a message about its subject, though not clearly as its answer."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from turnwise.goals.model import Answer, Request
from turnwise.users.hearing import sentences
from turnwise.users.told import in_other_words, is_in, is_topic
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions

_COMPARES = re.compile(r"\b(?:most|least|fewest|first|last|latest|longest|only|next|after (?:that|it)|\w+est)\b", re.I)


def may_have_missed(
    request: Request, messages: Sequence[str], said: Sequence[str] = (), raised: Sequence[Request] = ()
) -> bool:
    """Whether what a question asks for may have been told in one of the last messages.

    Args:
        messages: what was heard so far; the last three count.
        said: what the user had said before each of them.
        raised: what the user has asked for so far, latest first.
    """
    subject, answers = request.subject, request.checkpoint.answers
    if request.writes or not answers or request.intent not in ("detail", "count", "extreme", "rank"):
        return False
    ranked = request.intent in ("extreme", "rank")
    topic = subject is not None and bool(raised) and is_topic(subject, raised[0])
    heard = list(zip_longest(messages, said[: len(messages)], fillvalue=""))[-3:]
    for turn in heard:
        whole = subject is None or (topic and turn is heard[-1])
        for sentence in sentences(turn[0]):
            near = "\n".join(turn) if ranked else sentence
            about = whole or (subject is not None and is_in(near, subject.name))
            if about and (not ranked or _compares(sentence)) and any(_has_something_of(sentence, a) for a in answers):
                return True
    return False


def _compares(sentence: str) -> bool:
    """Whether a sentence says how things rank, or what each is compared by: a day, a sum of money, the longest."""
    return any(atom.kind in ("date", "money") for atom in atoms(sentence)) or _COMPARES.search(sentence) is not None


def _has_something_of(sentence: str, answer: Answer) -> bool:
    """Whether a sentence has a value in it, or most of its words."""
    if answer.kind == "text" and str(answer.value).lower() in ("yes", "no", "none", "true", "false"):
        return False
    stated = mentions(sentence, answer.value, answer.kind, label=answer.label)
    return stated or in_other_words(sentence, str(answer.value))
