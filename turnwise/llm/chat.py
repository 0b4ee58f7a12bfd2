"""An append-only conversation with one model in one role, from which typed answers come.

    chat = Chat.open("user", "user", system_prompt, ledger)
    reply = await chat.ask("Which city?", CityReply)

A reply that cannot be used goes back to the model with what is wrong with it, a bounded number of times. Nothing is
ever taken out of a chat, so each prompt extends the one before it and servers can cache what they have read.
Knows nothing of users, tools or goals.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar, cast, overload

from pydantic import BaseModel, ValidationError

from turnwise.errors import ModelFault
from turnwise.llm.expected import Budget
from turnwise.llm.shapes import excerpt, form, is_strict, mismatches, schema_of
from turnwise.llm.waiting import replied, say

if TYPE_CHECKING:  # Inspect is imported where a model is asked: what knows a chat need not load it
    from inspect_ai.model import ChatMessage, Model, ModelOutput

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")

ATTEMPTS = 3  # replies asked for before a model is given up on: one, and two corrections

_EXCERPT = 300
_LONGEST = 131_072  # characters of a reply; what is longer is not read, and not sent back to be corrected
_DECLINES = re.compile(
    r"(?i)\A\W*(?:i['’]?m |i am )?(?:very |so )?(?:sorry|afraid)\b|\bi (?:can['’]?t|cannot|can not|won['’]?t|am (?:not able|unable)"
    r"|must decline)\b|\bas an ai\b"
)
"""Words in which a model declines, where there is no object in its reply"""

JsonSchema = dict[str, Any]


class InvalidReply(Exception):
    """Raised while a reply is read: it cannot be used, and the text says why to the model."""

    def __init__(self, reason: str, kind: str = "content") -> None:
        super().__init__(reason)
        self.kind = kind


class ReplyFault(NamedTuple):
    """One reply that could not be used.

    `kind`: empty, refused, cut_off, too_long, not_json, schema (fields missing or of a wrong type), content (it parses, but says
    what cannot be), and for agents no_answer. `excerpt` is the start of the reply.
    """

    role: str
    stage: str
    kind: str
    reason: str
    excerpt: str


@dataclass
class Ledger:
    """What the models of one sample were asked for: usage by stage, and every reply that could not be used."""

    faults: list[ReplyFault] = field(default_factory=list)
    usage: dict[str, dict[str, int]] = field(default_factory=dict)
    """stage -> calls, faults, input, cached and output tokens"""
    repaired: int = 0  # replies taken although something had to be cut away: a fence, prose around the JSON
    fallbacks: int = 0  # turns in which the agenda's own words stood in for a model's
    budget: Budget | None = None  # what all of it may cost; no part of the record

    def count(self, role: str, stage: str, output: "ModelOutput") -> None:
        """Add the tokens of one generation."""
        names = ("calls", "faults", "input", "cached", "output")
        spent = self.usage.setdefault(f"{role}/{stage}", dict.fromkeys(names, 0))
        spent["calls"] += 1
        if (usage := output.usage) is not None:
            if self.budget is not None:
                self.budget.count(usage)
            cached = usage.input_tokens_cache_read or 0
            spent["input"] += usage.input_tokens + cached
            spent["cached"] += cached
            spent["output"] += usage.output_tokens

    def record_fault(self, fault: ReplyFault) -> None:
        """Keep a reply that could not be used."""
        self.faults.append(fault)
        if (stage := f"{fault.role}/{fault.stage}") in self.usage:
            self.usage[stage]["faults"] += 1

    def dump(self) -> dict[str, Any]:
        """The ledger as JSON, for the log."""
        kept = replace(self, budget=None)
        found = {**asdict(kept), "faults": [fault._asdict() for fault in self.faults]}
        del found["budget"]
        return found


@dataclass
class Chat:
    """One conversation with a model. Use one at a time; `fork` it to go two ways from the same beginning."""

    model: "Model"
    role: str
    stage: str
    ledger: Ledger
    messages: "list[ChatMessage]"

    @classmethod
    def open(cls, role: str, stage: str, system: str, ledger: Ledger) -> Self:
        """A chat with the model that plays a role; a PrerequisiteError without `--model-role`."""
        from inspect_ai.model import ChatMessageSystem, get_model

        model = get_model(role=role, required=True)
        return cls(model, role, stage, ledger, [ChatMessageSystem(content=system)])

    def fork(self, stage: str | None = None) -> "Chat":
        """A chat that begins with all that was said here; what follows in one is unknown in the other."""
        return Chat(self.model, self.role, stage or self.stage, self.ledger, list(self.messages))

    def remember(self, said: str, reply: BaseModel) -> None:
        """Append what was asked and answered in a dialogue that is resumed; no model is asked."""
        from inspect_ai.model import ChatMessageAssistant, ChatMessageUser

        self.messages.append(ChatMessageUser(content=said))
        self.messages.append(ChatMessageAssistant(content=reply.model_dump_json(exclude_none=True)))

    @overload
    async def ask(
        self, said: str, shape: type[Shape], *, attempts: int = ATTEMPTS, schema: JsonSchema | None = None
    ) -> Shape: ...
    @overload
    async def ask(
        self,
        said: str,
        shape: type[Shape],
        read: Callable[[Shape], Result],
        *,
        attempts: int = ATTEMPTS,
        schema: JsonSchema | None = None,
    ) -> Result: ...
    async def ask(
        self,
        said: str,
        shape: type[Shape],
        read: Any = None,
        *,
        attempts: int = ATTEMPTS,
        schema: JsonSchema | None = None,
    ) -> Any:
        """Say something, and take the answer in a shape, other fields ignored; ModelFault without a usable one.

        `read` turns the object into what is returned, or raises InvalidReply. At most `attempts` replies are asked for.
        `schema` is a closer one than that of the shape.
        """
        from inspect_ai.model import ChatMessageAssistant, ChatMessageUser

        schema = schema or schema_of(shape)
        if self.ledger.budget is not None:
            self.ledger.budget.check()
        self.messages.append(ChatMessageUser(content=said))
        for attempt in range(attempts):
            output = await _generate(self.model, self.messages, shape.__name__, schema)
            self.ledger.count(self.role, self.stage, output)
            replied(self.stage, output.usage.total_tokens if output.usage else 0)
            text = output.completion
            try:
                reply, clean = _parsed(output, shape)
                result = read(reply) if read else reply
            except InvalidReply as fault:
                attempts = 0 if fault.kind == "too_long" else attempts  # a correction would only make it longer
                self.ledger.record_fault(ReplyFault(self.role, self.stage, fault.kind, str(fault), text[:_EXCERPT]))
                last = fault
                if output.choices and text:
                    short = len(text) <= _LONGEST
                    kept = output.message if short else ChatMessageAssistant(content=f"{text[:_EXCERPT]} ...")
                    self.messages.append(kept)
                if attempt >= attempts - 1:
                    break
                self.messages.append(ChatMessageUser(content=_correction(fault, schema)))
                continue
            self.ledger.repaired += not clean
            self.messages.append(output.message)
            return result
        raise ModelFault(
            f"the {self.role} model ({self.model.name}) gave no usable answer in {attempt + 1} tries ({self.stage}): {last}"
        )


_takes_schema: dict[str, bool] = {}
"""Whether a model takes a schema for its reply, once that is known; to one that does not, the words of the prompt have to do."""

_NOT_ABOUT_IT = (401, 403, 404, 408, 429)  # errors that a request without a schema would get as well


async def _generate(model: "Model", messages: "list[ChatMessage]", name: str, schema: JsonSchema) -> "ModelOutput":
    """A reply, held to a schema unless the server has refused one.

    Servers refuse with any error, some with one that asks to be sent again: until a schema was taken, a request that
    carries one is sent twice at most before it is sent without.
    """
    from inspect_ai.model import GenerateConfig, ResponseSchema
    from inspect_ai.util import JSONSchema

    wanted = ResponseSchema(name=name, json_schema=JSONSchema.model_validate(schema), strict=is_strict(schema))
    name = str(model)
    if _takes_schema.get(name):
        return await model.generate(list(messages), config=GenerateConfig(response_schema=wanted))
    if name not in _takes_schema:
        try:
            output = await model.generate(list(messages), config=GenerateConfig(response_schema=wanted, max_retries=1))
        except Exception as error:  # every provider has its own
            status = _status(error)
            if status is None or status < 400:
                raise
            if status in _NOT_ABOUT_IT:
                return await model.generate(list(messages), config=GenerateConfig(response_schema=wanted))
        else:
            _takes_schema[name] = True
            return output
    output = await model.generate(list(messages))
    if name not in _takes_schema:
        _takes_schema[name] = False
        say(f"{name} takes no schema for its replies (HTTP {status}): from here on it is asked for JSON in words")
    return output


def _status(error: Exception) -> int | None:
    """The HTTP status of what a provider raised, however Inspect has wrapped it."""
    if (last := getattr(error, "last_attempt", None)) is not None:
        error = last.exception() or error
    found = getattr(error, "status_code", None)
    return found if isinstance(found, int) else None


def _parsed(output: "ModelOutput", shape: type[Shape]) -> tuple[Shape, bool]:
    """The object in a reply, and whether nothing had to be cut away."""
    text = output.completion.strip()
    content = output.message.content if output.choices else ""
    if isinstance(content, list) and any(getattr(part, "refusal", None) for part in content):
        raise InvalidReply("you declined to answer, and this is a simulation that harms no one", "refused")
    if output.stop_reason == "content_filter":
        raise InvalidReply("your reply was filtered", "refused")
    if output.stop_reason == "model_length" and not (output.usage and output.usage.output_tokens):
        raise InvalidReply("what was asked is longer than the model takes", "too_long")
    if not text:
        raise InvalidReply("your reply was empty", "empty")
    if len(text) > _LONGEST:
        raise InvalidReply(f"your reply has {len(text):,} characters, and {_LONGEST:,} are the most: be shorter")
    problem: InvalidReply | None = None
    for value, whole in _objects(text):
        try:
            return shape.model_validate(value), whole
        except ValidationError as error:
            problem = problem or InvalidReply("; ".join(mismatches(value, error)), "schema")
    if output.stop_reason in ("max_tokens", "model_length"):
        raise InvalidReply("your reply was cut off: be shorter", "cut_off")
    if problem is None and _DECLINES.search(text):
        raise InvalidReply(f"you declined to answer, and nobody is harmed by it: {excerpt(text)}", "refused")
    raise problem or InvalidReply(f"your reply holds no JSON object: {excerpt(text)}", "not_json")


def _objects(text: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """The outermost JSON objects in a text, whatever stands around them, and whether each is all of it."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield cast(dict[str, Any], value), end - start == len(text)
        start = text.find("{", end)


def _correction(fault: InvalidReply, schema: JsonSchema) -> str:
    if fault.kind == "content":
        return f"That cannot be used: {fault}\nReply again, with one JSON object as before. Keep what was right."
    again = "Reply again, with nothing but one JSON object of this form:"
    return f"That cannot be used: {fault}\n{again}\n{form(schema)}"
