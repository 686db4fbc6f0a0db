"""Definitions to begin with: segments, journeys, templates and policies that pass their own tests.

The demo's shop lives by those in `definitions`; a new instance may take one journey with all that it refers to.
"""

from functools import cache
from pathlib import Path
from typing import Final

from trenza.definitions import Document, read_folder

__all__ = ["DEFINITIONS", "MORE", "starters"]

DEFINITIONS: Final = Path(__file__).parent / "definitions"
"""Of the demo's shop."""
MORE: Final = Path(__file__).parent / "more"
"""For shops of other kinds: what the demo's events do not tell."""


@cache
def starters() -> tuple[Document, ...]:
    """Every document of both folders."""
    return tuple(document for folder in (DEFINITIONS, MORE) for document in read_folder(folder)[0])
