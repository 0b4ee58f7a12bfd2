"""Do the dialogues teach? One small model, fine-tuned on task-oriented and on user-oriented ones, against itself untrained.

    python benchmarks/closed_loop.py --model FOLDER_OR_NAME -o build/closed_loop

Dialogues of both kinds are held and harvested on the training worlds, exported as tokens and masks, and cut to equal
numbers of tokens. Each kind trains one copy of the model (TRL, all weights). Then base and copies are measured on a world
and behaviours that none was trained on: by one pass over dialogues that they did not write, and by holding dialogues
themselves through Turnwise. Every stage leaves its result in the folder and is not done twice; `--only table` prints
what is there. docs/learning.md tells what came of a run.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pyarrow.parquet
import torch
from closed_loop_table import ARMS, MODELS, held_file, logs_of, plot, read, table
from served_model import served
from small_model import bring, load, measure, train

import turnwise
from turnwise._inspect import Player, run_task
from turnwise.errors import HarvestError
from turnwise.files import atomic_write
from turnwise.harvest.exports.writing import export
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import load_world, save_world

STAGES = ("model", "data", "train", "held", "play", "table")
Rows = list[dict[str, Any]]


def few_tools(name: str, tools: int, place: Path) -> Path:
    """A bundled world with so few tools that a small model's context takes them; a world's folder is taken as it is."""
    if Path(name).is_dir():
        return Path(name)
    world = place / f"{name}_{tools}"
    if not world.exists():
        place.mkdir(parents=True, exist_ok=True)
        script = place / f"{name}.sql"
        script.write_text(load_world(name).database or "", "utf-8")
        save_world(make_world(script, name=name, most_tools=tools), world)
    return world


def dialogues(given: argparse.Namespace, world: str, behaviour: str, seed: int, place: Path) -> Rows:
    """Dialogues of the reference agent's that passed the harvest, as tokens and masks."""
    rows = place / f"{world}-{behaviour}-{seed}.json"
    if not rows.exists():
        home = place / f"{world}-{behaviour}-{seed}"
        run = turnwise.run(
            few_tools(world, given.tools, given.out / "worlds"),
            agent=given.teacher,
            behaviour=behaviour,
            scenarios=given.batch,
            goals=given.goals,
            difficulty=given.difficulty,
            seed=seed,
            log_dir=home / "logs",
        )
        turnwise.harvest(run, home / "archive", validation=0.0, fit_users=False)
        export(home / "archive", "tokens", home / "tokens", tokenizer=str(given.out / "models" / "base"))
        found = pyarrow.parquet.read_table(home / "tokens" / "train.parquet").to_pylist()
        write(rows, found)
    return list(read(rows))


def equal_shares(given: argparse.Namespace) -> dict[str, Rows]:
    """For each kind, dialogues up to the same number of tokens, from the training worlds in turn."""
    found: dict[str, Rows] = {}
    for arm in ARMS:
        kept, used, seed = [], 0, given.seed
        while used < given.tokens:
            batches = [dialogues(given, world, arm, seed, given.out / "data") for world in given.worlds]
            seed += 1
            for row in (row for turn in zip(*batches, strict=False) for row in turn):
                size = len(row["input_ids"])
                if size <= given.context and used < given.tokens:
                    kept.append(row)
                    used += size
        found[arm] = kept
    return found


def trained(given: argparse.Namespace, arm: str, rows: Rows) -> None:
    """Fine-tune a copy of the model on one kind."""
    began, cpu = time.monotonic(), time.process_time()
    losses = train(
        given.out / "models" / "base",
        rows,
        given.out / "models" / arm,
        rate=given.rate,
        epochs=given.epochs,
        accumulate=given.accumulate,
        context=given.context,
        device=given.device,
        half=given.half,
        seed=given.seed,
    )
    write(
        given.out / f"train-{arm}.json",
        {
            "losses": losses,
            "dialogues": len(rows),
            "tokens": sum(len(row["input_ids"]) for row in rows),
            "learned": sum(label != -100 for row in rows for label in row["labels"]),
            "seconds": time.monotonic() - began,
            "cpu": time.process_time() - cpu,
        },
    )


def played(given: argparse.Namespace, name: str, behaviour: str) -> None:
    """Let a model answer a behaviour in the held-out world."""
    began = time.process_time()
    model, tokenizer = load(given.out / "models" / name, given.device)
    with served(model, tokenizer, 2 * given.context, given.reply) as url:
        run_task(
            "task_oriented" if behaviour == "task_oriented" else "user_oriented",
            {
                "world": str(few_tools(given.held_out, given.tools, given.out / "worlds")),
                "behaviour": behaviour,
                "scenarios": given.scenarios,
                "goals": given.goals,
                "difficulty": given.difficulty,
                "seed": given.held_seed,
                "max_turns": given.turns,
            },
            Player(
                f"turnwise/chat/{name}",
                base_url=url,
                args={"api_key": "none"},
                agent_args={"max_steps": given.steps},
                timeout=600,
                retries=1,
            ),
            logs_of(given.out, name, behaviour),
        )
    write(done(given, name, behaviour), {"cpu": time.process_time() - began})


