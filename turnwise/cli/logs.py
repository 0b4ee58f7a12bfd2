"""Commands that read logs: what was said in them, what came of it, and what the scores are worth."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turnwise.cli.common import (
    asking,
    console,
    counting,
    json_option,
    judge_options,
    logs_in,
    only_option,
    print_json,
    read_logs,
    working,
)
from turnwise.errors import LogError, TurnwiseError, did_you_mean
from turnwise.llm.stage import ModelChoice
from turnwise.logs.remote import fetched, is_url
from turnwise.values.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from turnwise.scoring.comparison import Run


@click.command()
@click.argument("path", metavar="WORLD|LOG")
@click.argument("number", required=False)
@click.option("--epoch", type=click.IntRange(min=1), default=1, show_default=True, help="Which trial of the dialogue.")
@json_option
def show(path: str, number: str | None, epoch: int, as_json: bool) -> None:
    """Show a world, the dialogues of a log, or one dialogue.

    \b
    turnwise show city_library             a bundled world, or a world directory
    turnwise show logs/x.eval              its dialogues, one a line
    turnwise show logs/x.eval 3            dialogue 3: what was said, called and achieved
    """
    from turnwise.report.dialogues import print_dialogue, print_dialogues
    from turnwise.report.worlds import print_world
    from turnwise.worlds import load_world

    if is_url(path):
        path = str(fetched(path))
    if Path(path).is_file():
        if as_json:
            _print_log_json(Path(path), number, epoch)
        elif number is None:
            print_dialogues(console(), Path(path))
        else:
            print_dialogue(console(), Path(path), number, epoch)
        return
    if path.endswith((".eval", ".json")):
        raise LogError(f"{path} does not exist: name a log, a world directory or a bundled world")
    world = load_world(path)
    if number is not None:
        raise TurnwiseError(f"{path} is a world: only a log has a dialogue {number}")
    if as_json:
        print_json(world.model_dump(mode="json", exclude={"database"}))
        return
    print_world(console(), world)


def _print_log_json(log: Path, number: str | None, epoch: int) -> None:
    from turnwise.logs.read import read_sample
    from turnwise.report.as_json import dialogues_json
    from turnwise.report.dialogues import chosen_summary

    if number is None:
        print_json(dialogues_json(log))
        return
    sample = read_sample(log, chosen_summary(log, number, epoch))
    print_json(
        sample.model_dump(mode="json", include={"id", "epoch", "messages", "metadata", "scores", "store", "error"})
    )


@click.command()
@click.argument("logs", nargs=-1)
@click.option(
    "--by",
    metavar="KEY,...",
    help="What makes a condition, as behaviour,agent: task, behaviour, agent, world, user, tags or a setting.",
)
@click.option(
    "--page", metavar="FILE.html", help="Write one page with every number, drawing and dialogue; it needs no network."
)
@click.option("--csv", "csv_file", metavar="FILE.csv", help="Write every number, a line each.")
@click.option("--plot", metavar="FILE.png|.svg", help="Draw the conditions as well.")
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
@only_option
@json_option
def compare(
    logs: tuple[str, ...],
    by: str | None,
    page: str | None,
    csv_file: str | None,
    plot: str | None,
    prices: str | None,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Compare the conditions in LOGS: files or folders, ./logs unless given.

    A condition is a task, an agent and a world; settings tell conditions apart where they differ. Several logs of one
    condition are taken together. Conditions are held against each other on the scenarios that both met.

    \b
    turnwise compare logs
    turnwise compare logs --page report.html
    turnwise compare logs --only task=user_oriented --by behaviour,agent --csv numbers.csv
    """
    from turnwise.files import atomic_write
    from turnwise.report.as_json import comparison_csv, comparison_json
    from turnwise.report.plot import save_plot
    from turnwise.report.table import print_comparison

    reading = read_logs(logs, only, prices)
    facets = _facets(by, reading.runs)
    written = {"Plot": save_plot(reading.runs, plot)} if plot else {}
    if csv_file:
        with atomic_write(Path(csv_file), "w") as file:
            file.write(comparison_csv(reading.runs, facets))
        written["Numbers"] = Path(csv_file)
    if page:
        from turnwise.report.page.page import write_page

        with counting(f"Writing {page}", sum(len(run.dialogues) for run in reading.runs)) as tell:
            write_page(reading.runs, Path(page), reading.remarks, facets, tell)
        written["Page"] = Path(page)
    if as_json:
        print_json(comparison_json(reading.runs, reading.remarks, facets))
        return
    print_comparison(console(), reading.runs, reading.remarks, facets, paper=True)
    for what, path in written.items():
        click.echo(f"{what}: {path}")


