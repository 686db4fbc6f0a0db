"""What was erased does not come back: keyed hashes of erased identifiers with the instant.

An event whose event time is at or before the erasure does not bring its identifier back, however late it arrives; a
later one begins anew. The hash is keyed with the instance's secret, so that the table tells nobody who was here.
"""

from collections.abc import Iterable

from trenza.identity import store
from trenza.identity.model import Leaf, Person
from trenza.kernel import Instant, keyed_hash
from trenza.storage import Transaction

_63_BITS = (1 << 63) - 1


def tombstone(secret: bytes, type_: str, value: str) -> str:
    """The keyed hash of an identifier."""
    return keyed_hash(secret, f"{type_}:{value}").hex()


def hidden_number(secret: bytes, person: Person) -> int:
    """The number under which the identity log tells that somebody was erased: keyed, so nobody can guess who."""
    return int.from_bytes(keyed_hash(secret, f"person:{person}")[:8]) & _63_BITS


def find_erased(tx: Transaction, secret: bytes, identifiers: Iterable[tuple[Leaf, str, str]]) -> dict[Leaf, Instant]:
    """When each of the identifiers was erased; those that never were are left out. One may have several names."""
    if not store.has_tombstones(tx):
        return {}
    named = [(number, tombstone(secret, type_, value)) for number, type_, value in identifiers]
    erased = store.select_tombstones(tx, {hash_ for _, hash_ in named})
    found: dict[Leaf, Instant] = {}
    for number, hash_ in named:
        if hash_ in erased:
            found[number] = max(found.get(number, -1), erased[hash_])
    return found
