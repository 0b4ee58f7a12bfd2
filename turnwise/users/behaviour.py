"""How a user behaves. Task-oriented and user-oriented are two Behaviours, so the paradigms differ in that alone."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise.errors import BehaviourError, did_you_mean, first_problem
from turnwise.untrusted import read_yaml

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
        default=0.15, description="how often a request is first said wrong and then corrected, where it can be"
    )
    double_checks: Share = Field(default=0.04, description="how often a finished change is asked to be confirmed")
    patience: int = Field(default=2, ge=0, le=10, description="times a request is asked again before it is given up")
    shorthand: Share = Field(
        default=0.4, description="how often a thing is called by another usual word, by a part of its name, or it"
    )
    tells_why: Share = Field(default=0.5, description="how often it says why it wants something, where it has a reason")
    greets_first: Share = Field(default=0.3, description="how often the first message is a greeting and nothing else")
    pushes_back: Share = Field(default=0.3, description="how often a refusal is questioned once before it is accepted")
    hedges: Share = Field(default=0.08, description="how often a request is put as if one were not sure")
    presses: Share = Field(default=0.0, description="how often a request comes with pressure")
    digresses: Share = Field(default=0.0, description="how often a message also speaks of something else")
    withdraws: Share = Field(default=0.0, description="how often a yes, or what was just done, is taken back at first")
    puzzled: Share = Field(default=0.0, description="how often a question is met by asking what its words mean")
    impossible: Share = Field(default=0.0, description="how often something is asked for that no tool does")
    politeness: Share = 0.35
    brevity: Share = Field(default=0.5, description="0 writes whole sentences, 1 writes telegrams")
    typos: Share = Field(default=0.02, description="share of words with a slip of the fingers; never in a value")

    @property
    def manner(self) -> str:
        """The manner of talking that its dials amount to, which has words of its own; empty for none in particular."""
        manners = {
            "courteous": self.politeness >= 0.8 and self.brevity <= 0.2,
            "hurried": self.presses > 0 and self.patience <= 1,
            "pressing": self.presses > 0,
            "helpless": self.puzzled > 0,
            "vague": self.details == "on_request",
            "curt": self.brevity == 1,
        }
        return next((name for name, holds in manners.items() if holds), "")


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
        known = did_you_mean(str(source), presets(), f"those are {', '.join(presets())}")
        raise BehaviourError(f"{source} is neither a behaviour nor a YAML file: {known}")
    try:
        raw = read_yaml(path)
        return Behaviour(**{"name": path.stem, **raw})
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise BehaviourError(
            f"{path} is not a YAML mapping of a behaviour's dials: {str(error).splitlines()[0]}"
        ) from error
    except ValidationError as error:
        raise BehaviourError(f"{path}: {first_problem(error)}") from error


@cache
def _sentences() -> dict[str, Any]:
    """What a model is told of each dial."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "in_words.yaml").read_text("utf-8"))
    return loaded


def in_words(behaviour: Behaviour) -> str:
    """A behaviour as instructions to a model that plays it, one a line."""
    told = _sentences()
    lines = [
        told["requests_per_turn"][behaviour.requests_per_turn],
        told["details"][behaviour.details],
        *_shares(behaviour, told["shares"]),
        told["patience"].format(behaviour.patience),
    ]
    return "\n".join([*(f"- {line}" for line in lines), style_in_words(behaviour)])


def style_in_words(behaviour: Behaviour) -> str:
    """How a behaviour writes, whatever it says, as instructions to a model, one a line."""
    told = _sentences()
    brief = next(sentence for above, sentence in told["brevity"] if behaviour.brevity > above)
    return "\n".join(f"- {line}" for line in (*_shares(behaviour, told["style"]), brief))


def acts_in_words(kinds: Iterable[str]) -> list[str]:
    """What a person does by a message, as a model that words it is told."""
    told: dict[str, str] = _sentences()["acts"]
    return [told[kind] for kind in kinds]


def _shares(behaviour: Behaviour, sentences: dict[str, str]) -> list[str]:
    """The sentences for those dials that are not at zero."""
    often = _sentences()["how_often"]
    shares = {sentence: getattr(behaviour, dial) for dial, sentence in sentences.items()}
    return [
        sentence.format(next(words for least, words in often if share >= least))
        for sentence, share in shares.items()
        if share > 0
    ]
