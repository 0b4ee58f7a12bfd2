"""What the whole suite shares."""

import functools
import gc
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

os.environ.setdefault("INSPECT_DISPLAY", "none")
os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

# The libraries of trainers tell their makers that they are used, unless they are told not to.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

# Nobody is asked over TLS, and every client of a model reads all certificates of the system; a folder is read when needed.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(ROOT)

# `python -m pytest` puts the checkout on the path. An egg-info there, which `pip install -e .` leaves behind, would
# hide the installation from Inspect, and `turnwise/x` would be found by no name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT]

# A test that fails must fail for everybody, so the suite draws the same examples each time; `make fuzz` draws new ones.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, max_examples=40)
settings.register_profile("fuzz", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("ci")

FIRST = (
    *("test_ray", "test_packaging", "test_closed_loop", "test_planned", "test_branch", "test_own_agents"),
    *("test_by_model", "test_calibrate", "test_quality_real", "test_misbehaving", "test_generate", "test_pipelines"),
)
"""The dearest files, the dearest first: begun last, one would keep one worker while the other has nothing left."""

TOGETHER = {"test_closed_loop": "test_exports", "test_environments": "test_exports", "test_harvest": "test_exports"}
"""Files that fall to the worker of another, because both load the libraries of trainers, which takes seconds."""

gc.set_threshold(50_000, 5, 1)  # as runs of Turnwise have it, see turnwise/_inspect.py
gc.disable()  # nothing that is imported is garbage


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is run, and so nothing imported, by the process that hands tests to the workers of pytest-xdist."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    import inspect_ai._display
    import inspect_ai._eval.eval
    import inspect_ai._eval.task.log
    import inspect_ai._util.rich
    import inspect_ai.model._retry
    import inspect_ai.util._display
    import rich.live
    import tenacity

    # The first run in a process decides how those after it are shown, and runs of `eval_async` decide otherwise.
    inspect_ai.util._display.init_display_type("none")
    inspect_ai._display.display()

    # Inspect draws its table of tasks at the end of every eval, even where it is told to show none.
    rich.live.Live.refresh = lambda self: None  # type: ignore[method-assign]

    # Inspect draws every error a second time, in colours and with the code around it.
    drawn = inspect_ai._util.rich.rich_traceback
    inspect_ai._util.rich.rich_traceback = functools.wraps(drawn)(lambda *_, **__: "")  # type: ignore[assignment]

    # Inspect serves each eval to those who want to watch it, and reads the metadata of all packages to tell whose a task is.
    served = inspect_ai._eval.eval.control_server  # type: ignore[attr-defined]
    inspect_ai._eval.eval.control_server = lambda **named: served(**{**named, "enabled": False})  # type: ignore[attr-defined]
    of_task = inspect_ai._eval.task.log.resolve_task_distribution
    inspect_ai._eval.task.log.resolve_task_distribution = functools.cache(of_task)

    # Inspect waits three to six seconds before it first asks a server again; one on loopback needs no such rest.
    inspect_ai.model._retry.wait_exponential_jitter = lambda **_: tenacity.wait_fixed(0.05)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_collection_finish() -> None:
    """What is there from now on is there until the end, and not to be looked through for garbage again and again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.split("::", 1)[0]).stem
            return TOGETHER.get(file, file)

    return ByFile(config, log)
