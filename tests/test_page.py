"""The page of a comparison: what is in it, and in a browser that it opens from disk, filters, reads and compares."""

import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from test_report import dialogue, printed, run

from turnwise.report.page.page import write_page
from turnwise.report.page.records import pack, shown
from turnwise.scoring.comparison import FAILED

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \x1b[31mred \x1b]0;owned\x07 <b>bold</b> {{ 7 * 7 }} \u202egnorw"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def said(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def sample(number: int, *, good: bool, other: str = "") -> dict[str, Any]:
    call = {"id": "c1", "function": "find_loan", "arguments": {"name": HOSTILE}}
    return {
        "id": number,
        "epoch": 1,
        "messages": [
            said("system", "policy"),
            said("user", f"Where is loan {number}? {HOSTILE}"),
            said("assistant", "", tool_calls=[call]),
            said("tool", json.dumps({"loan": number, "note": HOSTILE}), tool_call_id="c1", function="find_loan"),
            said("assistant", f"It is here.{other}"),
            said("user", "Thanks"),
        ],
        "metadata": {
            "scenario": {
                "world_hash": "0",
                "goals": [
                    {
                        "id": "g1",
                        "difficulty": "easy",
                        "description": f"Find loan {number}",
                        "requests": [{"id": "g1r1"}],
                    }
                ],
            }
        },
        "store": {"DialogueLog:ended": "user"},
        "scores": {
            "iq": {
                "metadata": {
                    "findings": [{"message": 3, "sub_score": "grounding", "severity": 2, "evidence": HOSTILE}]
                    if not good
                    else []
                }
            },
            "completion": {
                "metadata": {
                    "findings": [
                        {
                            "request": "g1r1",
                            "raised_at_user_turn": 1,
                            "done_at_user_turn": 1 if good else None,
                            "evidence": "never stated: the loan",
                        }
                    ]
                }
            },
            "collateral": {"value": 0},
            "user_health": {"value": {"ended": 1, "pending": 0, "invented": 0, "messages": 2, "served": 1}},
        },
    }


def taken_up(number: int, log: str) -> dict[str, Any]:
    source = {"file": log, "sample_id": number, "epoch": 1, "user_turn": 2, "sample_uuid": ""}
    start = {"source": source, "change": {"words": "the user behaves as <b>terse</b>"}, "messages": 4}
    found = sample(number, good=True, other="again")
    return {**found, "id": 1, "metadata": {**found["metadata"], "start": start}}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    runs = []
    for task, wins in (("task_oriented", lambda n: n != 3), ("user_oriented", lambda n: n not in (5, 6))):
        log = folder / f"{task}.json"
        log.write_text(json.dumps({"samples": [sample(n, good=wins(n), other=task[:4]) for n in range(1, 13)]}))
        held = [
            dialogue(
                scenario=f"s{n}",
                sample=str(n),
                success=float(wins(n)),
                completed=float(wins(n)),
                tasks=1,
                turns=10 + n,
                iq_core=1.0 if wins(n) else 0.5,
            )
            for n in range(1, 13)
        ]
        left_out = Counter({FAILED: 1} if task == "user_oriented" else {})
        about = {
            "whole_goals": task == "task_oriented",
            "world": "<i>shop</i>",
            "candidate": HOSTILE,
            "left_out": left_out,
        }
        runs.append(run(*held, log=str(log), task=task, **about))
    broken = {**sample(13, good=False), "error": {"message": HOSTILE}, "messages": []}
    log.write_text(json.dumps({"samples": [*json.loads(log.read_text())["samples"], broken]}))
    again = folder / "resume.json"
    again.write_text(json.dumps({"samples": [taken_up(3, "task_oriented.json")]}))
    resumed = dialogue(scenario="start", sample="1", success=1.0, completed=1.0, tasks=1, turns=4, iq_core=1.0)
    runs.append(run(resumed, log=str(again), task="resume", candidate=HOSTILE, world="<i>shop</i>"))
    write_page(runs, folder / "page.html", [HOSTILE])
    return folder / "page.html"


def test_a_page_is_one_file_that_says_who_is_better(page: Path) -> None:
    text = page.read_text()
    words = re.sub(r"<[^>]+>", "", text)
    assert "Success: 83% for user_oriented, 92% for task_oriented. Difference -8 points [" in words
    assert "Neither is shown to be better" in words
    assert "2 scenarios: task_oriented succeeds and user_oriented fails" in words
    assert ": 2 of 12 fail; 2 of them leave a goal open." in words
    assert "Not in the numbers of user_oriented" in words
    assert "× 1.00" in words  # turns beside the paper
    assert '"#compare?a=4&amp;b=17"' in text
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "Reading dialogues needs JavaScript" in text


