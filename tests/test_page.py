"""The page of a comparison: what is in it, and in a browser that it opens from disk, filters, reads and compares."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_report import dialogue, printed, run

from turnwise.report.page.page import write_page
from turnwise.report.page.records import shown

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
            "scenario": {"goals": [{"id": "g1", "description": f"Find loan {number}", "requests": [{"id": "g1r1"}]}]}
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
        },
    }


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
        runs.append(run(*held, log=str(log), task=task, whole_goals=task == "task_oriented", world="<i>shop</i>"))
    write_page(runs, folder / "page.html", [HOSTILE])
    return folder / "page.html"


def test_a_page_is_one_file_that_says_who_is_better(page: Path) -> None:
    text = page.read_text()
    assert "Success: 83% against 92%, -8 points" in text
    assert "2 scenarios lost" in text
    assert "#compare?a=4&amp;b=16" in text
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "Reading dialogues needs JavaScript" in text


def test_untrusted_text_is_text(page: Path) -> None:
    text = page.read_text()
    assert "<i>shop" not in text
    assert "document.title='owned'</script>" not in text
    assert text.count("<script>") == 1
    assert "\x1b" not in text
    assert shown("\x1b[31m\x07\n\t", 99) == "\u241b[31m\u2407\n\t"
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
    assert view.inner_text("#count") == "24 of 24 dialogues"
    view.select_option("[name=success]", "0")
    assert view.inner_text("#count") == "3 of 24 dialogues"
    view.select_option("[name=c]", "1")
    assert view.inner_text("#count") == "2 of 24 dialogues"
    view.select_option("[name=finding]", "grounding")
    view.fill("[name=low]", "0.6")
    assert view.inner_text("#count") == "0 of 24 dialogues"
    view.click("button[type=reset]")
    view.fill("[name=goal]", "LOAN 12")
    assert view.inner_text("#count") == "2 of 24 dialogues"

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


@pytest.mark.filterwarnings("ignore")
def test_the_numbers_are_there_without_a_script(page: Path, browser: Any) -> None:
    view = browser.new_context(java_script_enabled=False).new_page()
    view.goto(page.as_uri())
    assert "Success: 83% against 92%" in view.inner_text("body")
    assert "Reading dialogues needs JavaScript" in view.inner_text("body")
