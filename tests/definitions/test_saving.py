"""Two people at one document."""

from threading import Barrier, Thread

import pytest

from trenza.definitions import (
    Document,
    Kind,
    Overtaken,
    apply_documents,
    difference,
    find_live,
    live_stamp,
    read_documents,
    remove_document,
)
from trenza.storage import Database

KINDS = [Kind(name="Thing", read=lambda document, _: document.key, schema={})]
NAME = ("Thing", "one")
FIRST = "kind: Thing\nkey: one\nsize:   1 # small\n"


def document(text: str) -> Document:
    documents, faults = read_documents(text, "page")
    assert [] == faults
    return documents[0]


def save(database: Database, text: str, base: str | None, now: int = 1) -> None:
    expected = {} if base is None else {NAME: base}
    apply_documents(database, [document(text)], KINDS, now, expected=expected, as_written=True)


def in_force(database: Database) -> tuple[str, str]:
    with database.read() as tx:
        live = find_live(tx, *NAME)
    return (live.written if live else "", live_stamp(live))


def test_a_save_keeps_every_character_and_its_stamp_lets_the_next_one_in(database: Database) -> None:
    save(database, FIRST, "")
    written, stamp = in_force(database)
    assert FIRST == written
    save(database, FIRST.replace("small", "tiny"), stamp)
    assert FIRST.replace("small", "tiny") == in_force(database)[0]


def test_the_second_is_told_and_nothing_is_overwritten(database: Database) -> None:
    save(database, FIRST, "")
    _, base = in_force(database)
    theirs = FIRST.replace("small", "only a comment")
    save(database, theirs, base, now=7)
    with pytest.raises(Overtaken) as told:
        save(database, FIRST.replace("1", "2"), base)
    assert (theirs, 7, "Thing", "one") == (told.value.text, told.value.saved_at, told.value.kind, told.value.key)
    assert theirs == in_force(database)[0]
    save(database, FIRST.replace("1", "2"), told.value.stamp)
    assert FIRST.replace("1", "2") == in_force(database)[0]


def test_the_same_text_saved_by_both_is_no_conflict(database: Database) -> None:
    save(database, FIRST, "")
    save(database, FIRST, "")
    assert FIRST == in_force(database)[0]


def test_what_was_removed_or_made_meanwhile_is_told(database: Database) -> None:
    save(database, FIRST, "")
    _, base = in_force(database)
    remove_document(database, *NAME, KINDS, 2)
    with pytest.raises(Overtaken, match="removed") as told:
        save(database, FIRST, base)
    assert ("", "", None) == (told.value.text, told.value.stamp, told.value.saved_at)
    save(database, FIRST, "")
    with pytest.raises(Overtaken):
        save(database, FIRST.replace("1", "3"), "")


def test_a_version_will_do_for_a_base(database: Database) -> None:
    save(database, FIRST, "")
    save(database, FIRST.replace("1", "2"), document(FIRST).version)
    with pytest.raises(Overtaken):
        save(database, FIRST.replace("1", "3"), document(FIRST).version)


def test_of_two_who_save_at_once_one_is_told(database: Database) -> None:
    save(database, FIRST, "")
    _, base = in_force(database)
    texts = [FIRST.replace("1", str(size)) for size in (2, 3)]
    together, told = Barrier(2), []

    def run(text: str) -> None:
        together.wait()
        try:
            save(database, text, base)
        except Overtaken as error:
            told.append((error.text, text))

    threads = [Thread(target=run, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written, _ = in_force(database)
    assert 1 == len(told)
    assert (written, next(each for each in texts if each != written)) == told[0]


def test_a_difference_names_every_line_once() -> None:
    lines = [(line.sign, line.text, line.old, line.new) for line in difference("a\nb\nc\n", "a\nx\nc\nd\n")]
    assert lines == [
        ("same", "a", 1, 1),
        ("gone", "b", 2, None),
        ("new", "x", None, 2),
        ("same", "c", 3, 3),
        ("new", "d", None, 4),
    ]