def done(given: argparse.Namespace, name: str, behaviour: str) -> Path:
    """What is there when a model has held all its dialogues with a behaviour."""
    return Path(given.out / f"played-{name}-{behaviour}.json")


def write(path: Path, what: Any) -> None:
    """Write a result, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(json.dumps(what))


def steps(given: argparse.Namespace) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Stage, what it is about, and what does it, of all that is not done yet."""
    models = given.out / "models"
    if not (models / "base" / "config.json").exists():
        yield "model", given.model, lambda: bring(given.model, given.gguf, models / "base")
    yield "data", "training", lambda: equal_shares(given)
    for arm in ARMS:
        if not (given.out / f"train-{arm}.json").exists():
            yield "train", arm, lambda arm=arm: trained(given, arm, equal_shares(given)[arm])
    for behaviour in given.behaviours:
        for name in MODELS:
            if not (file := held_file(given.out, name, behaviour)).exists():

                def hold(name: str = name, behaviour: str = behaviour, file: Path = file) -> None:
                    rows = dialogues(given, given.held_out, behaviour, given.held_seed, given.out / "held")
                    rows = [row for row in rows if len(row["input_ids"]) <= given.context][: given.held]
                    write(file, measure(models / name, rows, given.device, half=given.half))

                yield "held", f"{name} on {behaviour}", hold
        for name in MODELS if behaviour in given.play else ():
            if not done(given, name, behaviour).exists():
                yield "play", f"{name} with {behaviour}", lambda n=name, b=behaviour: played(given, n, b)


def flags() -> argparse.ArgumentParser:
    """All there is to choose."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--model", required=True, help="a folder, or a name of transformers")
    options.add_argument("--gguf", help="the file of that folder, where it is GGUF")
    options.add_argument("-o", "--out", type=Path, required=True, help="where all results go")
    options.add_argument("--worlds", nargs="+", default=["bike_workshop", "concert_hall", "housing_association"])
    options.add_argument("--held-out", default="city_library", help="the world that none is trained on")
    options.add_argument("--behaviours", nargs="+", default=["terse", "polite_verbose"], help="of the dialogues read")
    options.add_argument("--play", nargs="*", default=["terse"], help="those of them that the models answer themselves")
    options.add_argument("--teacher", default="oracle", help="who answers in the dialogues to learn from")
    options.add_argument("--tools", type=int, default=4, help="of each world")
    options.add_argument("--goals", default="1")
    options.add_argument("--difficulty", default="mixed")
    options.add_argument("--batch", type=int, default=20, help="dialogues held at once")
    options.add_argument("--tokens", type=int, default=30_000, help="to train on, of each kind")
    options.add_argument("--context", type=int, default=1024, help="tokens of a dialogue at most")
    options.add_argument("--epochs", type=float, default=1)
    options.add_argument("--accumulate", type=int, default=4, help="dialogues between two steps")
    options.add_argument("--rate", type=float, default=3e-4, help="of learning")
    options.add_argument("--held", type=int, default=20, help="dialogues of each behaviour that are read")
    options.add_argument("--scenarios", type=int, default=12, help="dialogues that each model holds")
    options.add_argument("--reply", type=int, default=64, help="tokens of a reply at most")
    options.add_argument("--steps", type=int, default=4, help="calls and replies to one user message at most")
    options.add_argument("--turns", type=int, default=5, help="user messages of these at most")
    options.add_argument("--seed", type=int, default=0, help="of the training dialogues, and of training")
    options.add_argument("--held-seed", type=int, default=1000, help="of the dialogues measured on")
    options.add_argument("--device", default="cpu")
    options.add_argument("--half", action="store_true", help="bfloat16 where it can be")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--plot", type=Path, help="a picture of the table")
    options.add_argument("--only", nargs="*", choices=STAGES, default=STAGES)
    return options


def main() -> None:
    """Do what is not done yet, and print the table."""
    given = flags().parse_args()
    torch.set_num_threads(given.threads)
    write(given.out / "flags.json", {name: str(value) for name, value in vars(given).items()})
    for stage, about, work in steps(given):
        if stage in given.only:
            began = time.monotonic()
            print(f"{stage}: {about} ...", file=sys.stderr, flush=True)
            try:
                work()
            except HarvestError as error:
                raise SystemExit(str(error)) from error
            print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            if stage != "data":
                write(given.out / "table.json", table(given.out))
    if "table" in given.only:
        print(table(given.out))
        if given.plot:
            plot(given.out, given.plot)


if __name__ == "__main__":
    main()
