"""The command line: one command per arrow of the data flow. Everything heavy is imported where it is used."""

import click

from turnwise.cli import generating, harvesting, logs, running, serving, users
from turnwise.cli import synthesis as making
from turnwise.cli.common import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="turnwise")
def main() -> None:
    """Evaluate agents in long conversations with a simulated person.

    \b
    turnwise demo                          both paradigms on the bundled worlds, offline
    turnwise run --agent mine.py@agent     your agent, scored (docs/agents.md)
    turnwise synth shop.sqlite -o shop     a database becomes a world
    turnwise show shop                     what is in it
    turnwise goals shop -o goals.json      what users want there, as a file
    turnwise run --world shop --model openai/gpt-4o
    turnwise play shop                     you are the agent (or --as user), at the terminal
    turnwise serve shop                    its tools for any MCP client
    turnwise compare logs                  what came of it
    turnwise branch logs --at every:3 -o starts.jsonl
    inspect eval turnwise/resume -T starts=starts.jsonl --model openai/gpt-4o
    turnwise harvest logs -o dialogues     what is worth learning from
    turnwise generate --target 100 -o dialogues --model openai/gpt-4o      until there are 100 of those
    turnwise generate plan.yaml -o dialogues                               many of many kinds, on many machines
    """


for command in (
    making.demo,
    running.run,
    serving.play,
    serving.serve,
    making.synth,
    making.goals,
    making.import_,
    making.branch,
    logs.show,
    logs.compare,
    logs.health,
    logs.calibrate,
    logs.usage,
    users.users,
    harvesting.harvest,
    generating.generate,
    generating.plan,
):
    main.add_command(command)
