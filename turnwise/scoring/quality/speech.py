"""What sentences do in a dialogue: ask, offer, agree, decline, close, report; and what they are about. English, lexical.

Knows words only, no transcript: what was in fact done is for the scores to say.
"""

import re
from functools import lru_cache

from turnwise.values.text import FORMULAS, STOP_WORDS, normalised, says_something

ACTS = {
    "make": "book rebook reserv creat add plac open regist schedul order enter record insert",
    "undo": "cancel delet remov void taken",
    "change": "updat chang modif upgrad downgrad switch mov set adjust correct edit renam extend replac exchang reschedul rais lower increas decreas reduc",
    "send": "send sent issu grant",
}
"""Kinds of acts, with the beginnings of the verbs for them: a claim and a tool of one kind speak of the same thing."""

_STEMS = {stem: kind for kind, stems in ACTS.items() for stem in stems.split()}
_COURTESY = re.compile(
    r"\b(?:anything|something) (?:else|more)\b|\bany (?:more|other|further) (?:questions|requests|assistance|help|issues|concerns)\b"
    r"|\b(?:further|additional|more) (?:assistance|help|questions)\b|\bfeel free\b"
    r"|\b(?:help|assist) you (?:with )?(?:today|further)\b|\bare you able to look\b|\blet me know if you (?:need|have)\b",
    re.I,
)
_ASKS = re.compile(
    r"\?|\b(?:please|kindly) (?:\w+ly )?(?:confirm|provide|let me know|tell|specify|reply|choose|select|share|check)\b"
    r"|\bplease (?:could|can) you\b|\b(?:can|could) you\b|\b(?:do|would) you (?:like|want)\b"
    r"|\blet me know (?:if|whether|how|which|what|your|the|when)\b|\bdo you (?:confirm|agree)\b|\bi(?:'ll| will)? (?:also )?need\b"
    r"|\bonce (?:you confirm|i have|you provide|you let)\b|\(yes(?:/| or )no\)",
    re.I,
)
_PROPOSES = re.compile(
    r"\b(?:would|do) you (?:like|want|wish) (?:me )?to\b.*\?|\b(?:shall|should|may|can) (?:i|we) (?!help|assist).*\?"
    r"|\bconfirm (?:if|that|whether) (?:you|i|we|everything|this|all|the (?:details|above))\b|\bconfirm(?=\W*$|,| and\b| by\b| so\b| this\b)"
    r"|\byour confirmation\b|\b(?:like|want|wish) (?:me )?to (?:proceed|go ahead)\b|\(yes(?:/| or )no\)|\bdo you (?:confirm|agree)\b"
    r"|\bis (?:that|this|everything|it) (?:all )?(?:ok|okay|right|correct|fine)\b|\bdoes (?:that|this|it) (?:sound|look|work)\b",
    re.I,
)
_AGREES = re.compile(
    r"^\W*(?:(?:oh|and|well|great|perfect|thanks|thank you|alright|hi)\W+)*(?:yes|yep|yeah|yup|ok|okay|sure|of course|absolutely"
    r"|definitely|certainly|agreed|correct|exactly|right|fine|perfect|oui|confirmed|proceed)\b"
    r"|\bi (?:do )?(?:confirm|agree)\b(?! (?:if|whether|the|how|what))|\b(?:please|you (?:can|may)|let's) (?:just )?(?:do|proceed|go|confirm)\b"
    r"|\b(?:go ahead|go for it|go on then|by all means|be my guest)\b|\b(?:do (?:it|that|so)|sounds? (?:good|great|fine|perfect|right)|looks? (?:good|great|correct|fine)"
    r"|(?:that|which|everything)(?:'s| is| all)? (?:works|fine|right|correct|good|perfect)|works for me|all good)\b",
    re.I,
)
_DECLINES = re.compile(
    r"^\W*(?:no\b|nope|actually(?!,? (?:yes|yeah|please do|go ahead|do (?:it|that)|proceed))|wait|hold on|not (?:yet|now))|\b(?:never ?mind|don't (?:want|do|proceed|book|cancel)|do not (?:want|proceed)"
    r"|don't (?:think I )?need (?:anything|any more)|rather not|hold off|forget (?:it|about)|leave it|think about it)",
    re.I,
)
_WITHDRAWS = re.compile(
    r"(?:^|[.!?;,:-]\s*|\b(?:but|oh|no|and|yes|yeah|ok|actually),? )(?:(?:no|oh|but|um|hm+|actually),? )?(?:wait(?! (?:until|till|for|list|time))|hold on|hang on(?! (?:to|i'll))|scratch that"
    r"|on second thoughts?|stop(?! (?:at|by|over)))\b|\b(?:changed my mind|(?:take|took) that back|second thoughts|not so fast)\b"
    r"|\b(?:don't|do not|please don't) (?:do|make|submit|send|go|proceed|change|book|cancel)\b[^.?!]*\b(?:yet|after all|now)\b",
    re.I,
)
_CORRECTS = re.compile(
    r"\bi (?:mean|meant|was thinking of)\b|\binstead\b|\bmake (?:it|that|the)\b|\bshould (?:be|have been)\b|\brather (?:than|have|make)\b|\bcorrection\b",
    re.I,
)
_WANTS = re.compile(
    r"\?|\b(?:could|can|would|will) you\b|\bplease (?!d)\w+|\bi(?:'d| would) (?:really )?(?:like|love|appreciate)\b"
    r"|\bi (?:really )?(?:want|need) (?:to(?! (?:think|sleep|ask my|talk to my))|you|a(?! (?:moment|minute|second))|the)\b|\b(?:go ahead|proceed with)\b"
    r"|^(?:\S+ ){4,}please\W*$",
    re.I,
)
_TAG = re.compile(r",? (?:huh|eh|right)\?", re.I)
"""What makes no question of what stands before it."""
_WAIVES = re.compile(
    r"\bnever ?mind\b|\bforget (?:it|about)\b|\bleave (?:it|that)\b|\bdon't want\b[^.?]*$|\ball i need", re.I
)
_CLOSES = re.compile(
    r"\bthank|\byou too\b|\bsee you\b|\btalk (?:to you )?soon\b|\bthanks\b|\bbye\b|\bmerci\b|\bthat(?:'s| is| will be| would be| should be) (?:all|it|everything|great|perfect)\b|\ball (?:set|done)\b"
    r"|\btake care\b|\bhave a (?:great|good|nice)\b|\b(?:i'll|i will) (?:get back|be in touch|leave)|\bend (?:this|the|our) (?:chat|call|conversation)\b|\bnever ?mind\b|\bcheers\b",
    re.I,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences and list items of a text, without marks of layout."""
    plain = re.sub(r"[*_`#]{1,3}(?=\S)|(?<=\S)[*`#]{1,3}", "", text.replace("’", "'"))
    parts = re.split(r"(?<=[.!?])(?<!\b[DM][rs]\.)(?<!\bMrs\.)(?<!\bDra\.)(?<!\bProf\.)\s+|\n+", plain)
    return tuple(part.strip() for part in parts if re.search(r"\w", part))


@lru_cache(maxsize=4096)
def asks(text: str) -> bool:
    """Whether a text wants an answer: a question or a request for something, politeness aside."""
    return any(_ASKS.search(part) and not _courteous(part) for part in sentences(text))


def questions(text: str) -> tuple[str, ...]:
    """The sentences of a text that end in a question mark, offers of help in general aside."""
    return tuple(part for part in sentences(text) if re.search(r"\?\W*$", part) and not _courteous(part))


@lru_cache(maxsize=4096)
def proposes(text: str) -> bool:
    """Whether a text puts something before the listener to be agreed to."""
    return any(_PROPOSES.search(part) and not _courteous(part) for part in sentences(text))


def _courteous(sentence: str) -> bool:
    """Whether a sentence offers help in general, and nothing in particular."""
    return bool(_COURTESY.search(sentence)) and not re.search(r"\bproceed|\bconfirm|\blike me to\b", sentence, re.I)


def offers(text: str) -> bool:
    """Whether a text does nothing but offer help in general."""
    return all(_courteous(part) for part in sentences(text))


def agrees(text: str) -> bool:
    """Whether a text says yes, in any of the usual ways, outside of a question; yes, but with a question is none yet."""
    plain = text.replace("’", "'")
    if declines(plain) or withdrawal(plain) or re.search(r"\b(?:but|though|however)\b[^.!?]*\?", plain):
        return False
    return any(_AGREES.search(part) and not part.endswith("?") for part in sentences(plain))


def declines(text: str) -> bool:
    """Whether a text says no, or takes something back."""
    return bool(_DECLINES.search(text.replace("’", "'")))


def withdrawal(text: str) -> str:
    """What a text says from where it stops what was agreed to, if only in the same breath: yes, wait, no. Else nothing."""
    parts = sentences(text.replace("’", "'"))
    at = next((n for n, part in enumerate(parts) if _WITHDRAWS.search(part) and not part.endswith("?")), len(parts))
    return " ".join(parts[at:])


def asks_for_more(text: str) -> bool:
    """Whether a text that says yes then wants something else as well: yes, please; also, can you change the other one?"""
    parts = sentences(text.replace("’", "'"))
    said = next((n for n, part in enumerate(parts) if _AGREES.search(part)), len(parts))
    return any(wants(part) and not _AGREES.search(part) for part in parts[said + 1 :])


def corrects(text: str) -> bool:
    """Whether a text puts another thing in the place of what was said: I meant X, make it Y instead."""
    return bool(_CORRECTS.search(text.replace("’", "'")))


def wants(text: str) -> bool:
    """Whether a person's text still asks for something to be done."""
    return any(_WANTS.search(_TAG.sub(".", part)) and not _WAIVES.search(part) for part in sentences(text))


def closes(text: str) -> bool:
    """Whether a person's text takes leave: thanks or a goodbye, or nothing at all, and no wish."""
    return not wants(text) and (not says_something(text) or bool(_CLOSES.search(text)))


def kind_of(verb: str) -> str | None:
    return next((kind for stem, kind in _STEMS.items() if verb.startswith(stem)), None)


@lru_cache(maxsize=4096)
def kinds(text: str) -> frozenset[str]:
    """The kinds of acts that a text speaks of; a reservation, an order, an address or a change of plan is none."""
    plain = re.sub(r"\b(?:reservation|order|record)s?\b|\baddress(?:es)?\b|change of plans?", " ", text.lower())
    return frozenset(kind for word in re.findall(r"[a-z]+", plain) if (kind := kind_of(word)))


@lru_cache(maxsize=8192)
def topics(text: str) -> frozenset[str]:
    """What a text is about: its words but for those of any conversation, cut to five letters so that forms of one agree."""
    plain = normalised(text.replace("_", " "))
    return frozenset(
        word[:5] for word in plain.split() if word not in STOP_WORDS and word not in FORMULAS and len(word) > 2
    )


@lru_cache(maxsize=8192)
def identifiers(text: str) -> frozenset[str]:
    """Codes that stand for one thing, such as H9ZU1C, gift_card_7359776 or HATHAT."""
    return frozenset(
        re.findall(r"\b(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{5,}\b|\b[A-Z]{6}\b|\b[a-z]\w*_\d{3,}\b", text)
    )
