"""What Inspect finds by name: `turnwise/user_oriented`, `turnwise/converse`, `turnwise/completion`, ..."""

from turnwise.models.lexical import offline
from turnwise.scorers.collateral import collateral
from turnwise.scorers.completion import completion
from turnwise.scorers.counts import counts
from turnwise.scorers.density import density
from turnwise.scorers.quality_judge import agreement, quality_judge
from turnwise.scorers.success import success
from turnwise.scorers.validity import validity
from turnwise.solvers.converse import converse
from turnwise.solvers.oracle import oracle
from turnwise.solvers.silent import silent
from turnwise.solvers.tool_loop import tool_loop
from turnwise.tasks.task_oriented import task_oriented
from turnwise.tasks.user_oriented import user_oriented

__all__ = [
    "agreement",
    "collateral",
    "completion",
    "converse",
    "counts",
    "density",
    "offline",
    "oracle",
    "quality_judge",
    "silent",
    "success",
    "task_oriented",
    "tool_loop",
    "user_oriented",
    "validity",
]
