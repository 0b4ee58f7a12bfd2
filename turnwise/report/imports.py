"""Dialogues that something else held, as a person reads them: what was imported, a list, and what came of one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from inspect_ai.log import EvalSample, EvalSampleSummary
from rich.console import Console
from rich.text import Text

from turnwise.dialogue.endings import ENDINGS
from turnwise.logs.info import LogInfo
from turnwise.logs.transcripts import FOREIGN
from turnwise.report.tables import dialogue_name, plain_table, print_facts, print_list, print_next


def print_imported(
    console: Console, log: Path, ids: Sequence[int | str | None], left_out: Iterable[str], broken: Iterable[str]
) -> None:
    """Print how many dialogues were imported, what was wrong with the file, and what to do next.

    Args:
        ids: one for each dialogue.
        left_out: what cost whole dialogues, a line each.
        broken: what was wrong within those that were imported.
    """
    costs = [*(("Left out", line) for line in left_out), *(("Broken", line) for line in broken)]
    print_facts(console, [("Dialogues", str(len(ids))), *costs, ("Log", str(log))])
    print_next(console, f"turnwise show {log} {ids[0]}", f"inspect view --log-dir {log.parent}")


def print_imported_title(console: Console, info: LogInfo) -> None:
    """Print where an imported log comes from."""
    console.print(Text(f"imported from {info.world} ({info.about.get('format')})", style="bold"))


def print_imported_dialogues(console: Console, info: LogInfo, summaries: Sequence[EvalSampleSummary]) -> None:
    """Print the dialogues of an imported log, one a line."""
    print_imported_title(console, info)
    table = plain_table("Dialogue", "Reward", "User turns", "Messages")
    for summary in summaries:
        reward = (summary.scores or {}).get("reward")
        turns, messages = summary.metadata.get("user_turns", ""), summary.message_count or ""
        table.add_row(dialogue_name(summary), reward.text if reward else "", str(turns), str(messages))
    print_list(console, table, info.path, summaries)


def print_imported_outcome(console: Console, sample: EvalSample) -> None:
    """Print what is known of how an imported dialogue ended."""
    ended = sample.metadata.get(FOREIGN, {}).get("ended", "")
    reward = (sample.scores or {}).get("reward")
    console.print()
    console.print(Text(ENDINGS.get(ended, "It is not known how the dialogue ended.")))
    if reward is not None:
        console.print(Text(f"Reward: {reward.text}"))
