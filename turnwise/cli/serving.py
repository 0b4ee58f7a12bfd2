"""Commands that open a world to others: to any MCP client, or to a person at the terminal."""

from typing import Any

import click

from turnwise.cli.running import player_of, record_options, recorded, tell_recorded
from turnwise.errors import TurnwiseError


@click.command()
@click.argument("world_name", metavar="WORLD")
@click.option("--http", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Serve over HTTP instead of stdio.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--seed", default=0, show_default=True, help="Of what is made up where tools are simulated.")
def serve(world_name: str, port: int | None, host: str, seed: int) -> None:
    """Serve the tools of WORLD to MCP clients, on standard input and output, or over HTTP.

    Each client has a copy of the world of its own, which is gone when it leaves. Over HTTP the URL is
    http://HOST:PORT/mcp; POST /reset puts a copy back to where it began, and ?session=NAME names one.

    \b
    turnwise serve city_library
    turnwise serve city_library --http 8765
    """
    import anyio

    from turnwise.worlds import load_world, verify_world
    from turnwise.worlds.serving import Sessions, http_app, serve_stdio

    world = load_world(world_name)
    verify_world(world)
    sessions = Sessions(world, seed)
    try:
        if port is None:
            anyio.run(serve_stdio, sessions)
            return
        app = http_app(sessions, host)
        try:
            import uvicorn
        except ImportError as error:
            raise TurnwiseError("serving over HTTP needs uvicorn: pip install 'turnwise[mcp]'") from error
        click.echo(f"{world.name}: http://{host}:{port}/mcp ({len(world.tools)} tools)", err=True)
        uvicorn.run(app, host=host, port=port, log_level="warning")
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    finally:
        sessions.close()


@click.command()
@click.argument("world_name", metavar="WORLD")
@click.option(
    "--as", "side", type=click.Choice(["agent", "user"]), default="agent", show_default=True, help="Whom you play."
)
@click.option("--agent", default="lexical", show_default=True, help="Who answers when you play the user.")
@click.option("--model", metavar="MODEL", help="The model that answers when you play the user.")
@click.option("--behaviour", default="user_oriented", show_default=True, help="How the simulated user behaves.")
@click.option("--seed", default=0, show_default=True, help="Drives the goals and the user.")
@record_options[0]
@record_options[1]
@click.option("--log-dir", default="logs", show_default=True, metavar="DIR", help="Where the log goes.")
def play(
    world_name: str,
    side: str,
    agent: str,
    model: str | None,
    behaviour: str,
    seed: int,
    record: bool,
    server: str | None,
    log_dir: str,
) -> None:
    """Play one dialogue in WORLD yourself, as the agent or as the user; it is recorded and scored like any other.

    As the agent you see what the user says; a line that begins with / calls a tool, and /tools lists them:

    \b
    turnwise play city_library
    > /find_books query=Verne
    > It is on the second shelf.

    As the user you are told what you want; /done ends the dialogue.

    \b
    turnwise play city_library --as user --model openai/gpt-4o
    """
    from turnwise._inspect import run_task
    from turnwise.cli.common import console
    from turnwise.report.dialogues import print_outcome
    from turnwise.worlds import load_world

    load_world(world_name)
    arguments: dict[str, Any] = {"world": world_name, "scenarios": 1, "seed": seed, "behaviour": behaviour}
    arguments |= recorded(record, server)
    if side == "agent":
        from turnwise.agents.own.finding import name_of_given
        from turnwise.agents.own.person import Person

        player = player_of(name_of_given(Person), None)
        log = run_task("user_oriented", arguments, player, log_dir)
    else:
        given = None if model and agent == "lexical" else agent
        log = run_task("user_oriented", arguments | {"user": "person"}, player_of(given, model), log_dir)
    click.echo()
    print_outcome(console(), log)
    click.echo(f"Log: {log}")
    if record:
        tell_recorded(world_name)
