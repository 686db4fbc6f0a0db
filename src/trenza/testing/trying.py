"""Tests against a text that nobody has saved: what `trenza check` would say if it were in force.

Everything in force is read, the editor's documents take the place of those of their name, and the tests that reach one
of them are played on a stage of their own. The instance is only read.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from trenza.definitions import Document, Kind, check_documents, documents_beside, read_documents
from trenza.kernel import Fault
from trenza.storage import Database
from trenza.testing.runner import TestResult, reached, run_tests


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How the tests of a text went."""

    faults: tuple[Fault, ...] = ()
    """Where there are any, nothing was run. Those of the text itself have no file."""
    results: tuple[TestResult, ...] = ()
    """In the order of the tests' files; none where no test is about the text."""

    @property
    def passed(self) -> bool:
        """Whether there was something to run and all of it went well."""
        return bool(self.results) and all(each.passed for each in self.results)


def try_text(database: Database, text: str, kinds: Sequence[Kind], only: Collection[str] = ()) -> Trial:
    """Run the tests that are about the documents of a text.

    Args:
        database: the instance's, of which only definitions are read.
        text: what stands in the editor: a journey, a segment, a template, a test, or several of them.
        kinds: those that the house knows.
        only: keys of the tests that are wanted; empty: all that reach a document of the text.
    """
    documents, faults = read_documents(text, "")
    if faults:
        return Trial(faults=tuple(faults))
    with database.read() as tx:
        together = [_with_lines(each, kinds) for each in documents_beside(tx, documents)]
    objects, found = check_documents(together, kinds)
    if found:
        return Trial(faults=tuple(found))
    alive = [each for each in together if each.kind not in _test_kinds(kinds)]
    wanted = {(each.kind, each.key) for each in documents}
    tests = [
        each
        for each in together
        if each.kind in _test_kinds(kinds)
        and (not only or each.key in only)
        and _is_about(each, objects[each.kind][each.key], wanted, alive, kinds)
    ]
    return Trial(results=tuple(run_tests([*alive, *tests], kinds)))


def _with_lines(document: Document, kinds: Sequence[Kind]) -> Document:
    """A test in force as it is written, so that what it says of its lines is true."""
    if document.kind not in _test_kinds(kinds):
        return document
    found, _ = read_documents(document.written, document.file)
    same = [each for each in found if (each.kind, each.key, each.version) == _identity(document)]
    return same[0] if same else document


def _identity(document: Document) -> tuple[str, str, str]:
    return document.kind, document.key, document.version


def _test_kinds(kinds: Sequence[Kind]) -> set[str]:
    return {kind.name for kind in kinds if kind.is_test}


def _is_about(
    document: Document, test: Any, wanted: set[tuple[str, str]], alive: Sequence[Document], kinds: Sequence[Kind]
) -> bool:
    """Whether a test is among what is wanted, or uses it, however far; one that names nothing uses everything."""
    if (document.kind, document.key) in wanted:
        return True
    return not test.uses or not wanted.isdisjoint(reached(test.uses, alive, kinds))
