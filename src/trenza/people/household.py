"""A person's household: who is tied to them, and by what. A relation with evidence; nobody is made one by it.

By identifiers of a few (`identity.bonds_of`) and by an equal full address. It is direct: that Ana lives with Bob and
Bob has a tablet with Carla does not make Carla and Ana one household.
"""

from collections.abc import Iterable

from trenza.identity import FEW, IdentifierTypes, Person, bonds_of, known_of, person_text, persons_of
from trenza.kernel import Instant, JsonObject, format_instant
from trenza.profiles import Facts, home_of, load_facts
from trenza.search import find_candidates, read_query
from trenza.storage import Transaction

_TRAIT = "address"


def household_of(tx: Transaction, facts: Facts, types: IdentifierTypes) -> list[JsonObject]:
    """The others of a person's household: `{person, evidence: [{kind, …, messages, first, last}]}`, in order of ids."""
    found: dict[Person, list[JsonObject]] = {}
    for bond in bonds_of(tx, facts.person, types):
        evidence = _evidence("identifier", bond.identifier, bond.messages, bond.first, bond.last)
        found.setdefault(bond.person, []).append(evidence)
    for other, evidence in _at_home(tx, facts, types):
        found.setdefault(other, []).append(evidence)
    return [{"person": person_text(other), "evidence": held} for other, held in sorted(found.items())]


def _at_home(tx: Transaction, facts: Facts, types: IdentifierTypes) -> Iterable[tuple[Person, JsonObject]]:
    home = home_of(facts.trait(_TRAIT))
    if not home:
        return
    candidates = find_candidates(tx, read_query(f"{_TRAIT}:{home}", types=types))
    people = set(persons_of(tx, candidates.leaves).values()) - {facts.person}
    known = known_of(tx, people, types)
    others = [each for each in load_facts(tx, known).values() if home_of(each.trait(_TRAIT)) == home]
    if not candidates.is_complete or len(others) >= FEW:
        return
    for other in others:
        said = [each.traits[_TRAIT][-1].at for each in (facts, other)]
        yield other.person, _evidence(_TRAIT, home, len(said), min(said), max(said))


def _evidence(kind: str, what: str, messages: int, first: Instant, last: Instant) -> JsonObject:
    return {
        "kind": kind,
        kind: what,
        "messages": messages,
        "first": format_instant(first),
        "last": format_instant(last),
    }
