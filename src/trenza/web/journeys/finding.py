"""One journey in force with its text, for the pages about it."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar.params import PathParameter

from trenza.definitions import Live, Stored, find_live, list_versions, localise
from trenza.journeys import Journey
from trenza.kernel import NotFound
from trenza.storage import Transaction
from trenza.web.plain import Speaker
from trenza.web.render import View

Key = Annotated[str, PathParameter(max_length=100)]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A journey."""

    key: str
    title: str
    journey: Journey
    live: Live
    versions: tuple[Stored, ...]
    """The newest first."""
    objects: Mapping[str, Mapping[str, Any]]
    """Everything in force."""

    @property
    def present(self) -> Stored:
        """The version in force."""
        return next(each for each in self.versions if each.version == self.live.version)


def find_journey(tx: Transaction, view: View, key: str) -> Found:
    """A journey in force.

    Raises:
        NotFound: there is none of that key.
    """
    definitions = view.instance.in_force(tx)
    journey, live = definitions.get("Journey", key), find_live(tx, "Journey", key)
    if journey is None or live is None:
        raise NotFound("there is no such journey", "see /journeys")
    versions = tuple(list_versions(tx, "Journey", key))
    return Found(
        key=key,
        title=title_of(journey, view),
        journey=journey,
        live=live,
        versions=versions,
        objects=definitions.objects,
    )


def title_of(journey: Journey, view: View) -> str:
    """What it is called; its key where it has no title."""
    return localise(journey.title, view.language) if journey.title else journey.key


def speaker_for(view: View, found: Found) -> Speaker:
    """Says what it does."""
    return Speaker(view, found.objects, found.journey.steps)
