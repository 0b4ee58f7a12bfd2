"""The sentences that explain a score, with the turns they speak of."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspect_ai.scorer import Reference, Score

from turnwise.dialogue.trajectory import Trajectory
from turnwise.goals.model import Call, Request, WantedChange
from turnwise.goals.progress import missing_answers, missing_calls
from turnwise.scoring.quality.transcript import Finding, Transcript
from turnwise.values.words import listed


def not_run() -> Score:
    """The score of a sample in which no dialogue was held: none at all, never zero."""
    return Score.unscored(
        explanation="No dialogue took place: the solver did not let the user speak. Use turnwise/converse with "
        "-S agent=pkg/name, or continue_with_user."
    )


def simulation_failed(trajectory: Trajectory) -> Score:
    """The score of a dialogue that the simulation simulation_failed: none, for what was not the agent's doing."""
    fault: Mapping[str, Any] = next((f for f in reversed(trajectory.faults) if f["role"] != "agent"), {})
    who = "The user" if trajectory.simulation_failed == "user" else "The simulation of the tools"
    reason = f" ({fault['kind']}: {fault['reason']})" if fault else ""
    return Score.unscored(
        explanation=f"{who} failed, so the agent is not judged: its model gave nothing usable{reason}."
    )


def completion_lines(trajectory: Trajectory) -> list[str]:
    lines = []
    for goal in trajectory.goals:
        turn = trajectory.completed_at(goal)
        lines.append(f"{goal.id} ({goal.difficulty}): {f'completed at user turn {turn}' if turn else 'not completed'}")
        lines += [f"  {r.id}: {_open(trajectory, r)}" for r in goal.requests if r.id not in trajectory.done]
    return lines


def request_findings(trajectory: Trajectory) -> list[dict[str, Any]]:
    """One finding per request: the user turn that raised it, and whether and when it was done, or why not."""
    raised: dict[str, int] = {}
    for number, segment in enumerate(trajectory.segments, 1):
        for request_id in segment.requests:
            raised.setdefault(request_id, number)
    done = {e["request"]: e["user_turn"] for e in trajectory.progress if e["event"] == "done"}
    return [
        {
            "request": request.id,
            "raised_at_user_turn": raised.get(request.id),
            "done_at_user_turn": done.get(request.id) if request.id in trajectory.done else None,
            "evidence": "done" if request.id in trajectory.done else _open(trajectory, request),
        }
        for goal in trajectory.goals
        for request in goal.requests
    ]


def segment_lines(trajectory: Trajectory) -> list[str]:
    return [
        f"user turn {number}: {listed([kind for kind, _ in segment.dialogue_acts]) or 'speaks'}; "
        f"{segment.generations} assistant messages, {segment.calling} of them with calls"
        for number, segment in enumerate(trajectory.segments, 1)
    ]


def call_line(call: Call) -> str:
    return f"{call.tool}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"


def change_line(change: WantedChange) -> str:
    key = ", ".join(f"{column} {_shown(value)}" for column, value in change.key.items())
    values = ", ".join(f"{column} = {_shown(value)}" for column, value in change.values.items())
    return f"{change.kind} of {change.table} with {key}" + (f": {values}" if values else "")


def _shown(value: Any) -> str:
    return "(new)" if isinstance(value, dict) else str(value)


def _open(trajectory: Trajectory, request: Request) -> str:
    if request.id not in trajectory.after.disclosed:
        return "the user never came to ask for it"
    reasons = []
    if missing_made := missing_calls(request, trajectory.calls):
        reasons.append(f"never called {listed([call_line(call) for call in missing_made])}")
    if request.checkpoint.state and request.id not in trajectory.state.made:
        reasons.append("missing " + "; ".join(change_line(change) for change in request.checkpoint.state))
    if missing := Counter(missing_answers(request, trajectory.after.disclosed[request.id], trajectory.calls)):
        labels = [f"{label} ({n})" if n > 1 else label for label, n in missing.items()]
        reasons.append(f"never stated: {listed(labels)}")
    return ", and ".join(reasons) or "done, then undone"


def finding_lines(transcript: Transcript, findings: Sequence[Finding]) -> list[str]:
    """One line per finding: its message as `references` has it, the user turn, the speaker, the sub-score, the evidence."""
    return [
        f"[M{finding.message + 1}] user turn {transcript.segment(finding.message)}, "
        f"{transcript.messages[finding.message].role}: "
        f"{finding.sub_score} ({['blemish', 'flaw', 'harm'][finding.severity - 1]}): {finding.evidence}"
        for finding in findings
    ]


def references(transcript: Transcript, findings: Iterable[Finding]) -> dict[str, Any]:
    """What a score's metadata needs for `[M12]` in its explanation to be a link to the message in Inspect View."""
    places = sorted({finding.message for finding in findings})
    found = [
        Reference(type="message", cite=f"[M{place + 1}]", id=id_).model_dump()
        for place in places
        if (id_ := transcript.messages[place].id)
    ]
    return {"scanner_references": found} if found else {}