def _facets(by: str | None, runs: "Sequence[Run]") -> list[str]:
    names = [name.strip() for name in (by or "").split(",") if name.strip()]
    known = dict.fromkeys(name for run in runs for name in run.facets)
    for name in names:
        if name not in known:
            raise LogError(f"--by {name}: {did_you_mean(name, list(known), f'it takes {listed(list(known))}')}")
    return names


@click.command()
@click.argument("logs", nargs=-1)
@click.option(
    "--reference",
    default="people",
    show_default=True,
    metavar="NAME|FILE",
    help="Whom they should talk like: people, tau_bench, star, multidogo, taskmaster_4, transcripts, or a file of --save.",
)
@click.option("--save", "output", metavar="FILE.json", help="Write how they talk as a file that can be a reference.")
@only_option
@json_option
def health(logs: tuple[str, ...], reference: str, output: str | None, only: tuple[str, ...], as_json: bool) -> None:
    """Whether the simulated users in LOGS behave like people: files or folders, ./logs unless given.

    Every check of the users, and then how they talk in nineteen features beside a reference: published figures of people, or
    means over your own people's transcripts.

    \b
    turnwise health logs
    turnwise health logs --reference transcripts.jsonl     anything that turnwise import reads
    """
    from turnwise.logs.user_turns import read_reference, user_turns
    from turnwise.report.fingerprint import fingerprint_json, print_fingerprint, write_fingerprint
    from turnwise.report.health import print_health

    screen = console()
    beside, said = read_reference(reference)
    runs = read_logs(logs, only).runs
    players = user_turns(logs_in(logs, only))
    if as_json:
        print_json({"users": [_health_of(run) for run in runs if run.users], "talk": fingerprint_json(players)})
        return
    if any(run.users for run in runs):
        print_health(screen, runs)
    else:
        click.echo(
            "Nothing is known of how users did their part: score these logs with turnwise/user_health.", err=True
        )
    print_fingerprint(screen, players, beside, said)
    if output:
        write_fingerprint(players, Path(output))
        click.echo(f"Written: {output}")


def _health_of(run: "Run") -> dict[str, Any]:
    from turnwise.scoring.comparison import checks_of, unfit

    return {
        "log": run.log,
        "task": run.task,
        "agent": run.candidate,
        "world": run.world,
        "unfit": unfit([run]),
        "checks": checks_of([run]),
    }


