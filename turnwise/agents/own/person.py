"""A person at the terminal who plays the agent: sees what the user says, calls tools, and answers."""

import json
from collections.abc import Sequence

import anyio.to_thread
import yaml

from turnwise.agents.own.messages import Message, Turn
from turnwise.errors import CallRefused, did_you_mean
from turnwise.values.text import harmless, says_something
from turnwise.worlds import Tool

_SHOWN = 2000  # characters of a result


class Person:
    """Reads lines from standard input: `/TOOL name=value ...` calls a tool, `/tools` lists them, anything else is said."""

    def __init__(self) -> None:
        self._greeted = False

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        if not self._greeted:
            policy = next((m["content"] for m in history if m["role"] == "system"), "")
            print(f"{harmless(policy)}\n(/tools lists the tools; /NAME parameter=value calls one.)")
            self._greeted = True
        print(f"\nUser: {harmless(history[-1]['content'])}")
        while True:
            line = await anyio.to_thread.run_sync(_line, abandon_on_cancel=True)
            if not line.startswith("/"):
                await turn.take(line)
                return
            await self._command(line[1:].strip(), turn, tools)

    async def _command(self, line: str, turn: Turn, tools: Sequence[Tool]) -> None:
        name, _, given = line.partition(" ")
        if name == "tools":
            for tool in tools:
                print(
                    f"  {tool.name}({', '.join(tool.parameters.get('properties', {}))})  {harmless(tool.description)}"
                )
            return
        known = {tool.name: tool for tool in tools}
        if name not in known:
            meant = did_you_mean(name, known)
            print(f"There is no tool {harmless(name)}{': ' if meant else ''}{meant}")
            return
        try:
            result = await turn.run(name, read_arguments(given, list(known[name].parameters.get("properties", {}))))
            print(harmless(json.dumps(result, ensure_ascii=False, indent=1)[:_SHOWN]))
        except (CallRefused, ValueError) as error:
            print(f"Refused: {harmless(str(error))}")

    async def close(self) -> None:
        """Nothing is held."""


def read_arguments(text: str, parameters: Sequence[str]) -> dict[str, object]:
    """`name=value name=value` as arguments, a value reaching to the next parameter's name; or a JSON object.

    ValueError where it is neither.
    """
    if text.strip().startswith("{"):
        loaded = json.loads(text)
        return dict(loaded)
    arguments: dict[str, object] = {}
    name = ""
    values: dict[str, list[str]] = {}
    for word in text.split():
        before, sign, after = word.partition("=")
        if sign and (before in parameters or (before.isidentifier() and not name)):
            name = before
            values[name] = [after]
        elif name:
            values[name].append(word)
        else:
            raise ValueError(f"{word} stands before a parameter: write name=value")
    for key, words in values.items():
        plain = " ".join(words).strip("\"'")
        try:
            value = yaml.safe_load(plain)
        except yaml.YAMLError:
            value = plain
        arguments[key] = value if isinstance(value, (int, float, bool, str)) else plain
    return arguments


def _line() -> str:
    """A line with something in it; at the end of the input, a word of leave."""
    while True:
        try:
            line = input("\nYou: ")
        except EOFError:
            return "I have to leave now."
        if says_something(line):
            return line.strip()
