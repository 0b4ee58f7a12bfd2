"""A real Ray cluster of several nodes on this machine, of which one dies in the middle of a run."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from needs import needs
from test_planned import EASY, dialogues, order_of, turnwise, undisturbed, with_a_checkout, written

from turnwise.harvest import launchers
from turnwise.harvest.launchers import Failures, on_ray
from turnwise.harvest.plan import cells_of, load_plan
from turnwise.harvest.shards import Order

needs("ray", reason="pip install 'turnwise[ray]'")
pytestmark = pytest.mark.filterwarnings("ignore")
__all__ = ["undisturbed"]  # a fixture


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    import ray
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        monkeypatch.setenv("RAY_ADDRESS", made.address)
        yield made
    finally:
        ray.shutdown()
        made.shutdown()


def test_a_node_that_dies_costs_nothing(
    cluster: Any, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doomed = [cluster.add_node(num_cpus=2)]
    failures: list[Failures] = []
    asked: list[int] = []

    def watched(orders: Sequence[Order], processes: int, tick: Callable[[], None]) -> Failures:
        def kill_and_tick() -> None:
            tick()
            if doomed and any(Path(order.status).exists() for order in orders):
                cluster.remove_node(doomed.pop(), allow_graceful=False)
            time.sleep(0.05)

        asked.append(len(orders))
        failures.append(on_ray(orders, processes, kill_and_tick))
        return failures[-1]

    monkeypatch.setitem(launchers.LAUNCHERS, "ray", watched)
    plan = written(tmp_path, launcher="ray", processes=3)
    done = turnwise("generate", plan, "-o", tmp_path / "made", *EASY)
    assert done.exit_code == 0, done.output
    assert not doomed
    assert failures[0], "nothing was running on the node that died"
    assert all(again <= len(failures[0]) for again in asked[1:2])  # what it had finished is not held again
    assert dialogues(tmp_path / "made") == dialogues(undisturbed)


@pytest.mark.usefixtures("cluster")
def test_a_checkout_where_the_command_is_given_is_not_what_nodes_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cell, _) = cells_of(load_plan(written(tmp_path)))
    monkeypatch.chdir(with_a_checkout(tmp_path))
    assert on_ray([order_of(cell, tmp_path)], 1, lambda: None) == {}
    assert len(dialogues(tmp_path)) == 2
