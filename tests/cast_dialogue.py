"""Who speaks at the loopback endpoint in a dialogue: user, agent, tools and judge, each by simple rules.

They read nothing but the request, as a model would. The agent is the lexical baseline behind HTTP.
"""

import asyncio
import json
import re
from typing import Any

from endpoint import Body, Say, shape_of
from inspect_ai.model import messages_from_openai
from inspect_ai.tool import ToolInfo, ToolParams

from turnwise.agents.lexical.catalogue import catalogue
from turnwise.agents.lexical.responding import respond
from turnwise.agents.lexical.working import NextCall
from turnwise.errors import CallRefused
from turnwise.worlds import Tool, World
from turnwise.worlds.simulated.by_rules import SimulatedSession


def speak(body: Body) -> Say:
    """The reply of whoever is asked."""
    shape = shape_of(body) or _shape_in(body)
    if shape == "UserReply":
        return Say(json.dumps(user(body)))
    if shape == "WordedTurn":
        return Say(json.dumps({"user_message": worded(body)}))
    if shape == "SimulatedResult":
        return Say(json.dumps(simulated(body)))
    if shape == "Judgement":
        return Say(json.dumps(judgement(body)))
    return agent(body)


def user(body: Body) -> dict[str, Any]:
    """Takes its goals sentence by sentence, and thanks when all were said."""
    system = body["messages"][0]["content"]
    goals = system.partition("achieved:\n")[2].partition("\n\n")[0]
    lines = [line for line in goals.splitlines() if line[:1].isdigit()]
    wants = [s for line in lines for s in re.split(r"(?<=[.?!])\s+(?=[A-Z])", line.partition(". ")[2])]
    turn = sum(message["role"] == "assistant" and _is_reply(message["content"]) for message in body["messages"])
    if turn >= len(wants):
        return {"user_message": "That is all, thank you!", "is_task_complete": True}
    want = wants[turn].rstrip(".")
    asked = want if want.endswith("?") else f"I need you to {want[0].lower()}{want[1:]}."
    return {"user_message": f"Hi! {asked}" if not turn else asked, "is_task_complete": False}


def worded(body: Body) -> str:
    """The agenda's line, said a little differently."""
    asked = next(m["content"] for m in reversed(body["messages"]) if "Say this: " in str(m["content"]))
    line = asked.rpartition("Say this: ")[2].split("\nValues in it")[0].split("\nThis ends")[0]
    return f"Well, {line}"


def judgement(body: Body) -> dict[str, Any]:
    """Finds every item met when the assistant said something, and nothing unsupported."""
    case = next(m["content"] for m in reversed(body["messages"]) if "Rubric:\n" in str(m["content"]))
    rubric = case.partition("Rubric:\n")[2].partition("\n\nConversation:")[0]
    kinds = re.findall(r"^(\d+)\. \((\w+)\)", rubric, re.MULTILINE)
    spoke = "assistant: (nothing)" not in case and "assistant:" in case
    items = [{"item": int(n), "kind": kind, "met": spoke, "reason": "as message 2 says"} for n, kind in kinds]
    return {"items": items, "unsupported": [], "summary": "It went well." if spoke else "Nothing was said."}


def agent(body: Body) -> Say:
    """The lexical baseline."""
    tools = [
        ToolInfo(
            name=tool["function"]["name"],
            description=tool["function"]["description"],
            parameters=ToolParams.model_validate(tool["function"]["parameters"]),
        )
        for tool in body.get("tools", [])
    ]
    messages = asyncio.run(messages_from_openai(body["messages"]))
    outcome = respond(messages, catalogue(tools))
    return Say(calls=[(outcome.tool, dict(outcome.arguments))]) if isinstance(outcome, NextCall) else Say(outcome)


def _shape_in(body: Body) -> str:
    """The shape, from the words of the prompt, for a server without structured output."""
    system = str(body["messages"][0]["content"])
    for words, shape in (
        ("You play a person", "UserReply"),
        ("You put into words", "WordedTurn"),
        ("You stand in", "SimulatedResult"),
    ):
        if system.startswith(words):
            return shape
    return "Judgement" if system.startswith("You judge whether") else ""


def _is_reply(text: str) -> bool:
    """Whether the user has really said something by a reply, so that it goes on from there."""
    try:
        reply = json.loads(text)
    except ValueError:
        return False
    said = reply.get("user_message")
    return isinstance(said, str) and bool(said.strip()) and isinstance(reply.get("is_task_complete"), bool)


def simulated(body: Body) -> dict[str, Any]:
    """What a tool returns: made up by rules, after all the calls of the conversation so far."""
    system = body["messages"][0]["content"]
    tools = [Tool.model_validate(json.loads(line)) for line in system.splitlines() if line.startswith('{"name"')]
    world = World(
        name="cast", domain="", description="", reference_time="2026-01-05 09:00:00", tools=tuple(tools), policy=""
    )
    session = SimulatedSession(world, None, 0)
    calls = [m["content"].rpartition("The assistant calls ")[2] for m in body["messages"] if m["role"] == "user"]
    answer: dict[str, Any] = {}
    for call in calls:
        name, _, arguments = call.partition(" with ")
        if name in world.by_name:
            try:
                answer = {"result": session.call(name, json.loads(arguments))}
            except CallRefused as refusal:
                answer = {"error": str(refusal)}
    return answer
