"""Plan, apply, pull, load: the transactions of the room.

An apply is all or nothing: one fault anywhere and nothing changes. What did not change is not written again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from trenza.definitions.checking import Objects, check_documents
from trenza.definitions.model import Change, Definitions, Live, Plan, Stored
from trenza.definitions.node import Document, make_node
from trenza.definitions.parsing import read_folder
from trenza.definitions.reading import Kind
from trenza.definitions.saving import Bases, refuse_overtaken
from trenza.definitions.store import (
    bump_revision,
    find_live,
    list_live,
    list_stored,
    lock_revision,
    remove_live,
    revision,
    save_live,
    save_versions,
)
from trenza.kernel import Fault, Faulty, Instant, Invalid, NotFound
from trenza.storage import Database, Transaction


def plan(database: Database, folder: Path | str, kinds: Sequence[Kind]) -> Plan:
    """What `apply` of a folder would do.

    Raises:
        Faulty: with every fault of every file.
    """
    documents, objects = _read_checked(folder, kinds)
    with database.read() as tx:
        return _compare(tx, documents, objects, kinds)


def apply(database: Database, folder: Path | str, kinds: Sequence[Kind], now: Instant) -> Plan:
    """Make the instance hold exactly the documents of a folder.

    Returns:
        What was done.

    Raises:
        Faulty: with every fault of every file; nothing was changed.
    """
    documents, objects = _read_checked(folder, kinds)
    with database.write() as tx:
        lock_revision(tx)
        done = _compare(tx, documents, objects, kinds)
        _write(tx, documents, done, now)
    return done


def apply_documents(
    database: Database,
    documents: Sequence[Document],
    kinds: Sequence[Kind],
    now: Instant,
    *,
    expected: Bases | None = None,
    as_written: bool = False,
) -> Plan:
    """Put some documents in force beside those that are there: a save on the page.

    Args:
        database: the instance's.
        documents: what is saved.
        kinds: those that the house knows.
        now: the clock.
        expected: by (kind, key) the `stamp` of the text that the editor began with, empty for a new document. A
            version does too, but does not tell comments apart. What is not named is saved whatever is in force.
        as_written: keep each text character by character instead of its canonical print.

    Raises:
        Overtaken: something else has been put in force since; nothing was changed.
        Faulty: with every fault, those included that the change would bring to other documents; nothing was changed.
    """
    with database.write() as tx:
        lock_revision(tx)
        refuse_overtaken(documents, list_live(tx), expected or {})
        placed = [_placed(tx, each, as_written=as_written) for each in documents]
        together = documents_beside(tx, placed)
        objects, faults = check_documents(together, kinds)
        if faults:
            raise Faulty(faults)
        done = _compare(tx, together, objects, kinds)
        _write(tx, placed, done, now)
    return done


def remove_document(database: Database, kind: str, key: str, kinds: Sequence[Kind], now: Instant) -> Plan:
    """Take one document out of force.

    Raises:
        NotFound: there is none.
        Faulty: others refer to it.
    """
    return remove_documents(database, [(kind, key)], kinds, now)


def remove_documents(
    database: Database, names: Collection[tuple[str, str]], kinds: Sequence[Kind], now: Instant
) -> Plan:
    """Take some documents, by (kind, key), out of force together: a journey with its tests.

    Raises:
        NotFound: one of them is not in force; nothing was changed.
        Faulty: others refer to one of them; nothing was changed.
    """
    with database.write() as tx:
        lock_revision(tx)
        for kind, key in names:
            if find_live(tx, kind, key) is None:
                raise NotFound(f"there is no {kind} `{key}` in force", "see what there is: GET /api/definitions")
        others = [each for each in _live_documents(tx) if (each.kind, each.key) not in names]
        objects, faults = check_documents(others, kinds)
        if faults:
            raise Faulty(faults)
        done = _compare(tx, others, objects, kinds)
        _write(tx, [], done, now)
    return done


def documents_naming(tx: Transaction, kinds: Sequence[Kind], kind: str, key: str) -> list[tuple[str, str]]:
    """(kind, key) of the documents in force, of some of the kinds, that name a document."""
    references = {each.name: each.references for each in kinds if each.references}
    documents = [each for each in _live_documents(tx) if each.kind in references]
    return [(each.kind, each.key) for each in documents if (kind, key) in references[each.kind](each)]


def pull(database: Database, folder: Path | str) -> list[str]:
    """Write the documents in force into files, each as it was written; files that are the same are not touched.

    Returns:
        The names of the files that were written.

    Raises:
        Invalid: a file cannot be written there.
    """
    root = Path(folder)
    with database.read() as tx:
        files = _by_file(list_live(tx))
    written = []
    for name, documents in files.items():
        content = join_written([each.written for each in documents]).encode()
        if _write_file(root / safe_file(name), content):
            written.append(name)
    return written


def documents_beside(tx: Transaction, documents: Sequence[Document]) -> list[Document]:
    """Everything in force, with some documents in the place of those of the same name: what a save would make."""
    given = {(each.kind, each.key) for each in documents}
    return [*[each for each in _live_documents(tx) if (each.kind, each.key) not in given], *documents]


def load_live(tx: Transaction, kinds: Sequence[Kind]) -> Definitions:
    """Everything in force, read; cheap enough for every change of `revision`."""
    documents = _live_documents(tx)
    objects, faults = check_documents(documents, kinds)
    versions: dict[str, dict[str, str]] = defaultdict(dict)
    for document in documents:
        versions[document.kind][document.key] = document.version
    return Definitions(revision=revision(tx), objects=objects, versions=dict(versions), faults=tuple(faults))


def load_versions(
    tx: Transaction, kinds: Sequence[Kind], wanted: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], Any]:
    """Objects of versions that need not be in force, by (kind, key, version): what pinned runs go on with."""
    live = list_live(tx)
    beside: dict[str, set[str]] = defaultdict(set)
    for each in live:
        beside[each.kind].add(each.key)
    found = {}
    for stored in list_stored(tx, wanted):
        kind = [each for each in kinds if each.name == stored.kind]
        objects, _ = check_documents([_document(stored)], kind, beside)
        for each in objects.get(stored.kind, {}).values():
            found[stored.kind, stored.key, stored.version] = each
    return found


def safe_file(name: str) -> str:
    """A file's name below a folder.

    Raises:
        Invalid: it would lead out of the folder, or is no `.yaml`.
    """
    path = PurePosixPath(name)
    bad = path.is_absolute() or ".." in path.parts or path.suffix != ".yaml" or not name.isprintable() or "\\" in name
    if bad or ":" in name:
        raise Invalid(
            "a definition's file lies below the folder and ends in .yaml", "write a name like segments/vip.yaml"
        )
    return name


def join_written(written: Sequence[str]) -> str:
    """The text of a file from its documents' texts; a marker is put where one is needed."""
    text = ""
    for each in written:
        if text and not text.endswith("\n"):
            text += "\n"
        marked = each.removeprefix("\ufeff").lstrip("\r\n").startswith(("---", "%")) if text else True
        text += each if marked else f"---\n{each}"
    return text


