"""A judge over dialogues before and after changes: an Inspect eval with a judgement a sample."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelUsage, get_model
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turnwise.calibrate.calibration import Judgements, Planted
from turnwise.llm.prompts import load_prompts
from turnwise.llm.stage import ModelChoice, run_work, unasked
from turnwise.logs.read import CALIBRATION
from turnwise.scoring.quality.judge import Panel, ask_judges
from turnwise.scoring.quality.rendering import case
from turnwise.scoring.quality.transcript import SubScore

_ERRORS = 5
"""Judgements that may fail for good, such as a dialogue too long for the model, before the rest is given up."""


class Judging(NamedTuple):
    judgements: Judgements
    asked: int
    unscored: tuple[str, ...]
    """why, for each dialogue of which nothing usable came"""
    usage: ModelUsage
    log: Path


def judge_planted(planted: Sequence[Planted], choice: ModelChoice) -> Judging:
    """Let a model judge every dialogue that was changed once, and once after each change."""
    prompt = load_prompts(choice.prompt_dir)["quality_judge"]
    clean = {p.place: f"dialogue {p.place + 1}" for p in planted}
    changed = [f"dialogue {p.place + 1}, {p.change.name} ({number})" for number, p in enumerate(planted, 1)]
    texts = {clean[p.place]: p.before for p in planted} | {n: p.after for n, p in zip(changed, planted, strict=True)}
    about = {clean[p.place]: {"task": p.task} for p in planted}
    about |= {n: {"task": p.task, "change": p.change.name} for n, p in zip(changed, planted, strict=True)}
    samples = [Sample(id=name, input=case(text), metadata=about[name]) for name, text in texts.items()]
    panels: dict[str, Panel] = {}
    failed: list[Exception] = []

    @scorer(name="judgement", metrics=[mean()])  # a name of its own: Inspect would find it in the place of iq_judge
    def judgement() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            name = str(state.sample_id)
            try:
                panel = await ask_judges([get_model(role="grader", required=True)], prompt, texts[name])
            except Exception as error:
                failed.append(error)
                raise
            panels[name] = panel
            metadata = {**panel.dump(), "prompt": prompt.version}
            if panel.score is None:
                return Score.unscored(explanation=panel.explanation, metadata=metadata)
            return Score(value=panel.score, explanation=panel.explanation, metadata=metadata)

        return score

    task = Task(dataset=samples, solver=[], scorer=judgement(), name=CALIBRATION)
    said = {"judgements": len(samples), "prompt": prompt.version}
    log = run_work(task, "grader", choice, said, errors=min(_ERRORS, len(samples)))
    if log.status != "success":
        raise unasked(choice, failed, log)
    found = {name: _sub_score(panels.get(name)) for name in texts}
    return Judging(
        Judgements({place: found[name] for place, name in clean.items()}, [found[name] for name in changed]),
        asked=len(samples),
        unscored=(
            *(panel.explanation for panel in panels.values() if panel.score is None),
            *(str(error) or type(error).__name__ for error in failed),
        ),
        usage=log.stats.role_usage.get("grader", ModelUsage()),
        log=Path(log.location),
    )


def _sub_score(panel: Panel | None) -> SubScore:
    if panel is None:
        return SubScore(None)
    return SubScore(panel.score, tuple(finding for reading in panel.every for finding in reading.findings))