def test_untrusted_text_is_text(page: Path) -> None:
    text = page.read_text()
    assert "<i>shop" not in text
    assert "<b>terse" not in text
    assert "\u202e" not in text
    assert "document.title='owned'</script>" not in text
    assert text.count("<script>") == 1
    assert "\x1b" not in text
    assert shown("\x1b[31m\x07\n\t", 99) == "\u241b[31m\u2407\n\t"
    assert shown("\x9b31m \u202eabc \u200f\u05d0", 99) == "\ufffd31m \ufffdabc \u200f\u05d0"
    assert shown("a" * 50, 10) == "aaaaaaaaaa … (50 characters in the log)"


def test_a_terminal_shows_escapes_and_does_not_obey_them() -> None:
    text = printed(run(candidate=HOSTILE), run(task="task_oriented"))
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.filterwarnings("ignore")
def test_a_person_filters_reads_and_compares_in_a_browser(page: Path, browser: Any) -> None:
    view = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    trouble: list[str] = []
    asked: list[str] = []
    view.on("console", lambda message: trouble.append(message.text))
    view.on("pageerror", lambda error: trouble.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(page.as_uri())

    view.wait_for_selector("#view table")
    assert view.inner_text("#count") == "26 of 26 dialogues."
    view.select_option("[name=success]", "0")
    assert view.inner_text("#count") == "3 of 26 dialogues."
    view.select_option("[name=c]", "2")
    assert view.inner_text("#count") == "2 of 26 dialogues."
    view.select_option("[name=finding]", "grounding")
    view.fill("[name=low]", "0.6")
    assert view.inner_text("#count") == "0 of 26 dialogues."
    view.click("button[type=reset]")
    view.fill("[name=goal]", "LOAN 12")
    assert view.inner_text("#count") == "2 of 26 dialogues."

    view.click("#view tbody a >> nth=0")
    view.wait_for_selector(".chat")
    assert HOSTILE.partition("\x1b")[0] in view.inner_text(".chat")
    assert "1 call: find_loan" in view.inner_text(".chat")
    assert not view.is_visible(".chat pre")
    view.click("summary:has-text('find_loan')")
    assert view.is_visible(".chat pre")
    assert "g1r1: done at user turn 1" in view.inner_text("aside")

    view.click("#differences a:has-text('shop</i> 5')")
    view.wait_for_selector(".sides")
    assert "First divergence: message 4, by the agent. Requests done on the left only: g1r1." in view.inner_text(
        ".divergence"
    )
    assert view.locator(".parts").count() == 2
    assert "grounding (flaw)" in view.inner_text(".sides")
    assert view.evaluate("document.documentElement.scrollWidth") <= 390

    assert view.title().startswith("Comparison")
    assert view.locator("#view img, #view b, #view script").count() == 0
    assert trouble == []
    assert {url.partition("#")[0] for url in asked} == {page.as_uri()}


FOLLOWED = """() => {
  const wrong = [], kinds = {};
  for (const link of document.querySelectorAll("a[href*='?']")) {
    const [name, query] = link.getAttribute("href").slice(1).split("?"), want = new URLSearchParams(query), text = link.textContent.trim();
    kinds[name] = (kinds[name] || 0) + 1;
    if (name !== "browse") continue;
    const rows = index.rows.filter((row) => matches(row, want)), m = want.get("m");
    const number = Number(text.replace("%", "")), said = m && parseFloat(shownAs(m, want.get("shared") ? byScenario(m, rows) : ratio(m, rows)));
    const counted = link.querySelector("title") ? Number.parseInt(link.querySelector("title").textContent, 10) : m && !want.get("from") ? null : number;
    if (!rows.length || (counted !== null && !Number.isNaN(counted) && counted !== rows.length)) wrong.push([link.outerHTML, rows.length]);
    if (m && !want.get("from") && !want.get("length") && link.closest("#numbers, #differences") && number !== said) wrong.push([link.outerHTML, said]);
  }
  return [kinds, wrong];
}"""


@pytest.mark.filterwarnings("ignore")
def test_every_number_leads_to_the_dialogues_that_make_it(page: Path, browser: Any) -> None:
    from playwright.sync_api import expect  # its waiting needs no eval, which the page forbids

    view = browser.new_page()
    view.goto(page.as_uri())
    view.wait_for_selector("#view table")
    kinds, wrong = view.evaluate(FOLLOWED)
    assert wrong == []
    assert kinds["browse"] > 150
    assert kinds["pairs"] > 30
    # Nothing that looks like a number stands alone in a table, but for zeros and what the paper says.
    alone = view.evaluate("""() => [...document.querySelectorAll("main td")].filter((cell) => !cell.closest("#view") && !cell.closest(".theirs") &&
      !cell.classList.contains("theirs") && !cell.querySelector("a") && /[1-9]/.test(cell.textContent)).map((cell) => cell.closest("tr").textContent)""")
    assert all("at most" in row or "at least" in row or " to " in row for row in alone), (
        alone
    )  # what is accepted of a user

    view.click("#differences td a:has-text('-8')")
    view.wait_for_selector("#view td a")
    assert "Success: 92% and 83%, difference \u22128 points" in view.inner_text("#count")
    assert view.locator("#view tbody tr").count() == 12
    view.click("#differences p a:has-text('2 scenarios')")
    expect(view.locator("#view tbody tr")).to_have_count(2)
    view.click("#users a")  # the one that failed with an error
    expect(view.locator("#view tbody tr")).to_have_count(1)
    view.click("#view tbody a")
    view.wait_for_selector("aside")
    assert "Not in the numbers: it failed with an error" in view.inner_text("aside")


@pytest.mark.filterwarnings("ignore")
def test_branches_stand_as_a_tree(page: Path, browser: Any) -> None:
    view = browser.new_page()
    view.goto(page.as_uri() + "#read?d=2")
    view.wait_for_selector("aside .tree")
    assert "at user turn 2, the user behaves as <b>terse</b>" in view.inner_text("aside .tree")
    view.click("aside .tree a:has-text('side by side')")
    view.wait_for_selector(".divergence")
    assert "The one takes up the other at user turn 2" in view.inner_text(".divergence")
    assert view.inner_text("#branches summary").endswith("1 branch")
    view.keyboard.press("Tab")  # the heading has the focus, and the first link after it is the left dialogue
    assert view.evaluate("document.activeElement.getAttribute('href')") == "#read?d=2"


@pytest.mark.filterwarnings("ignore")
def test_packs_of_any_bytes_are_unpacked(page: Path, browser: Any) -> None:
    draws = random.Random(0)
    texts = [
        "",
        "a",
        "ab" * 4000,
        "".join(draws.choices("abc \u00e9\U0001f600", k=30_000)),
        draws.randbytes(9000).hex(),
    ]
    view = browser.new_page()
    view.goto(page.as_uri())
    for value in texts:
        held = pack([value, len(value)])
        script = "([t, n]) => JSON.parse(new TextDecoder().decode(unlzma(Uint8Array.from(atob(t), (c) => c.charCodeAt(0)), n)))"
        assert view.evaluate(script, [held.text, held.size]) == [value, len(value)]


@pytest.mark.filterwarnings("ignore")
def test_what_hears_or_tabs_through_the_page_finds_its_way(page: Path, browser: Any) -> None:
    view = browser.new_page()
    view.goto(page.as_uri())
    view.wait_for_selector("#view table")
    levels = view.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unnamed = """() => [...document.querySelectorAll("select, input, button, svg.drawing, [role=region], section, article")].filter((e) =>
      !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || (e.labels && e.labels.length) || e.textContent.trim()))"""
    assert view.evaluate(unnamed) == []
    assert view.evaluate("[...document.querySelectorAll('th')].every((cell) => cell.scope && cell.textContent.trim())")
    assert view.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size === document.querySelectorAll('[id]').length"
    )
    view.keyboard.press("Tab")
    assert view.inner_text(":focus") == "Skip to the dialogues"
    assert view.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    view.goto(page.as_uri() + "#read?d=4")
    view.wait_for_selector(".chat")
    view.emulate_media(media="print")
    assert view.is_visible(".chat")
    assert not view.is_visible("nav")


@pytest.mark.filterwarnings("ignore")
def test_the_numbers_are_there_without_a_script(page: Path, browser: Any) -> None:
    view = browser.new_context(java_script_enabled=False).new_page()
    view.goto(page.as_uri())
    assert "Success: 83% for user_oriented, 92% for task_oriented" in view.inner_text("body")
    assert view.evaluate("getComputedStyle(document.querySelector('#differences td a')).textDecorationLine") == "none"
    assert "Reading dialogues needs JavaScript" in view.inner_text("body")
