"""Recognising what was erased, by the keyed hashes of a receipt: what the proof goes through every store with."""

from collections.abc import Iterable

from trenza.events import phone_tail, words
from trenza.identity import Leaf, Person, text_person
from trenza.kernel import Instant, JsonObject, JsonValue, keyed_hash
from trenza.profiles import receipts

_TYPES = ("user_id", "email", "phone", "anonymous_id", "device_id", "loyalty_card", "push_token")
"""Looked for where a receipt is so old that it does not say which types were erased."""
_REMEMBERED = 200_000


class Trace:
    """Recognises what was erased by its keyed hashes.

    Args:
        secret: the instance's secret.
        receipt: what proves the erasure.
    """

    def __init__(self, secret: bytes, receipt: JsonObject) -> None:
        self._secret = secret
        self._identifiers = frozenset(receipt["identifiers"])
        self._leaves = frozenset(receipt["leaves"])
        self._person = receipt["person"]
        self._types = tuple(receipt.get("types", _TYPES))
        self._tails = frozenset(receipt.get("tails", ()))
        self._met: dict[str, bool] = {}
        self.until: Instant = receipts.instant_of(receipt)
        """What is younger is not of this erasure: the person may have begun anew."""

    def is_identifier(self, type_: str, value: str) -> bool:
        """An erased identifier."""
        return hash_of(self._secret, "", f"{type_}:{value}") in self._identifiers

    def is_leaf(self, leaf: Leaf) -> bool:
        """The leaf of an erased identifier."""
        return hash_of(self._secret, "leaf:", str(leaf)) in self._leaves

    def is_person(self, person: Person) -> bool:
        """The erased person."""
        return bool(hash_of(self._secret, "person:", str(person)) == self._person)

    def count_leaves(self, leaves: Iterable[Leaf]) -> int:
        """How many of these are erased ones."""
        return sum(1 for leaf in set(leaves) if self.is_leaf(leaf))

    def count_numbers(self, numbers: Iterable[int]) -> int:
        """How many of these are the erased person's, or erased leaves."""
        return sum(1 for number in set(numbers) if self.is_leaf(number) or self.is_person(number))

    def names(self, value: JsonValue) -> bool:
        """Some word of a value is an erased identifier, or the id of the erased person."""
        return any(self._is_met(word) for word in words(value))

    def _is_met(self, word: str) -> bool:
        found = self._met.get(word)
        if found is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            found = self._met[word] = self._is_named(word)
        return found

    def _is_named(self, word: str) -> bool:
        if any(self.is_identifier(type_, form) for type_ in self._types for form in {word, word.lower()}):
            return True
        if (person := text_person(word)) is not None and (self.is_leaf(person) or self.is_person(person)):
            return True
        tail = phone_tail(word) if self._tails else ""
        return bool(tail) and hash_of(self._secret, "tail:", tail) in self._tails


def hash_of(secret: bytes, kind: str, text: str) -> str:
    """The keyed hash under which a receipt names something."""
    return keyed_hash(secret, kind + text).hex()
