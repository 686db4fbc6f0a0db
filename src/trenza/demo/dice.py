"""Chance that is the same on every machine: numbers drawn by hash from a seed and a name.

Each thing that is decided has its own dice, named after it. So one more visitor, or one more throw for one of them,
changes nothing for the others.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeVar

_Chosen = TypeVar("_Chosen")
_WORD = 4
_LARGEST = 1 << (8 * _WORD)


class Dice:
    """Dice named by their parts: the same parts throw the same numbers.

    Args:
        parts: a seed and whatever names the thing to decide.
    """

    def __init__(self, *parts: str | int) -> None:
        self._words = _words("\x1f".join(map(str, parts)).encode())

    def fraction(self) -> float:
        """From 0 (in) to 1 (out)."""
        return next(self._words) / _LARGEST

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit - 1`."""
        return next(self._words) * limit // _LARGEST

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends in."""
        return least + self.below(most - least + 1)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.fraction() < probability

    def pick(self, options: Sequence[_Chosen]) -> _Chosen:
        """One of them, each as likely."""
        return options[self.below(len(options))]

    def hour(self, weights: Sequence[int]) -> int:
        """An index, as likely as its weight."""
        left = self.below(sum(weights))
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1


def _words(name: bytes) -> Iterator[int]:
    for block in count():
        digest = hashlib.blake2b(name, salt=block.to_bytes(8)).digest()
        for start in range(0, len(digest), _WORD):
            yield int.from_bytes(digest[start : start + _WORD])
