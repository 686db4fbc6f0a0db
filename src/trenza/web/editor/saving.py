"""Saving what was edited: nothing that somebody else saved meanwhile is overwritten, nothing typed is lost."""

import msgspec

from trenza.access import definition_name, list_users, saved_by
from trenza.definitions import (
    Document,
    Line,
    Live,
    Overtaken,
    apply_documents,
    difference,
    find_live,
    live_stamp,
    read_documents,
)
from trenza.equipment import KINDS
from trenza.kernel import Faulty, Instant, Invalid
from trenza.web.render import View


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else was first."""

    theirs: str
    mine: str
    base: str
    """Save with it to put mine on top."""
    who: str
    """Empty: nobody knows."""
    at: Instant | None
    lines: tuple[Line, ...]
    """From theirs to mine."""

    @property
    def was_removed(self) -> bool:
        """They took it out of force."""
        return not self.theirs


def base_of(live: Live | None) -> str:
    """What an editor begins with; goes with the form."""
    return live_stamp(live)


def save(view: View, kind: str, key: str, text: str, base: str) -> Clash | None:
    """Put a text in force; None where it was done.

    Args:
        view: of the request, whose audit bears the document's name.
        kind: of the document.
        key: that it must have; empty for a new one, whose own counts.
        text: one document, kept as it is written.
        base: what the editor began with (`base_of`); empty for a new document.

    Raises:
        Faulty: with every fault, those of other documents included.
        Invalid: it is another document.
    """
    document = _one_document(text, kind, key)
    name = (kind, document.key)
    try:
        apply_documents(
            view.instance.database,
            [document],
            KINDS,
            view.instance.clock.now(),
            expected={name: base},
            as_written=True,
        )
    except Overtaken as clash:
        return _clash(view, clash, text)
    view.request.state.audit = definition_name(kind, document.key)
    return None


def _clash(view: View, clash: Overtaken, mine: str) -> Clash:
    instance = view.instance
    at = clash.saved_at or instance.clock.now()
    who = saved_by(instance.database, clash.kind, clash.key, at) or ""
    names = {f"user:{user.id}": user.email for user in list_users(instance.vault)}
    return Clash(
        theirs=clash.text,
        mine=mine,
        base=clash.stamp,
        who=names.get(who, who),
        at=clash.saved_at,
        lines=tuple(difference(clash.text, mine)),
    )


def key_of(text: str, kind: str) -> str:
    """The key that a text has."""
    return _one_document(text, kind, "").key


def is_taken(view: View, kind: str, key: str) -> bool:
    """Whether a document of that key is in force."""
    with view.instance.database.read() as tx:
        return find_live(tx, kind, key) is not None


def _one_document(text: str, kind: str, key: str) -> Document:
    documents, faults = read_documents(text, "")
    if faults:
        raise Faulty(faults)
    if len(documents) != 1 or documents[0].kind != kind or key not in {"", documents[0].key}:
        why = "the text is not the one document that is edited here"
        raise Invalid(why, "a key and a kind never change: make a new document, and remove the old one")
    return documents[0]
