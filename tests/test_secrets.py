"""Keys are told to nobody: no log, archive, page, report or message of a run repeats one."""

import json
import sys
from pathlib import Path

import cast_dialogue
import inspect_ai._util.rich
import pytest
from click.testing import CliRunner
from endpoint import Answer, Body, Status, endpoint
from inspect_ai.log import read_eval_log

from turnwise.cli import main
from turnwise.errors import SeedError
from turnwise.secrets import hidden, note_secrets
from turnwise.synthesis.seeds.live import read_live

CANARY = "CANARY"
ROLE = """user={{model: openai-api/chat/m, base_url: '{url}', model_args: {{api_key: CANARY-ROLE-KEY}},
    extra_headers: {{authorization: 'Bearer CANARY-IN-HEADER'}}}}"""


@pytest.fixture(autouse=True)
def whole_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inspect's drawings of errors too, which the rest of the suite does without."""
    drawn = inspect_ai._util.rich.rich_traceback
    monkeypatch.setattr(inspect_ai._util.rich, "rich_traceback", drawn.__wrapped__)


def refused(_body: Body, _number: int) -> Answer:
    return Status(401, "Incorrect API key provided: CANARY-OF-ENV, CANARY-AS-OPTION, CANARY-IN-URL, CANARY-ROLE-KEY")


def leaks(folder: Path) -> list[str]:
    """Where in the files of a folder a canary is, logs and tables read as others read them."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".eval":
            text = read_eval_log(str(path)).model_dump_json()
        if (place := text.find(CANARY)) >= 0:
            found.append(f"{path.name}: {text[max(0, place - 60) : place + 20]}")
    return found


@pytest.mark.parametrize("works", [True, False], ids=["a run", "a key that is refused"])
def test_a_key_is_in_nothing_that_a_run_leaves_or_says(
    works: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHAT_API_KEY", "CANARY-OF-ENV")
    with endpoint((lambda body, _number: cast_dialogue.speak(body)) if works else refused) as url:
        url = url.replace("://", "://me:CANARY-IN-URL@")
        options = ["--model", "openai-api/chat/m", "--model-base-url", url, "--model-role", ROLE.format(url=url)]
        options += ["-M", "api_key=CANARY-AS-OPTION", "-T", "user=llm", "--max-retries", "0", "--scenarios", "1"]
        ran = CliRunner().invoke(main, ["run", *options, "--log-dir", "logs"])
    assert (ran.exit_code == 0) == works, ran.output
    assert CANARY not in ran.output
    assert "***" in ran.output
    if works:
        for command in (["harvest", "logs", "-o", "kept", "--force"], ["compare", "logs", "--page", "page.html"]):
            assert CANARY not in CliRunner().invoke(main, command).output
    assert len(list(tmp_path.rglob("*.eval"))) == 1
    assert leaks(tmp_path) == []


def test_a_key_of_an_mcp_server_is_not_in_what_is_said_of_it(tmp_path: Path) -> None:
    place = tmp_path / "mcp.json"
    for server in (
        {"command": sys.executable, "args": ["-c", "raise SystemExit"], "env": {"SHOP_TOKEN": "CANARY-OF-SHOP"}},
        {"url": "http://me:CANARY-IN-URL@127.0.0.1:9/mcp?api_key=CANARY-IN-QUERY"},
    ):
        place.write_text(json.dumps({"mcpServers": {"shop": server}}))
        with pytest.raises(SeedError) as error:
            read_live(str(place))
        assert CANARY not in str(error.value)
        assert CANARY not in hidden(f"says {json.dumps(server)}")


@pytest.mark.parametrize(
    "given",
    [
        {"api_key": "CANARY-1"},
        {"default_headers": {"X-Api-Key": "CANARY-2"}},
        {"roles": [{"model_args": {"auth_token": "CANARY-3"}}]},
        ["server", "--api-key", "CANARY-4"],
        ["server", "--token=CANARY-5"],
        "https://me:CANARY-6@host/v1",
        "https://host/?access_token=CANARY-7",
        {"headers": {"Authorization": "Bearer CANARY-8"}},
        {"password": "CANARY-9"},
    ],
)
def test_secrets_are_known_by_their_names(given: object) -> None:
    note_secrets(given)
    assert CANARY not in hidden(json.dumps(given))


def test_what_is_no_secret_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWD", "/home/me/dialogues")
    monkeypatch.setenv("DB_PASSWORD", "CANARY-OF-DB")
    assert hidden("/home/me/dialogues CANARY-OF-DB") == "/home/me/dialogues ***"
    note_secrets({"api_key": "none", "model": "gpt-4o-mini", "monkey": "business-as-usual", "max_tokens": "1000000000"})
    said = "none gpt-4o-mini business-as-usual 1000000000 https://host/v1?page=1234567890"
    assert hidden(said) == said


def test_the_folder_that_a_shell_stands_in_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWD", "/home/ann/project")
    monkeypatch.setenv("OLDPWD", "/home/ann/other")
    monkeypatch.setenv("DB_PWD", "correct-horse")
    assert (
        hidden("/home/ann/project/logs, /home/ann/other, correct-horse")
        == "/home/ann/project/logs, /home/ann/other, ***"
    )
