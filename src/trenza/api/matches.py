"""`/api/identity/candidates`, `/api/identity/could-be`: people who may be one, and deciding it."""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from trenza.api.given import Calling, Here
from trenza.api.identity import Moved, moved
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.identity import person_text
from trenza.kernel import JsonObject
from trenza.people import Matches, People, candidate_as_json

CandidateId = Annotated[str, PathParameter(max_length=40, description="Id that the list gives: `mat_…`.")]
ListedState = Annotated[Literal["open", "accepted", "rejected"], QueryParameter(description="What was decided.")]
_CANDIDATES = "match-candidates"


class OnePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Which person."""

    person: Annotated[str, Meta(min_length=3, max_length=2200, description="`type:value`, or a person's id.")]


class CouldBe(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a person could be."""

    person: str
    weight: float


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a candidate."""

    id: str
    state: Literal["rejected"]


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The link that an accepted candidate made, and what moved."""

    id: str
    link: str | None
    """Null where other evidence had made the two one meanwhile."""
    moves: list[Moved]


class MatchController(Controller):
    """Who may be one person."""

    path = "/api/identity"
    tags = ("identity",)

    @get(
        "/candidates",
        summary="Pairs of people who may be one, the likeliest first",
        sync_to_thread=True,
    )
    def candidates(
        self, instance: Here, decided: ListedState = "open", limit: Limit = 50, cursor: Cursor = None
    ) -> Page[JsonObject]:
        """`{id, weight, state, bridge, people, base, steps: [{comparison, level, weight, values}], …}` each."""
        place = unseal(instance.secret, _CANDIDATES, cursor) if cursor else None
        before = (float(place[0]), str(place[1])) if place else None
        found = Matches(instance).listed(decided, before, limit + 1)
        page = page_of(found, limit, instance.secret, _CANDIDATES, lambda each: [repr(each.weight), each.id])
        return Page(items=[candidate_as_json(each) for each in page.items], next=page.next)

    @post("/candidates/{candidate:str}/accept", summary="Let two be one", status_code=200, sync_to_thread=True)
    def accept(self, instance: Here, caller: Calling, candidate: CandidateId) -> Accepted:
        """It makes a link, which `cut` takes out."""
        link, moves = Matches(instance).accept(candidate, caller.id)
        return Accepted(id=candidate, link=link or None, moves=moved(moves).items)

    @post("/candidates/{candidate:str}/reject", summary="Two are not one", status_code=200, sync_to_thread=True)
    def reject(self, instance: Here, caller: Calling, candidate: CandidateId) -> Rejected:
        """They are not proposed again."""
        Matches(instance).reject(candidate, caller.id)
        return Rejected(id=candidate, state="rejected")

    @post(
        "/could-be",
        summary="Who else a person could be",
        status_code=200,
        opt={"right": "people", "only_reads": True},
        sync_to_thread=True,
    )
    def could_be(self, instance: Here, data: JSONBody[OnePerson]) -> Page[CouldBe]:
        """The likeliest first, by the trained model; nobody where there is none."""
        person = People(instance).named(data.person)
        found = Matches(instance).could_be(person)
        return Page(items=[CouldBe(person=person_text(each.person), weight=each.weight) for each in found])
