"""What Inspect finds by name: `turnwise/user_oriented`, `turnwise/converse`, `turnwise/completion`, ..."""

from turnwise.agents.models import models
from turnwise.scorers.dialogues import mean_where_known
from turnwise.scorers.iq import iq
from turnwise.scorers.iq_judge import agreement, iq_judge
from turnwise.scorers.outcomes import collateral, completion, counts, density, success
from turnwise.scorers.user_health import user_health
from turnwise.scorers.validity import validity
from turnwise.solvers.bounds import deaf, hedger, json_dumper, reciter
from turnwise.solvers.converse import converse
from turnwise.solvers.misbehaving import misbehaving
from turnwise.solvers.oracle import oracle
from turnwise.solvers.silent import silent
from turnwise.solvers.tool_loop import tool_loop
from turnwise.tasks.resume import resume
from turnwise.tasks.task_oriented import task_oriented
from turnwise.tasks.user_oriented import user_oriented

__all__ = [
    "agreement",
    "collateral",
    "completion",
    "converse",
    "counts",
    "deaf",
    "density",
    "hedger",
    "iq",
    "iq_judge",
    "json_dumper",
    "mean_where_known",
    "misbehaving",
    "models",
    "oracle",
    "reciter",
    "resume",
    "silent",
    "success",
    "task_oriented",
    "tool_loop",
    "user_health",
    "user_oriented",
    "validity",
]
