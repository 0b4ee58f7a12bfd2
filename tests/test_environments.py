"""The same seed and the same actions give the same words, progress and reward through Inspect and through every adapter."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import turnwise
from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import AssistantMessage, UserMessage
from turnwise.environments import rollout as environments
from turnwise.environments.credit import COST, findings, turn_rewards
from turnwise.environments.rollout import Episodes, Outcome, Rollout, at_once
from turnwise.environments.trl_env import environment, prompts
from turnwise.errors import TurnwiseError
from turnwise.scoring.quality.iq import quality
from turnwise.scoring.quality.own import transcript_of_trajectory

WORLD = "bike_workshop"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """Three dialogues of the oracle's and three of the baseline's, through Inspect, with batches of three episodes."""
    folder = tmp_path_factory.mktemp("logs")
    patch = pytest.MonkeyPatch()
    patch.setattr("turnwise.environments.rollout._BATCH", 3)
    episodes = Episodes(WORLD, seed=4)
    assert episodes.scenario(0).seed == "4 1"
    runs = [
        turnwise.run(WORLD, agent=agent, scenarios=3, seed=4, log_dir=folder / agent) for agent in ("oracle", "lexical")
    ]
    yield [trajectory for run in runs for trajectory in run]
    patch.undo()


def actions(trajectory: Any) -> list[AssistantMessage]:
    return [m for m in plain_messages(trajectory.messages) if isinstance(m, AssistantMessage)]


def words(trajectory: Any) -> list[str]:
    return [m.text for m in plain_messages(trajectory.messages) if isinstance(m, UserMessage)]


def test_a_rollout_is_the_dialogue_of_inspect(played: list[Any]) -> None:
    for trajectory in played:
        rollout = Rollout(Episodes(WORLD, seed=4))
        heard = [rollout.reset(trajectory.scenario.id - 1)]
        for action in actions(trajectory):
            for call in action.calls:
                rollout.call(call.tool, call.arguments)
            if not action.calls:
                heard.append(rollout.say(action.text))
        assert [text for text in heard if text] == words(trajectory)
        measures = turnwise.score(trajectory)
        outcome = rollout.outcome
        assert (outcome.completion, outcome.collateral) == (measures["completion"], measures["collateral"])
        assert outcome.success == bool(measures["success"])
        assert sum(share for _, share in outcome.credit) == pytest.approx(
            len(trajectory.done) / len(trajectory.requests)
        )
        rollout.close()


def test_findings_and_what_turns_are_worth_are_those_of_inspect(played: list[Any]) -> None:
    for trajectory in played:
        rollout = Rollout(Episodes(WORLD, seed=4))
        rollout.reset(trajectory.scenario.id - 1)
        for action in actions(trajectory):
            for call in action.calls:
                rollout.call(call.tool, call.arguments)
            if not action.calls:
                rollout.say(action.text)
        own = [(f.message, f.sub_score, f.severity) for f in findings(rollout)]
        theirs = quality(transcript_of_trajectory(trajectory)).findings
        assert own == [(f.message, f.sub_score, f.severity) for f in theirs]
        worth = turn_rewards(rollout)
        said = rollout.episode.conversation.messages
        lost = sum(COST[f.severity] for f in findings(rollout) if isinstance(said[f.message], AssistantMessage))
        assert sum(worth.values()) == pytest.approx(sum(share for _, share in rollout.outcome.credit) - lost)
        assert set(worth) <= set(range(1, len(words(trajectory)) + 1))
        rollout.close()


def test_gymnasium_gives_the_same(played: list[Any]) -> None:
    pytest.importorskip("gymnasium")
    from gymnasium.utils.env_checker import check_env

    from turnwise.environments.gymnasium_env import TurnwiseEnv

    environment = TurnwiseEnv(WORLD, seed=4)
    for trajectory in played:
        seen, info = environment.reset(seed=trajectory.scenario.id - 1)
        assert seen == words(trajectory)[0]
        assert "get_bike" in [tool["function"]["name"] for tool in info["tools"]]
        reward, over = 0.0, False
        for action in actions(trajectory):
            texts = [json.dumps({"tool": c.tool, "arguments": c.arguments}) for c in action.calls] or [action.text]
            for text in texts:
                seen, reward, over, _, info = environment.step(text)
        assert over
        measures = turnwise.score(trajectory)
        assert reward == max(-1.0, measures["completion"] - 0.25 * measures["collateral"])
    environment.close()
    check_env(TurnwiseEnv(WORLD, seed=4), skip_render_check=True)


def test_trl_gives_the_same(played: list[Any]) -> None:
    made = environment(WORLD, seed=4)()
    trajectory = played[0]
    assert words(trajectory)[0] in made.reset(
        **{k: v for k, v in prompts(1, trajectory.scenario.id - 1)[0].items() if k == "number"}
    )
    for action in actions(trajectory):
        for call in action.calls:
            getattr(made, call.tool)(**call.arguments)
        if not action.calls:
            heard = made.tell_user(action.text)
    assert heard == "(The person has left.)" or heard == words(trajectory)[-1]
    assert made.get_reward() == 1.0
    assert "over" in made.get_bike(bike_id=1)


def test_trl_reads_the_schemas_of_the_tools() -> None:
    chat_templates = pytest.importorskip("transformers.utils.chat_template_utils")
    made = environment(WORLD)()
    schema = chat_templates.get_json_schema(made.update_bike)["function"]
    assert schema["name"] == "update_bike"
    assert schema["parameters"]["required"] == ["bike_id"]
    assert chat_templates.get_json_schema(made.tell_user)["function"]["parameters"]["required"] == ["text"]


def test_an_outcome_is_weighed_as_documented() -> None:
    assert Outcome(1.0, 0, True, ()).reward == 1.0
    assert Outcome(0.5, 1, False, ()).reward == 0.25
    assert Outcome(0.0, 9, False, ()).reward == -1.0
    rollout = Rollout(Episodes(WORLD), weigh=lambda outcome: float(outcome.success))
    rollout.reset(0)
    assert rollout.reward == 0.0
    rollout.close()


def test_episodes_are_endless_and_different() -> None:
    episodes = Episodes(WORLD)
    first, later = episodes.scenario(1), episodes.scenario(environments._BATCH + 1)
    assert first.goals != later.goals
    assert later == Episodes(WORLD, seed=1).scenario(1)


def test_what_waits_is_refused() -> None:
    async def waits() -> None:
        import asyncio

        await asyncio.sleep(1)

    with pytest.raises(TurnwiseError, match="a model plays a part"):
        at_once(waits())


def test_many_episodes_in_one_process_do_not_see_each_other() -> None:
    rollouts = [Rollout(Episodes(WORLD)) for _ in range(40)]
    for place, rollout in enumerate(rollouts):
        rollout.reset(place % 20)
    rollouts[0].call("update_bike", {"bike_id": 1, "model_year": 1999})
    assert '"model_year": 1999' in rollouts[0].call("get_bike", {"bike_id": 1})
    assert all('"model_year": 1999' not in rollout.call("get_bike", {"bike_id": 1}) for rollout in rollouts[1:])
    for rollout in rollouts:
        rollout.close()


def test_the_page_on_environments_speaks_of_what_is_there() -> None:
    page = (Path(__file__).parents[1] / "docs" / "environments.md").read_text("utf-8")
    for name in ("TurnwiseEnv", "turn_rewards", "environment(", "Episodes", "Rollout", "COLLATERAL"):
        assert name in page
