"""User integrity: whether the user stays the user, and says only what a user can know."""

import re

from turnwise.scoring.quality.economy import repeated
from turnwise.scoring.quality.speech import sentences
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.values.atoms import Atom, Value, atoms, disclosed, spans_of_days

_SMALL = 12
SAID_AGAIN = "said again"
"""The kind of a finding that blames the user for repeating, which an agent that does not listen can bring about."""
_TAKES_BACK = re.compile(
    r"(?i)\b(?:actually|sorry|instead|i mean|meant|should (?:be|have been)|rather|wait|correction)\b"
)
_ROLE_FLIP = re.compile(
    r"(?i)\bhow (?:else )?(?:can|may) i (?:best )?(?:assist|help) you\b"
    r"|\bi(?: have|'ve|’ve) (?:updated|changed|booked|cancel+ed|processed|added|modified|noted) (?:that|this|it) (?:in|on) (?:our|the) system\b"
    r"|\b(?:is there )?anything else (?:that )?i can (?:assist|help)(?: you)?\b"
    r"|\bi(?: have|'ve|’ve)? (?:now |just |successfully |already )*(?:updated|changed|booked|cancel+ed|processed|added"
    r"|modified|removed|issued|created|reserved) (?:(?!through|with|on|in|at|from|via|using|by)\w+ ){0,2}your\b"
    r"|\byour (?:\w+ ){1,3}(?:has|have) been (?:successfully )?(?:updated|changed|booked|cancel+ed|processed|added"
    r"|modified|removed|issued|created|reserved)\b"
    r"|\b(?:could|can|would) you (?:please )?(?:provide|confirm) your\b"
    r"|\bi(?:'m|’m| am) (?:here|happy) to (?:assist|help) you\b"
)


def user_integrity(transcript: Transcript) -> SubScore:
    """1 - (role flips + facts that the user cannot know + messages said again) / (user messages + facts), in [0, 1].

    A fact is an id, an amount of money, a number, a date or a time. The user may know what the goal says and what the
    assistant has said before; what only a tool returned is leaked, everything else is invented. Numbers up to 12 and the
    year of the dialogue are no facts, and neither is a slip that the user's next words put right. A message said again says nearly the same words as an earlier one, whatever was
    answered or asked in between. None without a user message.
    """
    heard = [transcript.instruction, *(transcript.facts or ())]
    known = set(disclosed(heard))
    returned: set[Value] = set()
    present: set[Value] = {
        ("number", float(value[1])) for value in disclosed([transcript.policy, *heard]) if value[0] == "date"
    }
    spans = set().union(*map(spans_of_days, heard))
    findings: list[Finding] = []
    looked_at = 0
    again = repeated(transcript, "user")
    for place, message in enumerate(transcript.messages):
        if message.role == "assistant":
            known |= disclosed([message.text])
        elif message.role == "tool":
            returned |= disclosed([message.text])
        elif place < transcript.start:
            known |= disclosed([message.text])
        else:
            facts = [atom for atom in atoms(message.text) if _is_fact(atom, present)]
            looked_at += 1 + len(facts)
            if flip := _ROLE_FLIP.search(message.text):
                findings.append(_finding(place, f"speaks as the assistant: {flip.group()}"))
            if place in again:
                said = f"said before: {message.text[:160]}"
                findings.append(Finding(place, "user_integrity", said, 3, SAID_AGAIN))
            for atom in facts:
                slip = _puts_right(atom, place, transcript, known)
                if not slip and not _is_known(atom, known) and not atom.some_days_from(known, spans):
                    leaked = atom.known(returned)
                    how = "leaked, only a tool had returned it" if leaked else "invented, it stands nowhere"
                    findings.append(_finding(place, f"{atom.text}: {how}"))
    return SubScore(max(0.0, 1 - len(findings) / looked_at) if looked_at else None, tuple(findings), looked_at)


def _puts_right(atom: Atom, place: int, transcript: Transcript, known: set[Value]) -> bool:
    """Whether the user then takes a value back and gives one of its kind that they know: a slip is no invention."""
    after = next((m.text for m in transcript.messages[place + 1 :] if m.role == "user"), "")
    spoken = [*sentences(transcript.messages[place].text), *sentences(after)]
    taking_back = [sentence for sentence in spoken if _TAKES_BACK.search(sentence)]
    return any(_alike(atom, other) and other.known(known) for part in taking_back for other in atoms(part))


def _alike(atom: Atom, other: Atom) -> bool:
    """Whether one may be a slip of the other: of one kind and, where they are sizes, of like size."""
    if atom.kind not in ("money", "number"):
        return atom.kind == other.kind
    sizes = [float(value[1]) for value in (atom.value, other.value) if value[0] == "number"]
    return len(sizes) == 2 and max(sizes) <= 10 * min(sizes)


def _is_known(atom: Atom, known: set[Value]) -> bool:
    """Whether a value has been said; of an afternoon also by the clock on the wall: 2:30 for 14:30."""
    return atom.known(known) or (atom.kind == "time" and ("time", int(atom.value[1]) + 720) in known)


def _is_fact(atom: Atom, present: set[Value]) -> bool:
    if atom.kind in ("money", "number"):
        return float(atom.value[1]) > _SMALL and atom.value not in present
    return atom.checkable


def _finding(place: int, evidence: str) -> Finding:
    return Finding(place, "user_integrity", evidence, 3)