def _write_file(path: Path, content: bytes) -> bool:
    """Write a file unless it is the same; whether it was written."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}", "name a folder that may be written to") from error
    return True


def _read_checked(folder: Path | str, kinds: Sequence[Kind]) -> tuple[list[Document], Objects]:
    documents, faults = read_folder(folder)
    objects, more = check_documents(documents, kinds)
    if faults or more:
        raise Faulty(sorted([*faults, *more], key=lambda fault: (fault.file, fault.line, fault.column)))
    return documents, objects


def _compare(tx: Transaction, documents: Sequence[Document], objects: Objects, kinds: Sequence[Kind]) -> Plan:
    live = {(each.kind, each.key): each for each in list_live(tx)}
    given = {(each.kind, each.key): each for each in documents}
    effects = _Effects(tx, kinds, objects, given)
    added = [
        Change(
            kind=each.kind, key=each.key, file=each.file, after=each.version, effects=effects.of(each.kind, each.key)
        )
        for name, each in given.items()
        if name not in live
    ]
    changed = [
        Change(
            kind=each.kind,
            key=each.key,
            file=each.file,
            before=live[name].version,
            after=each.version,
            effects=effects.of(each.kind, each.key, live[name]),
        )
        for name, each in given.items()
        if name in live and live[name].version != each.version
    ]
    removed = [
        Change(kind=each.kind, key=each.key, file=each.file, before=each.version, effects=effects.of(*name, each))
        for name, each in live.items()
        if name not in given
    ]
    if effects.faults:
        raise Faulty(effects.faults)
    return Plan(added=added, changed=changed, removed=removed, unchanged=len(given) - len(added) - len(changed))


class _Effects:
    """Asks the rooms what a change means for people, and whether it can be."""

    def __init__(
        self, tx: Transaction, kinds: Sequence[Kind], objects: Objects, given: Mapping[tuple[str, str], Document]
    ) -> None:
        self.faults: list[Fault] = []
        self._tx = tx
        self._given = given
        self._kinds = kinds
        self._by_name = {kind.name: kind for kind in kinds}
        self._objects = objects

    def of(self, kind_name: str, key: str, live: Live | None = None) -> tuple[str, ...]:
        kind = self._by_name.get(kind_name)
        if kind is None or (kind.effects is None and kind.refusal is None):
            return ()
        before = self._read(live) if live else None
        after = self._objects.get(kind_name, {}).get(key)
        if kind.refusal is not None and (refusal := kind.refusal(self._tx, key, before, after)):
            self._refuse(kind_name, key, live, refusal)
            return ()
        return tuple(kind.effects(self._tx, before, after)) if kind.effects else ()

    def _read(self, live: Live) -> Any:
        name = (live.kind, live.key, live.version)
        return load_versions(self._tx, self._kinds, {name}).get(name)

    def _refuse(self, kind: str, key: str, live: Live | None, refusal: tuple[str, str]) -> None:
        document = self._given.get((kind, key))
        node = document.node if document else None
        file = document.file if document else live.file if live else ""
        line, column = (node.line, node.column) if node else (1, 1)
        self.faults.append(Fault(file=file, line=line, column=column, why=refusal[0], mend=refusal[1]))


def _write(tx: Transaction, documents: Sequence[Document], done: Plan, now: Instant) -> None:
    live = {(each.kind, each.key): each for each in list_live(tx)}
    moved = [_live(each, now) for each in documents if _differs(live.get((each.kind, each.key)), each)]
    save_versions(tx, [_stored(each, now) for each in documents])
    save_live(tx, moved)
    remove_live(tx, [(each.kind, each.key) for each in done.removed])
    if not done.is_empty():
        bump_revision(tx)


def _differs(live: Live | None, document: Document) -> bool:
    if live is None or live.version != document.version:
        return True
    return (live.file, live.position, live.written) != (document.file, document.position, document.written)


def _live(document: Document, now: Instant) -> Live:
    return Live(
        kind=document.kind,
        key=document.key,
        version=document.version,
        file=document.file,
        position=document.position,
        written=document.written,
        updated_at=now,
    )


def _stored(document: Document, now: Instant) -> Stored:
    return Stored(
        kind=document.kind,
        key=document.key,
        version=document.version,
        text=document.text,
        content=document.node.plain(),
        created_at=now,
    )


def _placed(tx: Transaction, document: Document, *, as_written: bool) -> Document:
    """A saved document stays where it stood; a new one gets a file of its own."""
    live = find_live(tx, document.kind, document.key)
    document.file = live.file if live else f"{document.kind.lower()}s/{document.key}.yaml"
    document.position = live.position if live else 0
    if as_written:
        return document
    if live and live.version == document.version:
        document.written = live.written
    else:
        document.written = f"---\n{document.text}" if live and live.written.startswith("---") else document.text
    return document


def _live_documents(tx: Transaction) -> list[Document]:
    places = {(each.kind, each.key): each for each in list_live(tx)}
    return [_document(each, places.get((each.kind, each.key))) for each in list_stored(tx)]


def _document(stored: Stored, live: Live | None = None) -> Document:
    return Document(
        kind=stored.kind,
        key=stored.key,
        node=_with_file(stored, live),
        file=live.file if live else "",
        text=stored.text,
        version=stored.version,
        written=live.written if live else stored.text,
        position=live.position if live else 0,
    )


def _with_file(stored: Stored, live: Live | None) -> Any:
    node = make_node(stored.content)
    waiting = [node]
    while waiting:
        each = waiting.pop()
        each.file = live.file if live else f"{stored.kind} {stored.key}"
        waiting.extend(each.children())
    return node


def _by_file(live: Sequence[Live]) -> dict[str, list[Live]]:
    files: dict[str, list[Live]] = defaultdict(list)
    for each in live:
        files[each.file].append(each)
    return files


def each_text(plan_: Plan) -> Iterator[str]:
    """A plan in words, one line each."""
    for sign, changes in (("+", plan_.added), ("~", plan_.changed), ("-", plan_.removed)):
        for change in changes:
            place = f"  ({change.file})" if change.file else ""
            yield f"{sign} {change.kind} {change.key}{place}"
            yield from (f"    {effect}" for effect in change.effects)
    yield (
        f"{len(plan_.added)} to add, {len(plan_.changed)} to change, {len(plan_.removed)} to remove, "
        f"{plan_.unchanged} unchanged"
    )
