"""Two people at one document: the second is told, shown the difference, and nothing is overwritten."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from trenza.definitions.model import Live
from trenza.definitions.node import Document
from trenza.kernel import Conflict, Instant

Name = tuple[str, str]
"""Kind and key."""
Bases = Mapping[Name, str]
"""What an editor began with: the stamp (or only the version) of each document; empty where there was none."""


class Overtaken(Conflict):
    """Another text has been put in force since the editor began; nothing was changed.

    Args:
        name: kind and key of the document.
        live: what is in force now; None where it was taken out of force.
    """

    code = "overtaken"
    title = "Somebody else has saved it"

    def __init__(self, name: Name, live: Live | None) -> None:
        what = "changed" if live else "removed"
        super().__init__(
            f"{name[0]} `{name[1]}` was {what} by somebody else since you began", "look at the difference, then save"
        )
        self.kind, self.key = name
        self.text = live.written if live else ""
        """Theirs, as it is in force."""
        self.stamp = live_stamp(live)
        """Save again with it to put yours in the place of theirs."""
        self.saved_at: Instant | None = live.updated_at if live else None
        """When theirs was put in force; the audit knows by whom (`access.saved_by`)."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a difference."""

    sign: Literal["same", "gone", "new"]
    text: str
    old: int | None = None
    """Its number in the old text, from 1."""
    new: int | None = None
    """Its number in the new text, from 1."""


def stamp(written: str) -> str:
    """Short name of a text, comments and layout included: any other character makes another."""
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def live_stamp(live: Live | None) -> str:
    """The stamp of what is in force; empty where nothing is."""
    return stamp(live.written) if live else ""


def refuse_overtaken(documents: Sequence[Document], live: Collection[Live], expected: Bases) -> None:
    """Let nobody overwrite what they have not seen.

    Raises:
        Overtaken: something else is in force than an editor began with, and it is not what is being saved.
    """
    in_force = {(each.kind, each.key): each for each in live}
    for document in documents:
        name = document.kind, document.key
        base, other = expected.get(name), in_force.get(name)
        if base is None or base in {live_stamp(other), other.version if other else ""}:
            continue
        if other is None or other.written != document.written:
            raise Overtaken(name, other)


def difference(old: str, new: str) -> list[Line]:
    """What changed from one text to another, line by line; lines that are the same included."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(range(a, b), range(c, d), strict=True)
            lines += [Line(sign="same", text=before[one], old=one + 1, new=other + 1) for one, other in pairs]
            continue
        lines += [Line(sign="gone", text=before[place], old=place + 1) for place in range(a, b)]
        lines += [Line(sign="new", text=after[place], new=place + 1) for place in range(c, d)]
    return lines
