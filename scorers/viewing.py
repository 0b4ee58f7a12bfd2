"""What `inspect view` shows of a run: a row per dialogue, and its scores in the order in which people ask for them."""

from inspect_ai.viewer import SampleScoreView, ScoreColorScale, TaskSamplesColumn, TaskSamplesView, ViewerConfig

from turnwise.scoring.quality.iq import SUB_SCORES

_FIRST = {
    ("success", "success"): "Success",
    ("completion", "completed"): "Goals done",
    ("completion", "rate"): "Completion",
    ("collateral", "collateral"): "Unwanted",
    ("iq", "iq_core"): "Quality",
    ("iq", "defects_per_100"): "Flaws / 100",
    ("counts", "turns"): "Turns",
    ("counts", "user_turns"): "User turns",
    ("counts", "restated"): "Restated",
    ("user_health", "user_health"): "User fit",
    **{("iq", name): name for name in SUB_SCORES},
    ("density", "density"): "Goals / 10",
    ("validity", "valid"): "Judged valid",
    ("validity", "agrees"): "Agrees",
}
"""All values that scores show; the viewer has a column for each, whether or not it is named here."""


def viewer(*, judged: bool) -> ViewerConfig:
    """The list of dialogues, and the scores of one."""
    columns = [
        *(TaskSamplesColumn(id=name) for name in ("sampleStatus", "sampleId", "input")),
        *(TaskSamplesColumn.score(*place) for place in _FIRST if judged or place[0] != "validity"),
        *(TaskSamplesColumn(id=name) for name in ("limit", "error")),
        *(TaskSamplesColumn(id=name, visible=False) for name in ("target", "answer", "tokens", "duration", "retries")),
    ]
    view = TaskSamplesView(
        name="dialogues",
        columns=columns,
        score_labels={key: label for (_, key), label in _FIRST.items() if key != label},
        score_color_scales={
            "rate": ScoreColorScale(palette="good-high", min=0, max=1),
            "iq_core": ScoreColorScale(palette="good-high", min=0.8, max=1),
            "collateral": ScoreColorScale(palette="good-low", min=0, max=3),
        },
    )
    return ViewerConfig(task_samples_view=view, sample_score_view=SampleScoreView(default="grid"))