@click.command()
@click.argument("paths", metavar="[LOGS]...", nargs=-1)
@click.option("--plot", metavar="FILE.png", help="Draw it as well.")
@click.option("--seed", default=0, show_default=True, help="Drives where defects are planted, and the intervals.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N dialogues only.")
@click.option(
    "--scorer", "scorers", multiple=True, metavar="NAME", help="Only this sub-score and its defects; may be repeated."
)
@click.option(
    "--audit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Plant nothing: draw N findings per sub-score, to be marked.",
)
@click.option("-o", "output", metavar="FILE.jsonl", help="Where --audit writes them.")
@click.option(
    "--audited", metavar="FILE.jsonl", help="Plant nothing: the precision of findings that were marked in FILE."
)
@only_option
@json_option
@judge_options
def calibrate(
    paths: tuple[str, ...],
    only: tuple[str, ...],
    as_json: bool,
    audit: int | None,
    output: str | None,
    audited: str | None,
    plot: str | None,
    seed: int,
    limit: int | None,
    scorers: tuple[str, ...],
    choice: ModelChoice | None,
) -> None:
    """Plant defects in the dialogues of LOGS and see which quality scores fall: files or folders, ./logs unless given.

    A defect must lower the sub-score that is meant to see it; a benign change, such as an amount written in another
    way, must lower none. Whether findings are true is for a person to say: --audit and --audited. A judge reads each dialogue once as it is and once after each change, some thirty times in
    all: --limit and --scorer keep that small.

    \b
    turnwise calibrate logs
    turnwise calibrate logs --audit 40 -o findings.jsonl
    """
    from turnwise.calibrate import BENIGN, DEFECTS
    from turnwise.calibrate.audit import draw_findings, read_precision, write_findings
    from turnwise.calibrate.bank import JUDGE
    from turnwise.calibrate.calibration import calibrate as calibrated
    from turnwise.calibrate.calibration import plant
    from turnwise.calibrate.judging import judge_planted
    from turnwise.logs.transcripts import read_transcripts
    from turnwise.report.calibration import print_calibration, print_judging, print_precision, save_calibration_plot
    from turnwise.scoring.quality.iq import SUB_SCORES

    if odd := set(scorers) - set(SUB_SCORES):
        raise TurnwiseError(f"--scorer {min(odd)}: there are {', '.join(SUB_SCORES)}")
    chosen = scorers or tuple(SUB_SCORES)
    screen = console()
    if audited:
        precision = read_precision(Path(audited))
        print_json(precision) if as_json else print_precision(screen, precision)
        return
    transcripts = read_transcripts(logs_in(paths, only), limit)
    if audit:
        if not output:
            raise TurnwiseError("--audit needs -o FILE.jsonl, where the findings go")
        drawn = draw_findings(transcripts, audit, seed=seed)
        write_findings(drawn, Path(output))
        click.echo(f"{len(drawn)} findings: {output}")
        click.echo(f"Mark each true, false or arguable in `mark`, then: turnwise calibrate --audited {output}")
        return
    seen_by = (*chosen, *([JUDGE] if choice is not None else []))
    changes = [*(defect for defect in DEFECTS.values() if defect.seen_by in seen_by), *BENIGN.values()]
    judging = None
    with working(f"Planting defects in {len(transcripts)} dialogues"):
        planted = plant(transcripts, changes, seed=seed)
    if choice is not None and planted:
        wanted = len({p.place for p in planted}) + len(planted)  # one of each dialogue before, one after each change
        click.echo(f"{wanted} judgements are asked of {choice.model}.")
        with asking(choice):
            judging = judge_planted(planted, choice)
    with working(f"Scoring {len(planted)} changes"):
        rows = calibrated(planted, changes, SUB_SCORES, judging and judging.judgements, seed=seed)
    rows = [row for row in rows if row.scorer in (*chosen, JUDGE)]
    left = [] if choice is not None else [d.name for d in DEFECTS.values() if d.seen_by == JUDGE]
    if as_json:
        print_json({"dialogues": len(transcripts), "rows": rows, "judged_only": left})
        return
    print_calibration(screen, rows, len(transcripts), left)
    if judging is not None:
        print_judging(screen, rows, planted, judging, seed)
    if plot:  # last, so that a plot that cannot be written costs no judgement
        click.echo(f"Plot: {save_calibration_plot(rows, plot)}")


@click.command()
@click.argument("logs", nargs=-1)
@click.option("--cost", "prices", metavar="FILE", help="Prices, as Inspect's --model-cost-config takes them.")
@only_option
@json_option
def usage(logs: tuple[str, ...], prices: str | None, only: tuple[str, ...], as_json: bool) -> None:
    """Tokens and cost of the models in LOGS, by role and stage: files or folders, ./logs unless given.

    \b
    turnwise usage logs --cost prices.yaml
    """
    from rich.text import Text

    from turnwise.logs.usage import load_prices, read_usage
    from turnwise.report.tables import plain_table

    spent = read_usage(logs_in(logs, only), load_prices(prices) if prices else {})
    if as_json:
        print_json(spent)
        return
    if not spent:
        raise LogError("these logs hold no generation of a model")
    words = ["Task", "Role", "Model"]
    if staged := any(line.stage for line in spent):
        words.insert(2, "Stage")
    table = plain_table(*words, "Input", "of it cached", "Output", "Cost", left=len(words))
    for line in spent:
        names = (line.task, line.role, *([line.stage] if staged else []), line.model)
        tokens = (f"{line.input:,}", f"{line.cached:,}", f"{line.output:,}")
        table.add_row(*map(Text, names), *tokens, "-" if line.cost is None else f"${line.cost:,.4f}")
    screen = console()
    screen.print(table)
    costs = [line.cost for line in spent if line.cost is not None]
    note = "" if len(costs) == len(spent) else " of what has a price (--cost FILE names prices)"
    screen.print(Text(f"Tokens as the providers counted them. Cost: ${sum(costs):,.4f}{note}.", style="dim"))
