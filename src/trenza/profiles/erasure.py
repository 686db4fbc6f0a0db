"""Erasure: a person leaves every store, and a receipt proves it without naming anybody.

What lies in the state goes in one transaction, together with a note of what is still to do; what lies outside it (the
lake) goes afterwards and may be done twice. A crash in between is finished by `finish_erasures`, which the next erasure
and every start of the worker call first.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from trenza.events import phone_tails
from trenza.identity import Known, Leaf, Person, derived_hashes, known_of, person_text
from trenza.kernel import Instant, JsonObject, NotFound, encode_json, format_instant, new_id
from trenza.profiles import receipts, store
from trenza.profiles.trace import Trace, hash_of
from trenza.storage import Database, Transaction


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who is erased."""

    person: Person
    leaves: tuple[Leaf, ...]
    identifiers: tuple[tuple[str, str], ...]
    """`(type, value)`."""
    at: Instant

    @property
    def values(self) -> tuple[str, ...]:
        """The identifiers' values."""
        return tuple(value for _, value in self.identifiers)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that the person has and had: each is a hash of one of the identifiers."""
        return frozenset((self.person, *self.leaves))

    @property
    def words(self) -> tuple[str, ...]:
        """The identifiers' values, and the ids that the person has and had."""
        return (*self.values, *(person_text(each) for each in self.numbers))


class Eraser(msgspec.Struct, frozen=True, kw_only=True):
    """How one store forgets a person."""

    store: str
    """Its name on the receipt."""
    erase: Callable[[Transaction, Subject], Mapping[str, int]]
    """Takes everything of the person away and counts it, by kind. May be done again."""
    remains: Callable[[Transaction, Trace], int]
    """How much of an erased person is still there."""


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """How a store outside the state forgets a person: after the transaction, as often as need be."""

    store: str
    erase: Callable[[Subject], Mapping[str, int]]
    remains: Callable[[Trace], int]


class Erasers(msgspec.Struct, frozen=True, kw_only=True):
    """Every store there is: the written list of the composition root."""

    inside: Sequence[Eraser]
    outside: Sequence[Outside] = ()
    lock: Callable[[Transaction], object] = lambda _: None
    """Keeps the hallway from changing anything until the erasure's transaction has ended."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a receipt is true."""

    signed: bool
    """Its signature is this instance's and nothing in it was changed."""
    remains: dict[str, int]
    """By store, how much of the person is still there."""

    @property
    def holds(self) -> bool:
        """The receipt is true."""
        return self.signed and not any(self.remains.values())


def erase_person(
    database: Database, person: Person, reason: str, now: Instant, secret: bytes, erasers: Erasers, id_: str = ""
) -> JsonObject:
    """Erase a person from every store.

    Args:
        database: the state.
        person: who it is.
        reason: why, as whoever asked put it; it stands on the receipt.
        now: the instant of the erasure.
        secret: the instance's secret.
        erasers: every store.
        id_: the erasure's own id, under which `find_receipt` finds it; random where it is empty.

    Returns:
        The receipt, signed.

    Raises:
        NotFound: there is nobody of that id.
    """
    finish_erasures(database, secret, erasers)
    with database.write() as tx:
        erasers.lock(tx)
        subject = _subject(known_of(tx, [person]).get(person, []), person, now)
        receipt = _draft(subject, reason, secret, id_ or new_id())
        receipt["stores"] = {each.store: dict(each.erase(tx, subject)) for each in erasers.inside}
        store.save_erasure(tx, receipt["id"], now, encode_json(subject), encode_json(receipt))
    return _finish(database, secret, erasers, subject, receipt)


def finish_erasures(database: Database, secret: bytes, erasers: Erasers) -> int:
    """Finish what a crash left undone; returns how many erasures."""
    with database.read() as tx:
        open_ = store.list_unfinished(tx)
    for subject, receipt in open_:
        _finish(database, secret, erasers, msgspec.json.decode(subject, type=Subject), msgspec.json.decode(receipt))
    return len(open_)


def find_receipt(database: Database, id_: str) -> JsonObject | None:
    """The receipt of the erasure of that id; None where there was none, or it is not finished."""
    with database.read() as tx:
        found = store.find_receipt(tx, id_)
    return None if found is None else msgspec.json.decode(found)


def verify_receipt(database: Database, receipt: JsonObject, secret: bytes, erasers: Erasers) -> Proof:
    """Prove a receipt: it is signed by this instance, and nothing of the erased person is in any store.

    Raises:
        Invalid: the document is no receipt.
    """
    receipts.check_shape(receipt)
    if not receipts.is_signed(receipt, secret):
        return Proof(signed=False, remains={})
    trace = Trace(secret, receipt)
    with database.read() as tx:
        remains = {each.store: each.remains(tx, trace) for each in erasers.inside}
    remains.update({each.store: each.remains(trace) for each in erasers.outside})
    return Proof(signed=True, remains=remains)


def _subject(known: Sequence[Known], person: Person, now: Instant) -> Subject:
    if not known:
        raise NotFound("nobody has this id any more", "see `trenza people list`")
    known = [*known, *derived_hashes(known)]  # in which others may have spoken of the person
    leaves = tuple(each.leaf for each in known)
    return Subject(person=person, leaves=leaves, identifiers=tuple((each.type, each.value) for each in known), at=now)


def _draft(subject: Subject, reason: str, secret: bytes, id_: str) -> JsonObject:
    return {
        "kind": receipts.KIND,
        "id": id_,
        "at": format_instant(subject.at),
        "reason": reason,
        "person": hash_of(secret, "person:", str(subject.person)),
        "identifiers": sorted(hash_of(secret, "", f"{type_}:{value}") for type_, value in subject.identifiers),
        "leaves": sorted(hash_of(secret, "leaf:", str(leaf)) for leaf in subject.leaves),
        "types": sorted({type_ for type_, _ in subject.identifiers}),
        "tails": sorted(hash_of(secret, "tail:", tail) for tail in phone_tails(subject.values)),
        "stores": {},
    }


def _finish(database: Database, secret: bytes, erasers: Erasers, subject: Subject, receipt: JsonObject) -> JsonObject:
    outside = {each.store: dict(each.erase(subject)) for each in erasers.outside}
    signed = receipts.sign({**receipt, "stores": {**receipt["stores"], **outside}}, secret)
    with database.write() as tx:
        store.finish_erasure(tx, receipt["id"], encode_json(signed))
    return signed
