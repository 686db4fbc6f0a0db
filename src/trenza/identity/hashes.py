"""Identifiers that come as SHA-256, as advertising networks and partners hand them over.

A hash of a known address is not another identifier but the same one under a veil. So, once the plain one was seen, all
evidence stands on the plain one and the hash follows it (`working`); until then the hash stands for it itself. What is
hashed is the normal form: an e-mail trimmed and in lower case, a phone in E.164 with its `+`.
"""

from collections.abc import Iterable
from hashlib import sha256

from trenza.identity.model import HASH_TYPES, Identifier, Known, Leaf


def hash_of(type_: str, value: str) -> Identifier | None:
    """The identifier under which others may know a plain one; None where its type has none."""
    hashed = HASH_TYPES.get(type_)
    return None if hashed is None else Identifier(hashed, hex_of(value))


def hash_leaf(type_: str, value: str) -> Leaf | None:
    """The leaf of that identifier."""
    found = hash_of(type_, value)
    return None if found is None else found.number


def hex_of(value: str) -> str:
    """SHA-256 of a text in hexadecimal, as everybody writes it."""
    return sha256(value.encode()).hexdigest()


def derived_hashes(known: Iterable[Known]) -> list[Known]:
    """What the plain ones of some identifiers are known as under a hash, those that are there themselves left out.

    Whoever looks for every word that may name somebody has to look for these too.
    """
    known = list(known)
    there = {each.leaf for each in known}
    found = [(each, hashed) for each in known if (hashed := hash_of(each.type, each.value)) is not None]
    return [
        Known(hashed.type, hashed.value, hashed.number, each.first_seen, each.last_seen, each.joins, each.priority)
        for each, hashed in found
        if hashed.number not in there
    ]
