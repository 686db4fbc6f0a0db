from pathlib import Path
from typing import Any

import pytest

from trenza.definitions import (
    Document,
    Kind,
    Reading,
    apply,
    apply_documents,
    check_documents,
    documents_naming,
    each_text,
    find_live,
    list_live,
    list_versions,
    load_live,
    load_versions,
    plan,
    pull,
    read_documents,
    read_folder,
    remove_document,
    remove_documents,
    revision,
)
from trenza.definitions.service import join_written, safe_file
from trenza.kernel import Faulty, Invalid, NotFound
from trenza.storage import Database, Transaction


def read_thing(document: Document, reading: Reading) -> dict[str, Any]:
    fields = reading.mapping(document.node, ["kind", "key"], ["size", "other"])
    if "other" in fields:
        reading.reference(fields["other"], "Thing")
    return {"key": document.key, "size": reading.number(fields["size"]) if "size" in fields else 0}


def effects(_: Transaction, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    return [f"{before['size']} becomes {after['size'] if after else 'nothing'}"] if before else []


def references(document: Document) -> list[tuple[str, str]]:
    other = document.node.value.get("other")
    return [("Thing", str(other.value))] if other is not None else []


KINDS = [Kind(name="Thing", read=read_thing, schema={}, effects=effects, references=references)]
ONE = "# ours\nkind: Thing\nkey: one   # first\nsize:   1\n"
TWO = "---\nkind: Thing\nkey: two\nother: one\n...\n# done\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "definitions"
    (place / "deep").mkdir(parents=True)
    (place / "deep" / "both.yaml").write_text(ONE + TWO, encoding="utf-8")
    (place / "three.yaml").write_text("kind: Thing\r\nkey: three\r\nother: two\r\n", encoding="utf-8", newline="")
    (place / "notes.txt").write_text("kind: [", encoding="utf-8")
    return place


def test_a_plan_says_what_apply_does_and_apply_does_it(database: Database, folder: Path) -> None:
    planned = plan(database, folder, KINDS)
    assert ["one", "two", "three"] == [change.key for change in planned.added]
    with database.read() as tx:
        assert 0 == revision(tx)
        assert [] == list_live(tx)

    assert planned == apply(database, folder, KINDS, 5)
    assert plan(database, folder, KINDS).is_empty()
    with database.read() as tx:
        assert 1 == revision(tx)
        found = load_live(tx, KINDS)
    assert {"one": 1, "two": 0, "three": 0} == {key: each["size"] for key, each in found.of("Thing").items()}
    assert 1 == found.revision


def test_an_apply_that_changes_nothing_writes_nothing(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    apply(database, folder, KINDS, 9)

    with database.read() as tx:
        assert 1 == revision(tx)
        assert {5} == {each.updated_at for each in list_live(tx)}


def test_what_is_changed_and_removed_is_said_with_its_effects(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    (folder / "three.yaml").unlink()
    (folder / "deep" / "both.yaml").write_text(ONE.replace("1\n", "2\n") + TWO, encoding="utf-8")

    planned = plan(database, folder, KINDS)

    assert [
        "~ Thing one  (deep/both.yaml)",
        "    1 becomes 2",
        "- Thing three  (three.yaml)",
        "    0 becomes nothing",
        "0 to add, 1 to change, 1 to remove, 1 unchanged",
    ] == list(each_text(planned))
    apply(database, folder, KINDS, 9)
    with database.read() as tx:
        assert 2 == revision(tx)
        assert {"one": 9, "two": 5} == {each.key: each.updated_at for each in list_live(tx)}
        assert 2 == len(list_versions(tx, "Thing", "one"))


def test_with_one_fault_anywhere_nothing_is_applied(database: Database, folder: Path) -> None:
    (folder / "bad.yaml").write_text("kind: Thing\nkey: bad\nsiez: 1\n", encoding="utf-8")
    (folder / "worse.yaml").write_text("kind: Thing\nkey: [\n---\nkind: Thong\nkey: x\n", encoding="utf-8")
    (folder / "again.yaml").write_text("kind: Thing\nkey: one\nother: nobody\n", encoding="utf-8")
    (folder / "latin.yaml").write_bytes(b"kind: \xff\n")

    with pytest.raises(Faulty) as caught:
        apply(database, folder, KINDS, 5)

    assert [
        ("again.yaml", 3, 8, "there is no Thing with the key `nobody`"),
        ("bad.yaml", 3, 1, "unknown field `siez`"),
        ("deep/both.yaml", 3, 6, "Thing `one` stands twice: also in again.yaml, line 1"),
        ("latin.yaml", 1, 1, "the file cannot be read as UTF-8 text"),
        ("worse.yaml", 3, 1, "while parsing a flow node expected the node content, but found '<stream end>'"),
        ("worse.yaml", 4, 7, "unknown kind `Thong`"),
    ] == [(each.file, each.line, each.column, each.why) for each in caught.value.faults]
    assert "did you mean `size`?" == caught.value.faults[1].mend
    with database.read() as tx:
        assert [] == list_live(tx)
        assert 0 == revision(tx)


def test_pull_gives_every_file_back_byte_for_byte(database: Database, folder: Path, tmp_path: Path) -> None:
    apply(database, folder, KINDS, 5)

    assert ["deep/both.yaml", "three.yaml"] == sorted(pull(database, tmp_path / "new"))
    for name in ("deep/both.yaml", "three.yaml"):
        assert (folder / name).read_bytes() == (tmp_path / "new" / name).read_bytes()
    assert [] == pull(database, folder)
    assert plan(database, tmp_path / "new", KINDS).is_empty()


def test_a_comment_alone_is_kept_and_is_no_new_version(database: Database, folder: Path, tmp_path: Path) -> None:
    apply(database, folder, KINDS, 5)
    (folder / "deep" / "both.yaml").write_text("# mine\n" + ONE + TWO, encoding="utf-8")

    assert apply(database, folder, KINDS, 9).is_empty()
    pull(database, tmp_path / "new")
    assert (tmp_path / "new" / "deep" / "both.yaml").read_text(encoding="utf-8").startswith("# mine\n# ours\n")
    with database.read() as tx:
        assert 1 == revision(tx)


def test_a_save_on_the_page_that_changes_nothing_leaves_the_files_alone(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    with database.read() as tx:
        text = list_versions(tx, "Thing", "one")[0].text
    documents, _ = read_documents(text, "page")

    assert apply_documents(database, documents, KINDS, 9).is_empty()
    assert [] == pull(database, folder)


def test_a_save_on_the_page_comes_out_where_the_document_stood(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    documents, _ = read_documents("kind: Thing\nkey: two\nsize: 7\n---\nkind: Thing\nkey: new\n", "page")
    apply_documents(database, documents, KINDS, 9)
    pull(database, folder)

    assert ONE + "---\nkind: Thing\nkey: two\nsize: 7\n" == (folder / "deep" / "both.yaml").read_text(encoding="utf-8")
    assert "kind: Thing\nkey: new\n" == (folder / "things" / "new.yaml").read_text(encoding="utf-8")
    assert plan(database, folder, KINDS).is_empty()


def test_a_save_with_faults_changes_nothing(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    documents, _ = read_documents("kind: Thing\nkey: two\nother: nobody\n", "page")

    with pytest.raises(Faulty):
        apply_documents(database, documents, KINDS, 9)
    with database.read() as tx:
        assert 1 == revision(tx)


def test_what_others_refer_to_cannot_be_removed(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)

    with pytest.raises(Faulty):
        remove_document(database, "Thing", "one", KINDS, 9)
    assert ["three"] == [change.key for change in remove_document(database, "Thing", "three", KINDS, 9).removed]
    with pytest.raises(NotFound):
        remove_document(database, "Thing", "three", KINDS, 9)
    with database.read() as tx:
        assert find_live(tx, "Thing", "three") is None
        assert find_live(tx, "Thing", "a\0") is None


def test_what_refers_to_each_other_is_removed_together_or_not_at_all(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)

    with database.read() as tx:
        assert [("Thing", "two")] == documents_naming(tx, KINDS, "Thing", "one")
    with pytest.raises(NotFound):
        remove_documents(database, [("Thing", "three"), ("Thing", "none")], KINDS, 9)
    with pytest.raises(Faulty):
        remove_documents(database, [("Thing", "one"), ("Thing", "two")], KINDS, 9)
    with database.read() as tx:
        assert 1 == revision(tx)
    removed = remove_documents(database, [("Thing", "two"), ("Thing", "three")], KINDS, 9).removed
    assert ["three", "two"] == sorted(change.key for change in removed)


def test_versions_that_are_no_more_in_force_can_still_be_read(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    with database.read() as tx:
        wanted = {("Thing", "two", list_versions(tx, "Thing", "two")[0].version)}
    remove_document(database, "Thing", "three", KINDS, 9)
    remove_document(database, "Thing", "two", KINDS, 9)

    with database.read() as tx:
        assert [{"key": "two", "size": 0}] == list(load_versions(tx, KINDS, wanted).values())


def test_a_version_that_comes_back_is_the_same_version(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)
    path = folder / "deep" / "both.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("1\n", "2\n"), encoding="utf-8")
    apply(database, folder, KINDS, 6)
    path.write_text(before, encoding="utf-8")
    apply(database, folder, KINDS, 7)

    with database.read() as tx:
        assert 3 == revision(tx)
        assert 2 == len(list_versions(tx, "Thing", "one"))


def test_a_document_that_this_release_no_longer_takes_is_left_out_with_its_fault(
    database: Database, folder: Path
) -> None:
    apply(database, folder, KINDS, 5)

    def refuse(document: Document, reading: Reading) -> None:
        if document.key == "three":
            reading.fault(document.node, "too old", "renew it")

    with database.read() as tx:
        found = load_live(tx, [Kind(name="Thing", read=refuse, schema={})])
    assert {"one", "two"} == set(found.of("Thing"))
    assert ["too old"] == [fault.why for fault in found.faults]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        read_folder(tmp_path / "nowhere")


def test_where_files_cannot_be_written_it_is_said(database: Database, folder: Path) -> None:
    apply(database, folder, KINDS, 5)

    with pytest.raises(Invalid):
        pull(database, folder / "three.yaml")


@pytest.mark.parametrize(
    "name", ["../x.yaml", "/etc/x.yaml", "a/../../x.yaml", "x.txt", "a\nb.yaml", "C:x.yaml", "a\\b.yaml"]
)
def test_no_file_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(Invalid):
        safe_file(name)


def test_documents_are_parted_where_nobody_parted_them() -> None:
    assert "a: 1\n---\nb: 2\n---\nc: 3\n" == join_written(["a: 1", "b: 2\n", "---\nc: 3\n"])


def test_references_may_name_what_is_beside() -> None:
    documents, _ = read_documents("kind: Thing\nkey: a\nother: b\n", "a.yaml")

    assert [] == check_documents(documents, KINDS, {"Thing": {"b"}})[1]
    assert 1 == len(check_documents(documents, KINDS)[1])
