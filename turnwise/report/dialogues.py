"""The dialogues of a log as a person reads them: a list, or one as a chat with what came of its goals."""

import json
from pathlib import Path

from inspect_ai.log import EvalSample, EvalSampleSummary
from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from turnwise.dialogue.endings import ENDINGS
from turnwise.dialogue.state import MOST_READ
from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import LogError
from turnwise.goals.model import Request
from turnwise.logs.read import FOREIGN, LogInfo, damage_named, read_dialogues_info, read_sample, read_summaries
from turnwise.logs.runs import dialogue_in
from turnwise.report.tables import plain_table
from turnwise.scoring.explanations import call_line, change_line, request_findings
from turnwise.values.text import says_something

_RESULT_LENGTH = 200
"""Characters shown of a tool result."""


def print_dialogues(console: Console, log: Path) -> None:
    """Print the dialogues of a log, one a line; a LogError where it holds none."""
    info = read_dialogues_info(log)
    summaries = read_summaries(log)
    _print_title(console, info)
    if info.imported:
        table = plain_table("Dialogue", "Reward", "User turns", "Messages")
    else:
        table = plain_table("Dialogue", "Goals", "Completed", "User turns", "Turns", "Outcome")
        table.columns[-1].justify = "left"
    for summary in summaries:
        name = str(summary.id) if summary.epoch == 1 else f"{summary.id} (trial {summary.epoch})"
        if info.imported:
            reward = (summary.scores or {}).get("reward")
            counts = str(summary.metadata.get("user_turns", "")), str(summary.message_count or "")
            table.add_row(name, reward.text if reward else "", *counts)
        else:
            table.add_row(name, *_row(summary))
    console.print(table)
    if summaries:
        console.print(Text(f"Read one with: turnwise show {log} {summaries[0].id}", style="dim"), soft_wrap=True)


def print_dialogue(console: Console, log: Path, number: str, epoch: int = 1) -> None:
    """Print one dialogue: its goals, all that was said and called, and what was completed; a LogError without it."""
    info = read_dialogues_info(log)
    sample = read_sample(log, chosen_summary(log, number, epoch))
    _print_title(console, info)
    if info.imported:
        console.print(_chat(sample))
        ended = sample.metadata.get(FOREIGN, {}).get("ended", "")
        console.print()
        console.print(Text(ENDINGS.get(ended, "It is not known how the dialogue ended.")))
        if (reward := (sample.scores or {}).get("reward")) is not None:
            console.print(Text(f"Reward: {reward.text}"))
        return
    with damage_named(log):
        trajectory = Trajectory.of(sample)
    for goal in trajectory.goals if trajectory else ():
        console.print(Text(_shown(f"{goal.id} ({goal.difficulty}): {goal.description}")))
    console.print(_chat(sample))
    if sample.error:
        console.print(Text(f"Stopped by an error: {_shortened(sample.error.message)}", style="red"))
    if trajectory is None:
        console.print(Text("No dialogue was held, so no goal was looked at.", style="yellow"))
        return
    _print_outcome(console, trajectory)
    if (judged := (sample.scores or {}).get("validity")) is not None:
        valid = judged.value.get("valid") if isinstance(judged.value, dict) else None
        console.print(Text("The judge: " + ("not judged" if valid is None else "valid" if valid else "invalid")))
        for line in (judged.explanation or "").splitlines():
            console.print(_inset(line))


def chosen_summary(log: Path, number: str, epoch: int) -> EvalSampleSummary:
    """The dialogue of a log with this number; a LogError that names those there are."""
    summaries = read_summaries(log)
    chosen = next((s for s in summaries if str(s.id) == number and s.epoch == epoch), None)
    if chosen is None:
        ids = list(dict.fromkeys(str(s.id) for s in summaries))
        listed = ", ".join(ids) if len(ids) <= 5 else f"{ids[0]} to {ids[-1]}"
        held = f"its dialogues are {listed}" if ids else "it holds none"
        trial = f" in trial {epoch}" if epoch > 1 else ""
        raise LogError(f"{log} holds no dialogue {number}{trial}: {held}")
    return chosen


def print_outcome(console: Console, log: Path) -> None:
    """Print what came of the goals of the first dialogue of a log."""
    sample = read_sample(log, read_summaries(log)[0])
    if (trajectory := Trajectory.of(sample)) is not None:
        _print_outcome(console, trajectory)


def _print_title(console: Console, info: LogInfo) -> None:
    if info.imported:
        console.print(Text(f"imported from {info.world} ({info.about.get('format')})", style="bold"))
        return
    console.print(Text(f"{info.task}, {info.candidate}, {info.world}", style="bold"))
    if info.header.status != "success":
        console.print(Text(f"The run did not finish (status: {info.header.status}).", style="yellow"))


