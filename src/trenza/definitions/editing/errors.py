"""What can be wrong with an edit.

TrenzaError
├── NotFound
│   └── NoSuchPlace   the path leads nowhere in the document
└── Conflict
    └── KeyTaken      the mapping has a field of that name
"""

from collections.abc import Sequence

from trenza.kernel import Conflict, NotFound

Path = Sequence[str | int]
"""From the root: names of fields, indices of items."""


class NoSuchPlace(NotFound):
    """The path leads nowhere: the document is another than the one the page shows."""

    title = "No such place in the document"

    def __init__(self, path: Path) -> None:
        shown = "/".join(map(str, path)) or "the document itself"
        super().__init__(f"there is no place {shown} in the document for this", "load the page again")
        self.path = tuple(path)


class KeyTaken(Conflict):
    """The mapping has a field of that name already."""

    title = "The name is taken"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is a field `{key[:60]}` already", "choose another name, or change that one")
        self.key = key
