"""How many people a segment would have now, before it is put in force.

Exact where there are few people or the very predicate is in force already; else from a sample: the people with the
least numbers. A number is a hash, so they are drawn evenly and are the same every time. Nothing is written; people are
asked as the filling asks them.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import msgspec

from trenza.definitions import check_documents, documents_beside, read_documents
from trenza.identity import IdentifierTypes, Person, count_people, known_of, people_page, person_text, persons_of
from trenza.identity.store import identifiers_page
from trenza.kernel import Fault, Faulty, Instant, Invalid
from trenza.profiles import Facts, Profiles
from trenza.profiles import Needs as ProfileNeeds
from trenza.segments.documents import SEGMENT
from trenza.segments.memberships import Memberships
from trenza.segments.model import Needs, Scope, Segment, Truth
from trenza.segments.store import count_inside, filled, load_memberships, members
from trenza.storage import Transaction

_Z = 1.959963984540054
"""Of the normal distribution: 95 % lie within so many standard deviations."""
_PAGE = 1_000


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much may be asked."""

    exact: int = 5_000
    """Up to so many people everybody is asked."""
    sample: int = 2_000
    """Else so many."""
    examples: int = 5


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The instance's own, and the time."""

    now: Instant
    zone: str
    country: str
    secret: bytes
    types: IdentifierTypes


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody inside, and why."""

    person: str
    """Public id."""
    because: tuple[str, ...]
    """Ids of the messages that made it so, the newest first; empty where it is so without any."""
    until: Instant | None = None
    """When it ends if nothing arrives; None: not foreseen."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """How many people would be inside."""

    people: int
    """The number; of a sample the best guess."""
    low: int
    """With 95 % certainty no fewer (Wilson's interval); the number itself where it is exact."""
    high: int
    among: int
    """How many people there are."""
    asked: int
    """How many of them were asked; 0 where memberships were counted."""
    exact: bool
    examples: tuple[Example, ...] = ()
    pending: tuple[str, ...] = ()
    """Segments it refers to whose own members are not complete yet: the number will change."""


def count_text(tx: Transaction, text: str, terms: Terms, budget: Budget | None = None) -> Estimate:
    """How many people a segment's text would hold of, saved or not.

    Args:
        tx: a transaction for reading.
        text: one document `kind: Segment`.
        terms: the instance's zone, country and secret, and the time.
        budget: how many people may be asked.

    Raises:
        Faulty: the text has faults.
        Invalid: it is no segment.
    """
    return count_segment(tx, *_read(tx, text), terms, budget or Budget())


def count_segment(
    tx: Transaction, segment: Segment, in_force: Mapping[str, Segment], terms: Terms, budget: Budget
) -> Estimate:
    """How many people a segment holds of; those it refers to are looked up among those in force."""
    complete = filled(tx)
    same = _same_in_force(segment, in_force, complete)
    if same is not None:
        return _counted(tx, same, budget)
    pending = tuple(sorted(key for key in segment.where.needs.segments if not _is_complete(key, in_force, complete)))
    among = count_people(tx)
    people = people_page(tx, -1, budget.exact + 1) if among <= budget.exact else []
    is_exact = among <= budget.exact and len(people) <= budget.exact
    if not is_exact:
        people = _sample(tx, budget.sample)
    inside, examples = _ask(tx, segment, in_force, people, terms, budget.examples)
    estimate = _exactly(inside, len(people)) if is_exact else _estimated(inside, len(people), max(among, len(people)))
    return msgspec.structs.replace(estimate, examples=examples, pending=pending)


def wilson(inside: int, asked: int) -> tuple[float, float]:
    """Wilson's score interval for a share, at 95 % (Wilson 1927)."""
    if not asked:
        return 0.0, 1.0
    share, square = inside / asked, _Z * _Z
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = _Z * sqrt(share * (1 - share) / asked + square / (4 * asked * asked)) / (1 + square / asked)
    return max(0.0, middle - half), min(1.0, middle + half)


def _read(tx: Transaction, text: str) -> tuple[Segment, dict[str, Segment]]:
    documents, faults = read_documents(text, "")
    if not faults and (len(documents) != 1 or documents[0].kind != SEGMENT.name):
        raise Invalid("this is not one segment", "write one document with `kind: Segment`")
    if faults:
        raise Faulty(faults)
    document = documents[0]
    live = [each for each in documents_beside(tx, []) if each.kind == SEGMENT.name]
    in_force: dict[str, Segment] = check_documents(live, [SEGMENT])[0].get(SEGMENT.name, {})
    objects, found = check_documents([*[each for each in live if each.key != document.key], document], [SEGMENT])
    own = _own_faults(found)
    segment: Segment | None = objects.get(SEGMENT.name, {}).get(document.key)
    if own or segment is None:
        raise Faulty(own or found)
    return segment, in_force


def _own_faults(faults: Sequence[Fault]) -> list[Fault]:
    """Those of the text; documents in force have the name of their file."""
    return [fault for fault in faults if not fault.file]


def _same_in_force(segment: Segment, in_force: Mapping[str, Segment], complete: Mapping[str, str]) -> str | None:
    """The key of a segment with the same predicate whose members are complete."""
    for key, other in in_force.items():
        if other.where == segment.where and _is_complete(key, in_force, complete):
            return key
    return None


def _is_complete(key: str, in_force: Mapping[str, Segment], complete: Mapping[str, str]) -> bool:
    return key in in_force and complete.get(key) == in_force[key].version


def _counted(tx: Transaction, key: str, budget: Budget) -> Estimate:
    people = members(tx, key, limit=budget.examples)
    rows = load_memberships(tx, people)
    examples = tuple(
        Example(person=person_text(each), because=rows[each][key].because, until=rows[each][key].flip_at)
        for each in people
    )
    inside = count_inside(tx, key)
    return Estimate(
        people=inside, low=inside, high=inside, among=count_people(tx), asked=0, exact=True, examples=examples
    )


def _sample(tx: Transaction, size: int) -> list[Person]:
    """The people with the least numbers: those that bear the number of one of their own identifiers."""
    found: list[Person] = []
    after = -1
    while len(found) < size:
        leaves = [leaf for leaf, _, _ in identifiers_page(tx, after, size)]
        owners = persons_of(tx, leaves)
        found += [leaf for leaf in leaves if owners.get(leaf) == leaf]
        if len(leaves) < size:
            break
        after = leaves[-1]
    return found[:size]


def _ask(
    tx: Transaction,
    segment: Segment,
    in_force: Mapping[str, Segment],
    people: Sequence[Person],
    terms: Terms,
    examples: int,
) -> tuple[int, tuple[Example, ...]]:
    scope, inside = Scope(terms.now, terms.zone), 0
    shown: list[Example] = []
    for person, facts in _facts(tx, segment.where.needs, in_force, people, terms):
        truth = segment.where.run(facts, scope)
        if truth.holds:
            inside += 1
            if len(shown) < examples:
                shown.append(_example(person, truth))
    return inside, tuple(shown)


def _example(person: Person, truth: Truth) -> Example:
    return Example(person=person_text(person), because=truth.because, until=truth.until)


def _facts(
    tx: Transaction, needs: Needs, in_force: Mapping[str, Segment], people: Sequence[Person], terms: Terms
) -> Iterator[tuple[Person, Facts]]:
    """The facts of people, a page at a time."""
    wanted = ProfileNeeds(events=needs.events, held=needs.held)
    for start in range(0, len(people), _PAGE):
        page = people[start : start + _PAGE]
        profiles = Profiles(wanted, country=terms.country, secret=terms.secret)
        profiles.load(tx, known_of(tx, page, terms.types))
        facts = {person: profiles.facts(person) for person in page}
        if needs.segments:
            Memberships(in_force, terms.zone).load(tx, facts)
        yield from facts.items()


def _exactly(inside: int, asked: int) -> Estimate:
    return Estimate(people=inside, low=inside, high=inside, among=asked, asked=asked, exact=True)


def _estimated(inside: int, asked: int, among: int) -> Estimate:
    low, high = wilson(inside, asked)
    guess = round(inside / asked * among) if asked else 0
    least, most = max(inside, int(low * among)), min(among - (asked - inside), -int(-high * among // 1))
    return Estimate(people=guess, low=min(least, guess), high=max(most, guess), among=among, asked=asked, exact=False)
