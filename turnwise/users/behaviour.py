"""How a user behaves. Task-oriented and user-oriented are two Behaviours, so the paradigms differ in that alone."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise.errors import BehaviourError

Share = Annotated[float, Field(ge=0, le=1)]


class Behaviour(BaseModel):
    """The dials of a simulated user. Shares are chances in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str = ""
    requests_per_turn: Literal[1, 2, "all"] = Field(
        default=2, description="most requests raised in one message; `all` raises a goal whole"
    )
    pairs: Share = Field(default=0.15, description="how often two requests share a message, where two may")
    details: Literal["upfront", "gradual", "on_request"] = Field(
        default="gradual",
        description="whether a request comes with all its values, with some now and the rest in the next message, or with the rest when asked",
    )
    acknowledges: Share = Field(default=0.15, description="how often a message only reacts, and asks for nothing")
    feedback: Share = Field(
        default=0.45, description="how often a message comments on the last answer before it goes on"
    )
    second_thoughts: Share = Field(
        default=0.15,
        description="how often a request is first said wrong and then corrected, where it can be",
    )
    double_checks: Share = Field(default=0.04, description="how often a finished change is asked to be confirmed")
    patience: int = Field(default=2, ge=0, le=10, description="times a request is asked again before it is given up")
    shorthand: Share = Field(
        default=0.4, description="how often a thing is called by another usual word, by a part of its name, or it"
    )
    politeness: Share = 0.35
    brevity: Share = Field(default=0.5, description="0 writes whole sentences, 1 writes telegrams")
    typos: Share = Field(default=0.02, description="share of words with a slip of the fingers; never in a value")


@cache
def presets() -> dict[str, Behaviour]:
    """The behaviours that come with Turnwise, by name."""
    raw = yaml.safe_load((Path(__file__).parent / "presets.yaml").read_text("utf-8"))
    return {name: Behaviour(name=name, **dials) for name, dials in raw.items()}


def load_behaviour(source: str | Behaviour) -> Behaviour:
    """A preset by name, or a behaviour from a YAML file.

    Raises:
        BehaviourError: no such preset or file, or the file does not describe a behaviour.
    """
    if isinstance(source, Behaviour):
        return source
    if source in presets():
        return presets()[source]
    path = Path(source)
    if not path.is_file():
        raise BehaviourError(f"{source} is neither a behaviour ({', '.join(presets())}) nor a YAML file")
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        return Behaviour(**{"name": path.stem, **raw})
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise BehaviourError(
            f"{path} is not a YAML mapping of a behaviour's dials: {str(error).splitlines()[0]}"
        ) from error
    except ValidationError as error:
        problem = error.errors()[0]
        raise BehaviourError(f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def in_words(behaviour: Behaviour) -> str:
    """A behaviour as instructions to a model that plays it, one a line."""
    most = behaviour.requests_per_turn
    lines = [
        "You say everything at once: each goal whole, with all its details, in one message that is a direct question. "
        "Then you speak again only when something is missing or wrong. One goal after the other."
        if most == "all"
        else f"You go step by step: {'one thing' if most == 1 else 'one thing, now and then two,'} in a message, and the "
        "next only when you have seen what came of it.",
        {
            "upfront": "You give the details of what you ask for right away.",
            "gradual": "You give some details right away and others in the next message.",
            "on_request": "You leave out details until you are asked for them.",
        }[behaviour.details],
    ]
    lines += [
        sentence
        for share, sentence in (
            (behaviour.feedback, "{} you comment in a word or two on the last answer before you go on."),
            (behaviour.acknowledges, "{} you only react to an answer, and ask for the next thing later."),
            (
                behaviour.second_thoughts,
                "{} you get something wrong at first, or change your mind, and then put it right.",
            ),
            (behaviour.double_checks, "{} you ask whether a change was really made."),
            (behaviour.shorthand, "{} you refer to things loosely: it, that one, a part of a name."),
            (behaviour.politeness, "{} you say please or thank you."),
            (behaviour.typos, "{} there is a slip of the fingers in what you type, never in a name or number."),
        )
        for sentence in [sentence.format(_often(share))]
        if share > 0
    ]
    lines.append(f"You ask again at most {behaviour.patience} times for what you did not get; then you let it go.")
    lines.append(
        "You write telegrams: a few words, often no capitals or full stops."
        if behaviour.brevity > 0.7
        else "You are brief: one or two short sentences, sometimes just a word."
        if behaviour.brevity > 0.3
        else "You write whole sentences, but not many."
    )
    return "\n".join(f"- {line}" for line in lines)


def _often(share: float) -> str:
    return next(
        words
        for least, words in ((0.6, "Mostly"), (0.3, "Often"), (0.1, "Sometimes"), (0.0, "Now and then"))
        if share >= least
    )
