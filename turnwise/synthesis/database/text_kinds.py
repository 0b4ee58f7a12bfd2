"""What kind of text a column holds: an address, a phone number, a person's name. Told by names alone."""

from turnwise.synthesis.database.labels import name_part
from turnwise.synthesis.database.phrases import lists, phrases

_NAMES = ("name", "full name", "display name", "label")
_TITLES = ("title", "headline", "subject")


def text_kind(label: str, noun: str, naming: bool) -> str:
    """The kind of text in a column of a table whose rows are called `noun`; empty where nothing tells it.

    One of given, family, person, company, title, name, group, unit, or a label's kind in `phrases.yaml`.

    Args:
        naming: the column is what a row is called by.
    """
    part, _ = name_part(label)
    if (part and len(label.split()) > 1) or label in ("surname", "forename", "firstname", "lastname", "fname", "lname"):
        return part
    if naming and (label in phrases("job") or (label in _TITLES and noun in phrases("job"))):
        return "job"
    owner = _owner(label, noun)
    if label == noun and (own := next((kind for kind in lists()["labels"] if label in phrases(kind)), "")):
        return own if own != "note" else "name"
    if naming and owner == noun:
        for group in ("group", "unit"):
            if _ends_with(noun, f"{group}s"):
                return group
    if owner is not None:
        for kind, name in (("person", "people"), ("company", "companies")):
            if _ends_with(owner, name):
                return kind
        if _ends_with(owner, "animals"):
            return "given"
        if owner in ("city", "country", "street", "region", "language"):
            return owner
        return "title" if _ends_with(owner, "titled") and naming else "name"
    if label in _TITLES or label.endswith(" title"):
        return "job" if _ends_with(noun, "people") and not naming else "title" if naming else ""
    for kind in lists()["labels"]:
        if _ends_with(label, kind) or label.split(" ")[0] in phrases(kind) & {"email", "phone", "address"}:
            return "name" if kind == "note" and naming else str(kind)
    return "person" if _ends_with(label, "people") else ""


def _owner(label: str, noun: str) -> str | None:
    """Whose name a column holds: that of the row, or of another, as in `contact name`; None where it is no name."""
    if label in _NAMES or label == noun:
        return noun
    if label.endswith(" name") and not label.endswith(("user name", "file name", "screen name", "domain name")):
        return label.removesuffix(" name").removesuffix(" full") or noun
    return None


def _ends_with(text: str, name: str) -> bool:
    """Whether a text is one of the phrases of a list, with other words before it or not."""
    parts = text.split(" ")
    return any(" ".join(parts[at:]) in phrases(name) for at in range(len(parts)))
