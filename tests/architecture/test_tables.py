"""Coupling by table name is not seen by the import contracts, so it is looked for here."""

import re
from collections import defaultdict
from pathlib import Path

import trenza

_SOURCE = Path(trenza.__file__).parent
_DECLARED = re.compile(r"\bTable\(\s*\"(\w+)\"")


def _declarations() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in _SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for name in _DECLARED.findall(path.read_text(encoding="utf-8")):
            found[name].append(path.relative_to(_SOURCE))
    return found


def test_every_table_has_one_owner() -> None:
    owners = _declarations()

    assert owners
    assert {} == {name: paths for name, paths in owners.items() if len(paths) > 1}


def test_tables_are_declared_in_stores_only() -> None:
    elsewhere = {
        str(path)
        for paths in _declarations().values()
        for path in paths
        if path.parts[0] != "storage" and path.name != "store.py" and path.parent.name != "store"
    }

    assert set() == elsewhere


def test_nobody_writes_sql_by_hand_outside_of_stores() -> None:
    spoken = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
    speaking = {
        str(path.relative_to(_SOURCE))
        for path in _SOURCE.rglob("*.py")
        if spoken.search(path.read_text(encoding="utf-8"))
        and path.relative_to(_SOURCE).parts[0] != "storage"
        and path.name != "store.py"
    }

    assert set() == speaking
