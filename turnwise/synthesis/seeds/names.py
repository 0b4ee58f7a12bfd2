"""What the tables of several schemas are called in a world, which has no schemas."""


class TableNames:
    """A table keeps its name; where another schema has a table of that name already, its schema comes before it."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}  # the schema that a name in the world belongs to
        self._changed: dict[tuple[str, str], str] = {}

    def created(self, schema: str, name: str) -> str:
        """What a table that a statement creates is called; `schema` is empty where it names none."""
        owner = self._owners.setdefault(name.lower(), schema.lower())
        if not schema or owner == schema.lower():
            return name
        return self._changed.setdefault((schema.lower(), name.lower()), f"{schema}_{name}")

    def found(self, schema: str, name: str) -> str:
        """What a table that a statement uses is called."""
        return self._changed.get((schema.lower(), name.lower()), name)
