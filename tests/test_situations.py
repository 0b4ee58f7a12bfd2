"""Situations: who speaks and why, read from data or made from a schema; and that any schema carries goals."""

import random
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turnwise.errors import CompositionError, SituationError
from turnwise.goals.model import REQUESTS
from turnwise.synthesis.goals.by_rules import compose_goals, own_situations, repertoire
from turnwise.synthesis.goals.compose import compose_goal
from turnwise.synthesis.goals.composition import Company
from turnwise.synthesis.goals.context import CompositionContext, Copies, Rejected, schema_of
from turnwise.synthesis.goals.generic import generic_situations
from turnwise.synthesis.goals.situation_checks import lacking
from turnwise.synthesis.goals.situations import SituationPlan, read_situations
from turnwise.synthesis.pipeline import make_world
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import World, bundled_worlds, load_world, save_world

RENEWAL: dict[str, Any] = {
    "name": "renewal",
    "role": "a librarian",
    "reason": "{member} wants to keep a book for longer.",
    "said": "I've got {member} here.",
    "rows": {"member": {"table": "members", "has_several": {"loans": {"return_date": None}}}},
    "requests": [
        {"extreme": "member", "of": "loans", "by": "due_date", "end": "highest", "as": "loan"},
        {"adjust": "loan", "by": "due_date", "later": 14},
    ],
}


def library(*plans: dict[str, Any]) -> World:
    return load_world("city_library").changed(situations=yaml.safe_dump(list(plans), sort_keys=False))


@pytest.mark.parametrize("name", bundled_worlds())
def test_a_bundled_world_brings_twenty_situations_that_its_tools_serve(name: str) -> None:
    world = load_world(name)
    plans = own_situations(world)
    assert len(plans) >= 20
    assert [plan.name for plan in plans if lacking(plan, schema_of(world.database or ""), world)] == []


@pytest.mark.parametrize("name", bundled_worlds())
def test_every_situation_of_a_bundled_world_holds_on_its_rows(name: str) -> None:
    world = load_world(name)
    schema, copies = schema_of(world.database or ""), Copies(world)

    def holds(plan: SituationPlan, number: int) -> bool:
        level = next(level for level, (_, most) in REQUESTS.items() if plan.least <= most)
        context = CompositionContext(world, schema, copies.unchanged(), random.Random(number))
        try:
            compose_goal(context, "g1", level, plan, Company(), {})
        except Rejected:
            return False
        return True

    plans = own_situations(world)
    assert [plan.name for plan in plans if not any(holds(plan, number) for number in range(20))] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": {"member": {"table": "member"}}}, "there is no table 'member': did you mean members?"),
        ({"rows": {"member": {"table": "members", "where": {"state": 1}}}}, "table members has no column 'state'"),
        ({"rows": {"member": {"table": "members", "where": {"status": {"befor": 1}}}}}, "did you mean before?"),
        ({"rows": {"member": {"table": "members", "has": {"books": {}}}}}, "no books hang on members; these do: loans"),
        ({"said": "I've got {membr} here."}, "{membr} is none of its rows: did you mean member?"),
        ({"requests": [{"updat": "member"}]}, "did you mean update or update_all?"),
        ({"requests": [{"detail": "loan"}]}, "request 1: loan is no row that is known by then"),
        ({"requests": [{"detail": "member", "columns": "phone"}]}, "has no column 'phone': did you mean phone_number?"),
        ({"requests": []}, "requests: "),
        ({"speaker": "she"}, "speaker she is none of its rows"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_right(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SituationError) as error:
        own_situations(library({**RENEWAL, **change}))
    assert "city_library/situations.yaml, situation renewal" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["a: [", "a: b", "- 3"])
def test_what_is_no_list_of_situations_is_refused(text: str) -> None:
    with pytest.raises(SituationError, match=r"situations\.yaml"):
        read_situations(text)


def test_a_situation_is_composed_as_it_is_written() -> None:
    plan = {**RENEWAL, "speaker": "member"}
    goals = [
        g
        for (g,) in compose_goals(library(plan), sets=3, difficulty="easy").sets
        if g.situation and g.situation.speaker
    ]
    assert goals
    for goal in goals:
        assert goal.situation is not None
        assert goal.situation.speaker is not None
        name = goal.situation.speaker.name
        assert goal.description.startswith(f"{name} wants to keep a book for longer. Find out")
        assert name in goal.situation.said
        first, second = goal.requests
        assert first.subject is not None
        assert first.subject.me
        assert (first.intent, second.intent) == ("extreme", "adjust")
        assert second.subject is not None
        assert second.subject.told_by == first.id
        assert (second.slots[0].value, second.phrases["how"]) == (14, "days later")


def test_a_world_keeps_its_situations_and_its_hash(tmp_path: Path) -> None:
    world = library(RENEWAL)
    save_world(world, tmp_path / "w")
    assert load_world(tmp_path / "w") == world
    assert (tmp_path / "w" / "situations.yaml").read_text("utf-8") == world.situations
    assert world.changed(situations=None).hash == world.hash, "no agent meets a situation"


