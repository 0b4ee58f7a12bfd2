"""Who took part in a comparison, as far as a reader may take one for another: rules are no models."""

from collections.abc import Iterator, Sequence

from turnwise.scoring.comparison import Run

RULES = {
    "lexical": "lexical follows rules and is no model: a baseline that finds tools by words.",
    "oracle": "oracle follows rules and is no model: it plays the proven solutions and shows what is possible.",
    "silent": "silent follows rules and is no model: it does nothing and shows what nothing is worth.",
}
_USERS = {"agenda": "rules", "llm": "a model", "hybrid": "rules that a model puts into words"}


def players(runs: Sequence[Run]) -> Iterator[str]:
    """A sentence for each agent that follows rules, and one for what plays the users."""
    agents = dict.fromkeys(run.candidate for run in runs)
    yield from (RULES[agent] for agent in agents if agent in RULES)
    if users := dict.fromkeys(_USERS[run.user] for run in runs if run.user in _USERS):
        yield f"The users are played by {', or by '.join(users)}."


def by_rules(runs: Sequence[Run]) -> bool:
    """Whether no model took part."""
    return all(run.candidate in RULES and run.user == "agenda" for run in runs)
