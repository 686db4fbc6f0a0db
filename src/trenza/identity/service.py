"""What the doors ask of identity: who somebody is, why, and to undo it.

All of it works on the same graph by the same rules as the stream: a cut is a change of the evidence, and who is who is
worked out anew where it matters.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from trenza.identity import store
from trenza.identity.graph import Link, Node
from trenza.identity.model import (
    Cluster,
    Evidence,
    Explanation,
    Identifier,
    Known,
    Leaf,
    LogEntry,
    Person,
    identifier_number,
    person_text,
)
from trenza.identity.normalise import normalise
from trenza.identity.recognition import standing_of
from trenza.identity.resolver import known_of_nodes
from trenza.identity.types import IdentifierTypes
from trenza.identity.undo import link_text
from trenza.identity.working import Working
from trenza.kernel import Instant, Invalid, JsonObject, NotFound, format_instant
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()
_FARTHEST = 2_000
"""Identifiers that a path is looked for through."""


def find_leaf(type_: str, value: str, country: str = "", types: IdentifierTypes = _DEFAULT_TYPES) -> Leaf | None:
    """The leaf that an identifier has; None where it is malformed and so identifies nobody."""
    normal = normalise(type_, value, country, types)
    return None if normal is None else identifier_number(type_, normal)


def leaf_named(name: str, country: str = "", types: IdentifierTypes = _DEFAULT_TYPES) -> Leaf:
    """The leaf of an identifier written `TYPE:VALUE`.

    Raises:
        Invalid: it is not so written, or cannot be an identifier of that type.
    """
    type_, colon, value = name.partition(":")
    leaf = find_leaf(type_, value, country, types) if colon else None
    if leaf is None:
        raise Invalid("that is no identifier", "write TYPE:VALUE, as in email:ana@example.com")
    return leaf


def as_json(explanation: Explanation) -> JsonObject:
    """An explanation as the command line and the API print it."""
    return {
        "together": explanation.together,
        "person": None if explanation.person is None else person_text(explanation.person),
        "links": [
            {
                "link": link.link,
                "a": link.a,
                "b": link.b,
                "rule": link.rule,
                "source": link.source,
                "count": link.count,
                "first": format_instant(link.first),
                "last": format_instant(link.last),
                "messageIds": list(link.message_ids),
                "live": link.live,
            }
            for link in explanation.links
        ],
    }


def find_person(
    tx: Transaction, type_: str, value: str, country: str = "", types: IdentifierTypes = _DEFAULT_TYPES
) -> Person | None:
    """Whose an identifier is; None where nobody was ever seen with it.

    Args:
        tx: where to look.
        type_: its type.
        value: as a person would write it; normalised here.
        country: two letters, for a phone written without one.
        types: the instance's types.
    """
    normal = normalise(type_, value, country, types)
    if normal is None:
        return None
    asked = Identifier(type_, normal)
    found = standing_of(tx, [asked]).get(asked.number)
    return None if found is None else found[0]


def known_of(
    tx: Transaction, persons: Collection[Person], types: IdentifierTypes = _DEFAULT_TYPES
) -> dict[Person, list[Known]]:
    """The identifiers of people, the first seen first; a number that is nobody's any more is left out."""
    working = Working(types)
    working.load_groups(tx, list(persons))
    wanted = set(persons)
    members: dict[Person, list[Node]] = defaultdict(list)
    for node in working.nodes.values():
        if node.person in wanted:
            members[node.person].append(node)
    return {person: known_of_nodes(nodes) for person, nodes in members.items()}


def leaves_of(tx: Transaction, person: Person) -> set[Leaf]:
    """The leaves of a person; none where the number is nobody's any more."""
    return {number for number, _, _, owner, *_ in store.select_groups(tx, [person]) if owner == person}


def persons_of(tx: Transaction, leaves: Collection[Leaf]) -> dict[Leaf, Person]:
    """Who each leaf is now; leaves that nobody knows (erased ones) are left out."""
    return store.find_people(tx, leaves)


def clusters(tx: Transaction) -> Iterator[Cluster]:
    """Everybody as the set of their identifiers; every identifier stands in exactly one. Read as you go."""
    person: Person | None = None
    found: list[str] = []
    for row in store.all_nodes(tx):
        if row[3] != person and person is not None:
            yield Cluster(person, tuple(found))
            found = []
        person = row[3]
        found.append(f"{row[1]}:{row[2]}")
    if person is not None:
        yield Cluster(person, tuple(found))


def explain(tx: Transaction, a: Leaf, b: Leaf, types: IdentifierTypes = _DEFAULT_TYPES) -> Explanation:
    """Why two identifiers are one person, or what speaks for it where they are not.

    The shortest path of links: of live ones among the person's own identifiers where they are together, else of any,
    cut ones too.

    Raises:
        NotFound: one of the two was never seen.
    """
    plains = store.select_plains(tx, [a, b])  # evidence stands on what a hash is a hash of
    a, b = plains.get(a, a), plains.get(b, b)
    people = store.find_people(tx, [a, b])
    if a not in people or b not in people:
        raise NotFound(
            "one of the identifiers was never seen", "check type and value as `identity clusters` prints them"
        )
    together = people[a] == people[b]
    path = _path(tx, a, b, people[a] if together else None)
    return Explanation(together, people[a] if together else None, tuple(evidence_of(tx, path, types)))


def history(
    tx: Transaction,
    people: Collection[Person] | None = None,
    after: tuple[Instant, str] | None = None,
    limit: int = 100,
) -> list[LogEntry]:
    """The identity log, the latest first: of some people or of everybody; behind a line's (at, id)."""
    return store.select_log(tx, people, after, limit)


def _path(tx: Transaction, a: Leaf, b: Leaf, person: Person | None) -> list[Link]:
    """The shortest path between two identifiers, breadth first; one query for each step outwards."""
    came: dict[Leaf, tuple[Leaf, Link] | None] = {a: None}
    edge = [a]
    while edge and b not in came and len(came) < _FARTHEST:
        links = [link for link in store.select_links_of(tx, edge, _FARTHEST) if link.live or person is None]
        reached = _step(links, set(edge), came)
        if person is not None:
            people = store.find_people(tx, reached)
            reached = {leaf: step for leaf, step in reached.items() if people.get(leaf) == person}
        came.update(reached)
        edge = list(reached)
    path = []
    step = came.get(b)
    while step is not None:
        path.append(step[1])
        step = came[step[0]]
    return path[::-1]


def _step(links: list[Link], edge: set[Leaf], came: Mapping[Leaf, object]) -> dict[Leaf, tuple[Leaf, Link]]:
    reached: dict[Leaf, tuple[Leaf, Link]] = {}
    for link in sorted(links, key=lambda link: (not link.live, -link.count, link.number)):
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if here in edge and there not in came:
                reached.setdefault(there, (here, link))
    return reached


def evidence_of(tx: Transaction, links: list[Link], types: IdentifierTypes) -> list[Evidence]:
    """Links as they are told: with both ends by name, the stronger first."""
    rows = store.select_nodes(tx, {leaf for link in links for leaf in (link.a, link.b)})
    names = {row.number: f"{row.type}:{row.value}" for row in rows}
    found = []
    for link in links:
        ends = sorted((names[link.a], names[link.b]), key=lambda name: types.get(name.split(":", 1)[0]).priority)
        messages = store.messages_of(link)
        found.append(
            Evidence(
                link_text(link.number),
                ends[0],
                ends[1],
                link.rule,
                messages[0][2] if messages else "",
                link.count,
                link.first,
                link.last,
                tuple(message for _, message, _ in messages),
                link.live,
            )
        )
    return found