@pytest.mark.parametrize("name", ["city_library", "concert_hall"])
def test_nothing_is_asked_that_the_user_said_or_was_told_and_one_person_speaks(name: str) -> None:
    sets = compose_goals(load_world(name), sets=8, goals=2, seed=3).sets
    together = 0
    for goals in sets:
        told: set[tuple[str, str]] = set()
        for goal in goals:
            assert goal.situation is not None
            stated = normalised(f"{goal.situation.reason} {goal.situation.said}")
            for request in goal.requests:
                answers = [normalised(said(answer.value)) for answer in request.checkpoint.answers]
                assert not [answer for answer in answers if f" {answer} " in f" {stated} "]
                labels = [] if request.checkpoint.state or request.intent != "detail" else request.asks
                facts = {(str(request.subject), label) for label in labels}
                assert not facts & told
                told |= facts
        speakers = {
            goal.situation.speaker.name if goal.situation.speaker else goal.situation.role
            for goal in goals
            if goal.situation
        }
        together += len(speakers) == 1
    assert together >= len(sets) * 0.7


def test_situations_from_a_schema_are_sentences_and_are_served() -> None:
    for name in bundled_worlds():
        world = load_world(name)
        for plan in generic_situations(schema_of(world.database or ""), world):
            for text in (plan.reason, *plan.said):
                assert re.fullmatch(r"[A-Z{][^<>]*[.?]", text), text


def test_of_a_table_without_a_key_nothing_crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("turnwise.synthesis.goals.by_rules._TRIES_PER_SET", 40)
    seed = tmp_path / "nokey.sql"
    seed.write_text(
        "CREATE TABLE students(student_id INTEGER PRIMARY KEY, name TEXT);"
        "INSERT INTO students VALUES(1,'Ann Lee'),(2,'Bob Ray'),(3,'Cy Dow'),(4,'Di Fox');"
        "CREATE TABLE sports(student_id INTEGER, sport TEXT, hours INTEGER,"
        " FOREIGN KEY(student_id) REFERENCES students(student_id));"
        "INSERT INTO sports VALUES(1,'golf',3),(1,'chess',5),(2,'golf',2),(3,'tennis',8),(3,'tennis',8);",
        "utf-8",
    )
    world = make_world(seed)
    assert compose_goals(world, sets=1, difficulty="easy").sets
    with pytest.raises(CompositionError, match="no key of one column in sports"):
        compose_goals(world, sets=30, goals=2)


@st.composite
def schemas(draw: st.DrawFn) -> str:
    """Three related tables with twenty rows each: keys that are numbers or texts, names in one column, in two or in none."""
    rng = draw(st.randoms(use_true_random=False))
    names = rng.sample(["plant", "orders", "tblCustomer", "Wörterbuch", "lease", "visit", "group", "product"], 3)
    kinds = [rng.choice(["INTEGER", "INTEGER", "TEXT"]) for _ in names]
    lines = []
    for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        columns = {"id": f"{kind} PRIMARY KEY"}
        columns |= rng.choice([{"name": "TEXT"}, {"first_name": "TEXT", "last_name": "TEXT"}, {}, {"title": "TEXT"}])
        pool = {
            "price": "REAL",
            "start_date": "TEXT",
            "status": "TEXT",
            "quantity": "INTEGER",
            "email": "TEXT",
            "code": "TEXT",
        }
        columns |= {column: pool[column] for column in rng.sample(sorted(pool), rng.randint(2, 4))}
        if place:
            end = rng.randrange(place)
            columns[f"{names[end]}_id"] = f'{kinds[end]} REFERENCES "{names[end]}"(id)'
        lines.append(
            f'CREATE TABLE "{name}" ({", ".join(f"{c!r} {t}" for c, t in columns.items())});'.replace("'", '"')
        )
        for row in range(1, 21):
            key = {"id": row if kind == "INTEGER" else f"K{row:03d}"}
            made = {
                "name": f"{rng.choice(['Red', 'Old'])} {rng.choice(['Fox', 'Mill'])} {row}", "title": f"Part {chr(64 + row)}",
                "first_name": rng.choice(["Ana", "Bo"]), "last_name": f"Surname{chr(96 + row)}", "email": f"a{row}@x.example",
                "price": round(rng.uniform(1, 90), 2), "start_date": f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                "status": rng.choice(["open", "closed"]), "quantity": rng.randint(1, 50), "code": f"ab{rng.randint(1, 9)}",
            }  # fmt: skip
            if place:
                other = rng.randint(1, 20)
                made[f"{names[end]}_id"] = other if kinds[end] == "INTEGER" else f"K{other:03d}"
            values = [repr({**made, **key}[column]) for column in columns]
            lines.append(f'INSERT INTO "{name}" VALUES ({", ".join(values)});')
    script = "\n".join(lines)
    sqlite3.connect(":memory:").executescript(script)
    return script


@settings(
    max_examples=1, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(script=schemas())
def test_three_related_tables_of_twenty_rows_carry_the_default_run(script: str, tmp_path: Path) -> None:
    seed = tmp_path / "drawn.sql"
    seed.write_text(script, "utf-8")
    world = make_world(seed)
    sets = compose_goals(world, sets=20, goals=2).sets
    assert [len(goals) for goals in sets] == [2] * 20
    for goals in sets:
        assert len({goal.shape for goal in goals}) == 2, "within a dialogue no two goals are alike"
    assert not repertoire(world).own