def _row(summary: EvalSampleSummary) -> list[str]:
    if summary.error:
        return ["", "", "", "", f"error: {_shortened(summary.error, 70)}"]
    dialogue = dialogue_in(summary)
    if dialogue is None:
        return ["", "", "", "", "not scored"]
    tasks, lengths = f"{dialogue.tasks:.0f}", (f"{dialogue.user_turns:.0f}", f"{dialogue.turns:.0f}")
    if dialogue.ended in ("user", "tool"):
        return [tasks, "", *lengths, f"{dialogue.ended} fault: not judged"]
    failed = "goals open" if dialogue.completed < dialogue.tasks else "collateral damage"
    outcome = "success" if dialogue.success else failed
    outcome += ", cut off" if dialogue.censored else ""
    outcome += ", agent fault" if dialogue.ended == "agent" else ""
    if dialogue.agrees is not None and not dialogue.agrees:
        outcome += f", but judged {'valid' if dialogue.valid else 'invalid'}"
    return [tasks, f"{dialogue.completed:.0f}", *lengths, outcome]


def _chat(sample: EvalSample) -> Table:
    chat = Table.grid(padding=(0, 1))
    chat.add_column(justify="right", style="dim", no_wrap=True)
    chat.add_column(justify="right", no_wrap=True)
    chat.add_column(ratio=1)
    turn = 0
    start = (sample.metadata or {}).get("start", {})
    spoken = [message for message in sample.messages if not isinstance(message, ChatMessageSystem)]
    for place, message in enumerate(spoken):
        if start and place == start["messages"]:
            chat.add_row()
            chat.add_row("", "", Text(f"taken up here: {start['change']['words']}", style="bold yellow"))
        if isinstance(message, ChatMessageUser):
            turn += 1
            chat.add_row()
            chat.add_row(str(turn), Text("user", style="bold cyan"), _said(message.text))
        elif isinstance(message, ChatMessageAssistant):
            if says_something(message.text) or not message.tool_calls:
                chat.add_row("", Text("agent", style="bold green"), _said(message.text))
            for call in message.tool_calls or []:
                arguments = ", ".join(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in call.arguments.items())
                chat.add_row("", "→", _inset(f"{call.function}({arguments})", "magenta"))
        elif isinstance(message, ChatMessageTool):
            refused = f"refused: {message.error.message}" if message.error else ""
            chat.add_row("", "←", _inset(refused or _shortened(message.text), "red" if refused else "dim"))
    return chat


def _said(text: str) -> Text:
    return Text(_shown(text)) if says_something(text[:MOST_READ]) else Text("(says nothing)", style="dim")


def _print_outcome(console: Console, trajectory: Trajectory) -> None:
    console.print()
    console.print(Text(ENDINGS[trajectory.ended]))
    for fault in trajectory.faults:
        console.print(Text(f"faulty reply ({fault['role']}, {fault['kind']}): {fault['reason']}", style="yellow"))
    found = {finding["request"]: finding for finding in request_findings(trajectory)}
    for goal in trajectory.goals:
        done = trajectory.completed(goal)
        verdict = f"{goal.id} ({goal.difficulty}): {'completed' if done else 'not completed'}"
        console.print(Text(verdict, style="green" if done else "red"))
        for request in goal.requests:
            finding = found[request.id]
            how = f"at user turn {finding['done_at_user_turn']}: {_proof(request)}"
            line = how if request.id in trajectory.done else f"open: {finding['evidence']}"
            console.print(_inset(f"{request.id} {line}"))
    for change in trajectory.state.unwanted:
        console.print(Text(f"unwanted: {change_line(change)}", style="red"))


def _proof(request: Request) -> str:
    changed = [change_line(change) for change in request.checkpoint.state]
    stated = [
        f"stated {answer.label}" + (f" {answer.value}" if answer.returned is None else "")
        for answer in request.checkpoint.answers
    ]
    called = [f"called {call_line(call)}" for call in request.checkpoint.calls]
    return "; ".join([*changed, *stated, *called])


def _inset(text: str, style: str = "") -> Padding:
    return Padding(Text(_shown(text), style=style), (0, 0, 0, 2))


def _shown(text: str) -> str:
    """A text as far as anybody reads it."""
    return text if len(text) <= MOST_READ else f"{text[:MOST_READ]}… ({len(text):,} characters)"


def _shortened(text: str, length: int = _RESULT_LENGTH) -> str:
    short = " ".join(text[:MOST_READ].split())
    return short if len(short) <= length else f"{short[:length]}… ({len(text)} characters)"
