"""What is counted in one dialogue, by the definitions of the paper's Appendix B made exact.

Pure functions of a Trajectory. Means over segments are kept with their sums, so that a data set can be
summed up as a ratio of sums.
"""

from collections import Counter
from collections.abc import Sequence

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool

from turnwise.dialogue.trajectory import Segment, Trajectory, segments_of
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.own import transcript_of_trajectory

Measures = dict[str, float]


def lengths(messages: Sequence[ChatMessage], segments: Sequence[Segment] | None = None) -> Measures:
    """Turns, steps and calls of one dialogue, which need no goals to be counted; system messages are none of them.

    Args:
        segments: those of the messages, unless given.

    Keys:
        turns: user, assistant and tool messages. turns_paired: without the tool messages.
        user_turns, assistant_turns, calls, call_errors: as they say.
        segments: user messages that were answered.
        steps_generation: assistant messages per answered segment, final reply included; steps_tool: those
            that carry a call. `_sum` is the numerator, `_max` the largest segment.
    """
    kinds = Counter(message.role for message in messages)
    assistant = [m for m in messages if isinstance(m, ChatMessageAssistant)]
    answered = [s for s in (segments_of(messages) if segments is None else segments) if s.generations]
    steps = {"generation": [s.generations for s in answered], "tool": [s.calling for s in answered]}
    found: Measures = {
        "turns": kinds["user"] + kinds["assistant"] + kinds["tool"],
        "turns_paired": kinds["user"] + kinds["assistant"],
        "user_turns": kinds["user"],
        "assistant_turns": kinds["assistant"],
        "segments": len(answered),
        "calls": sum(len(m.tool_calls or []) for m in assistant),
        "call_errors": sum(isinstance(m, ChatMessageTool) and m.error is not None for m in messages),
    }
    for name, numbers in steps.items():
        found[f"steps_{name}"] = _ratio(sum(numbers), len(answered))
        found[f"steps_{name}_sum"], found[f"steps_{name}_max"] = sum(numbers), max(numbers, default=0)
    return found


def counts(trajectory: Trajectory) -> Measures:
    """Turns, steps, tasks and requests of one dialogue.

    Keys:
        all of `lengths`.
        tasks: goals assigned. raised: goals mentioned. completed: goals whose checkpoints hold.
        requests: user messages that ask for something not asked before. requests_per_task: over tasks assigned.
        restated: user messages that ask again for what was asked before: what an agent that does not listen
            costs; 0 where a model plays the user, which does not say what it does.
        tokens: of what was said and called. censored: 1 when a limit cut the dialogue off.
        faults: replies of any model that could not be used. user_fault, tool_fault, agent_fault: 1 when such
            replies, by the user, the simulator of tools or the agent, ended the dialogue.
    """
    own = trajectory.segments[1:] if trajectory.waiting else trajectory.segments
    requests = sum(bool(segment.requests) for segment in own)
    tasks = len(trajectory.goals)
    return {
        **lengths(trajectory.messages, trajectory.segments),
        "tasks": tasks,
        "raised": sum(trajectory.raised(goal) for goal in trajectory.goals),
        "completed": sum(trajectory.completed(goal) for goal in trajectory.goals),
        "requests": requests,
        "requests_per_task": _ratio(requests, tasks),
        "restated": sum(segment.restates for segment in own),
        "tokens": trajectory.tokens,
        "censored": float(trajectory.ended in ("turn_limit", "interrupted")),
        "faults": len(trajectory.faults),
        **{kind: float(trajectory.ended == kind) for kind in ("user_fault", "tool_fault", "agent_fault")},
    }


def density(trajectory: Trajectory) -> Measures:
    """Task completion density: completed goals per trajectory, and per length.

    Every per-length version is one over length among successes and favours short dialogues by construction:
    read `completed` beside the completion rate first.

    Keys:
        completed: goals completed. per_10_user_turns, per_10_turns, per_1000_tokens: over that length.
        area: mean over user turns of the share of goals completed by then, in [0, 1].
    """
    done = [trajectory.completed_at(goal) for goal in trajectory.goals]
    completed = sum(turn is not None for turn in done)
    user_turns = len(trajectory.segments)
    reached = sum(user_turns - turn + 1 for turn in done if turn is not None)
    return {
        "completed": completed,
        "per_10_user_turns": _ratio(10 * completed, user_turns),
        "per_10_turns": _ratio(10 * completed, len(trajectory.messages)),
        "per_1000_tokens": _ratio(1000 * completed, trajectory.tokens),
        "area": _ratio(reached, user_turns * len(trajectory.goals)),
    }


def completion(trajectory: Trajectory) -> Measures:
    """Goals assigned, raised and completed; requests likewise; and the completion rate (completed / assigned)."""
    goals, requests = trajectory.goals, trajectory.requests
    completed = sum(trajectory.completed(goal) for goal in goals)
    return {
        "assigned": len(goals),
        "raised": sum(trajectory.raised(goal) for goal in goals),
        "completed": completed,
        "rate": _ratio(completed, len(goals)),
        "requests_assigned": len(requests),
        "requests_completed": sum(request.id in trajectory.done for request in requests),
    }


def measures(trajectory: Trajectory) -> dict[str, float]:
    """See `turnwise.score`. A dialogue that a simulated user or tool ended by its own fault says nothing of the agent: it has no measures."""
    if trajectory.simulation_failed:
        return {}
    known = quality(transcript_of_trajectory(trajectory)).values
    return {
        **counts(trajectory),
        **density(trajectory),
        "success": float(trajectory.succeeded),
        "completion": completion(trajectory)["rate"],
        "collateral": float(len(trajectory.state.unwanted)),
        **{name: value for name, value in known.items() if value is not None},
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
