"""Dialogues that share a task or a beginning, however many steps apart: a split must not divide them."""

from collections.abc import Iterable, Mapping


def families(kin: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The family of each dialogue, by what it shares with others: its seed task, the dialogue that it continues.

    A family is named after the first of its keys in the alphabet, and not after a dialogue.
    """
    parents: dict[str, str] = {}

    def root(key: str) -> str:
        while parents.setdefault(key, key) != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for sample_id, keys in kin.items():
        for key in keys:
            # Ids of dialogues are drawn by chance: a name made of them would change with every run.
            first, second = sorted((root(sample_id), root(key)), key=lambda one: (one in kin, one))
            parents[second] = first
    return {sample_id: root(sample_id) for sample_id in kin}
