"""How alike two texts are, octet by octet, as DuckDB says it: a pair must reach the same level in both."""

from functools import lru_cache

_PREFIX = 4
_SCALE = 0.1
_BOOST_FROM = 0.7


@lru_cache(maxsize=65_536)
def jaro_winkler(one: str, other: str) -> float:
    """Jaro-Winkler similarity, 0 to 1: letters in common near the same place, more where the beginning is the same."""
    a, b = one.encode(), other.encode()
    if a == b:
        return 1.0
    jaro = _jaro(a, b)
    if jaro <= _BOOST_FROM:
        return jaro
    prefix = 0
    for x, y in zip(a[:_PREFIX], b[:_PREFIX], strict=False):
        if x != y:
            break
        prefix += 1
    return jaro + prefix * _SCALE * (1 - jaro)


def _jaro(a: bytes, b: bytes) -> float:
    if not a or not b:
        return 0.0
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    taken = bytearray(len(b))
    found = bytearray()
    for place, octet in enumerate(a):
        low, high = max(place - reach, 0), min(place + reach + 1, len(b))
        at = b.find(octet, low, high)
        while at >= 0 and taken[at]:
            at = b.find(octet, at + 1, high)
        if at >= 0:
            taken[at] = 1
            found.append(octet)
    if not found:
        return 0.0
    mirrored = bytes(octet for octet, is_taken in zip(b, taken, strict=True) if is_taken)
    crossed = sum(x != y for x, y in zip(found, mirrored, strict=True)) // 2
    common = len(found)
    return (common / len(a) + common / len(b) + (common - crossed) / common) / 3


def within_edits(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are to be put in, left out, changed or swapped with their neighbour."""
    a, b = one.encode(), other.encode()
    if abs(len(a) - len(b)) > most:
        return False
    return _edits(a, b) <= most


@lru_cache(maxsize=65_536)
def _edits(a: bytes, b: bytes) -> int:
    """Damerau-Levenshtein distance (unrestricted), by its textbook table."""
    last_row: dict[int, int] = {}
    far = len(a) + len(b)
    table = [[far] * (len(b) + 2) for _ in range(len(a) + 2)]
    for i in range(len(a) + 1):
        table[i + 1][1] = i
    for j in range(len(b) + 1):
        table[1][j + 1] = j
    for i, x in enumerate(a, 1):
        last_match = 0
        for j, y in enumerate(b, 1):
            row = last_row.get(y, 0)
            column = last_match
            cost = 0 if x == y else 1
            if not cost:
                last_match = j
            table[i + 1][j + 1] = min(
                table[i][j] + cost,
                table[i + 1][j] + 1,
                table[i][j + 1] + 1,
                table[row][column] + (i - row - 1) + 1 + (j - column - 1),
            )
        last_row[x] = i
    return table[len(a) + 1][len(b) + 1]
