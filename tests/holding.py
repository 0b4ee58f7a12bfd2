"""Dialogues at the loopback endpoint, with the cast in every role but where a test twists a reply."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cast_dialogue
from endpoint import Answer, Body, endpoint, model_at, shape_of
from inspect_ai import Task, eval
from inspect_ai.log import EvalLog, EvalSample, read_eval_log

from turnwise.scorers.validity import validity
from turnwise.tasks.user_oriented import user_oriented

Twist = Callable[[Body, int], Answer | None]
"""What to answer instead of what the cast would; the number counts the requests of that role."""


def role_of(body: Body) -> str:
    shape = shape_of(body)
    return {"UserReply": "user", "WordedTurn": "user", "Judgement": "grader", "SimulatedResult": "simulator"}.get(
        shape, "agent"
    )


def hold(
    folder: Path,
    task: Task,
    *,
    roles: tuple[str, ...] = ("user",),
    twists: dict[str, Twist] | None = None,
    received: list[Body] | None = None,
) -> EvalLog:
    """Dialogues at the loopback endpoint, read back from their log."""
    counted: Counter[str] = Counter()

    def answer(body: Body, number: int) -> Answer:
        role = role_of(body)
        counted[role] += 1
        if received is not None:
            received.append(body)
        twisted = (twists or {}).get(role, lambda body, number: None)(body, counted[role] - 1)
        return twisted if twisted is not None else cast_dialogue.speak(body)

    if "grader" in roles:
        task.scorer = [*(task.scorer or []), validity()]
    with endpoint(answer) as url:
        model = model_at(url)
        (log,) = eval(
            task,
            model=model,
            model_roles=dict.fromkeys(roles, model),
            log_dir=str(folder),
            display="none",
            log_realtime=False,
            max_retries=3,
        )
    assert log.status == "success", log.error
    return read_eval_log(log.location)


def easy(count: int = 1, **options: Any) -> Task:
    return user_oriented(scenarios=count, goals=1, difficulty="easy", **options)


def only(log: EvalLog) -> EvalSample:
    (sample,) = log.samples or []
    assert sample.error is None, sample.error
    return sample
