"""What a group holds that could speak against its being one person, as one number, so that groups add up by adding.

The number has a field for the devices and tokens that stand between two identifiers, one for the heads, one for the
accounts, and one for each type (its hashes counted in) of which a person may have only so many. A field's highest bit
is its guard: to add what its limit leaves free sets the guard of each field that is past its limit.
"""

from collections.abc import Iterable

from trenza.identity.graph import Node
from trenza.identity.model import IdentifierType

_BITS = 40
BETWEEN = 1
"""A device or token that was seen with two identifiers or more: it may hold two lives together."""
_HEAD = 1 << _BITS
_ACCOUNT = 1 << 2 * _BITS


class Weights:
    """What each identifier weighs.

    Args:
        types: the instance's types.
    """

    def __init__(self, types: Iterable[IdentifierType]) -> None:
        limits = [0, 1, 1]
        places: dict[str, int] = {}
        self._units: dict[str, int] = {}
        for each in sorted(types, key=lambda each: (each.is_hash, each.name)):
            unit = _HEAD * each.is_head
            if each.kind == "account":
                unit += _ACCOUNT
            elif each.per_person:
                place = places.setdefault(each.counted_as, len(limits))
                unit += 1 << _BITS * place
                if place == len(limits):
                    limits.append(each.per_person)
            self._units[each.name] = unit
        top = 1 << (_BITS - 1)
        self._guards = sum(top << _BITS * place for place in range(2, len(limits)))
        self._guards_of_lives = top + (top << _BITS)
        self._free = sum((top - 1 - limit) << _BITS * place for place, limit in enumerate(limits))

    def of_type(self, type_: IdentifierType) -> int:
        """What an identifier of a type weighs that was seen with nothing yet."""
        return self._units.get(type_.name, 0)

    def of(self, node: Node) -> int:
        """What an identifier weighs."""
        if node.plain:
            return 0
        weight = self._units.get(node.type.name, 0)
        return weight + BETWEEN if node.degree > 1 and not node.is_head else weight

    def is_light(self, weight: int) -> bool:
        """Whether a group is one person without a look."""
        past = weight + self._free
        return not past & self._guards and past & self._guards_of_lives != self._guards_of_lives

    def is_crowded(self, weight: int) -> bool:
        """Whether there are more accounts, or identifiers of one type, than one person may have."""
        return bool((weight + self._free) & self._guards)
