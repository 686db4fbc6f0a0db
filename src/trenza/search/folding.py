"""Text as it is compared: without case and accents, letter by letter, so that one can say where a word stood.

Pure, and the same on every engine: no database folds anything here.
"""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_LETTERS = 65_536


def fold(text: str) -> str:
    """Without case and accents: `GARCÍA` and `garcia` are one."""
    return text.lower() if text.isascii() else "".join(map(_fold_letter, text))


def words_in(text: str) -> list[str]:
    """The folded words of a text, in order; what is neither letter nor digit parts them."""
    return _WORD.findall(fold(text))


def places(text: str, word: str, *, is_whole: bool = False) -> list[tuple[int, int]]:
    """Where words of a text begin with a folded word (whole: are it): the first letter, the one behind the last."""
    folded, origins = _with_origins(text)
    found = []
    for match in _WORD.finditer(folded):
        if match.group() == word if is_whole else match.group().startswith(word):
            begin, end = match.start(), match.start() + len(word)
            found.append((origins[begin], origins[end - 1] + 1))
    return found


def place_of(text: str, term: str, length: int) -> tuple[int, int] | None:
    """Where the first letters of a folded piece of a text stand in it; the last such piece."""
    folded, origins = _with_origins(text)
    begin = folded.rfind(term)
    end = begin + min(length, len(term))
    return (origins[begin], origins[end - 1] + 1) if 0 <= begin < end else None


def _with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters which one of the text it came from."""
    folded = [_fold_letter(letter) for letter in text]
    return "".join(folded), [place for place, letters in enumerate(folded) for _ in letters]


@lru_cache(maxsize=_LETTERS)
def _fold_letter(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
