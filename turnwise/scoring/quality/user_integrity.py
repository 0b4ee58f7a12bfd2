"""User integrity: whether the user stays the user, and says only what a user can know."""

import re
from collections.abc import Iterator

from turnwise.scoring.quality.entities import read
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.atoms import Atom, Value, atoms, disclosed
from turnwise.values.text import normalised

_SMALL = 12
_SHIFT = re.compile(r"(?i)\b(?:next|following|previous) day\b|\b(?:one|a) day\b|\bday (?:later|earlier|before|after)\b")
"""Words of a goal by which its user may come to a day next to one that it was told."""

_ROLE_FLIP = re.compile(
    r"(?i)\bhow (?:else )?(?:can|may) i (?:best )?(?:assist|help) you\b"
    r"|\bi(?: have|'ve|’ve) (?:updated|changed|booked|cancel+ed|processed|added|modified|noted) (?:that|this|it) (?:in|on) (?:our|the) system\b"
    r"|\b(?:is there )?anything else (?:that )?i can (?:assist|help)(?: you)?\b"
    r"|\bi(?: have|'ve|’ve)? (?:now |just |successfully |already )*(?:updated|changed|booked|cancel+ed|processed|added"
    r"|modified|removed|issued|created|reserved) (?:\w+ ){0,2}your\b"
    r"|\byour (?:\w+ ){1,3}(?:has|have) been (?:successfully )?(?:updated|changed|booked|cancel+ed|processed|added"
    r"|modified|removed|issued|created|reserved)\b"
    r"|\b(?:could|can|would) you (?:please )?(?:provide|confirm) your\b"
    r"|\bi(?:'m|’m| am) (?:here|happy) to (?:assist|help) you\b"
)


def user_integrity(transcript: Transcript) -> SubScore:
    """1 - (role flips + facts that the user cannot know) / (user messages + facts stated), in [0, 1].

    A fact is an id, an amount of money, a number, a date or a time; where the user's facts are known one by one, a name
    in quotation marks too. The user may know what the goal says and what the assistant has said before; what only a tool
    returned is leaked, everything else is invented. Numbers up to 12 and the year of the dialogue are no facts. None
    without a user message.
    """
    heard = [transcript.instruction, *(transcript.facts or ())]
    known = set(disclosed(heard))
    returned: set[Value] = set()
    results: list[str] = []
    years = {value for value in disclosed([transcript.policy, *heard]) if value[0] == "date"}
    present: set[Value] = {("number", float(year)) for _, year, *_ in years}
    shifts = any(_SHIFT.search(text) for text in heard)
    findings: list[Finding] = []
    looked_at = 0
    for place, message in enumerate(transcript.messages):
        if message.role == "assistant":
            known |= disclosed([message.text])
            heard.append(message.text)
        elif message.role == "tool":
            returned |= read(message.text).values
            results.append(message.text)
        elif place < transcript.start:
            known |= disclosed([message.text])
            heard.append(message.text)
        else:
            facts = [atom for atom in atoms(message.text) if _is_fact(atom, present)]
            names = list(_quoted(message.text)) if transcript.facts is not None else []
            looked_at += 1 + len(facts) + len(names)
            if flip := _ROLE_FLIP.search(message.text):
                findings.append(_finding(place, f"speaks as the assistant: {flip.group()}"))
            strange = [
                (atom.text, atom.known(returned))
                for atom in facts
                if not atom.known(known) and not (shifts and atom.next_to(known))
            ]
            strange += [(name, _within(name, results)) for name in names if not _within(name, heard)]
            for text, leaked in strange:
                how = "leaked, only a tool had returned it" if leaked else "invented, it stands nowhere"
                findings.append(_finding(place, f"{text}: {how}"))
    return SubScore(1 - len(findings) / looked_at if looked_at else None, tuple(findings), looked_at)


def _is_fact(atom: Atom, present: set[Value]) -> bool:
    if atom.kind in ("money", "number"):
        return float(atom.value[1]) > _SMALL and atom.value not in present
    return atom.kind != "count"


def _quoted(text: str) -> Iterator[str]:
    for match in re.finditer(r"[\"“]([^\"“”]{3,80})[\"”]", text):
        if not atoms(match[1]) and any(letter.isupper() for letter in match[1]):
            yield match[1]


def _within(name: str, texts: list[str]) -> bool:
    return any(f" {normalised(name)} " in f" {normalised(text)} " for text in texts)


def _finding(place: int, evidence: str) -> Finding:
    return Finding(place, "user_integrity", evidence, 3)
