import importlib
import pkgutil
from hashlib import sha256
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import trenza
from trenza.events.store import select_sources
from trenza.identity import find_person, identifier_number
from trenza.storage import Database, metadata
from trenza.storage.migrations import HEAD, upgrade
from trenza.storage.migrations import __file__ as migrations


def _import_every_store() -> None:
    for module in pkgutil.walk_packages(trenza.__path__, "trenza."):
        if "store" in module.name.rsplit(".", 2)[1:] or (
            module.name.startswith("trenza.storage.") and ("migrations" not in module.name)
        ):
            importlib.import_module(module.name)


def test_migrations_make_the_tables_that_the_stores_declare(database_url: str) -> None:
    _import_every_store()
    database = Database(database_url)
    upgrade(database)

    with database.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)
    assert [] == [each for each in differences if "alembic_version" not in str(each)]
    database.close()


def test_an_upgrade_of_what_is_new_already_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database)
    tables = set(inspect(database.engine).get_table_names())
    upgrade(database)

    assert tables == set(inspect(database.engine).get_table_names())
    database.close()


def test_a_source_of_the_first_version_answers_about_visitors(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, "0001")
    row = "VALUES (1, 'web', 'web', 'k', false, '', '', :fields)"
    into = "INSERT INTO source (id, name, channel, key, strict, country, no_consent_object, identifiers) "
    with database.write() as tx:
        tx.execute(text(into + row), {"fields": b"{}"})
    upgrade(database)

    with database.read() as tx:
        assert [("web", "k", "visitors")] == [(each.name, each.key, each.answers) for each in select_sources(tx)]
    database.close()


def test_the_head_is_the_last_file() -> None:
    files = sorted(path.name for path in (Path(migrations).parent / "versions").glob("[0-9]*.py"))

    assert HEAD == files[-1][:4]


def test_what_was_seen_before_hashes_came_is_found_by_its_hash(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, "0009")
    leaf = identifier_number("email", "ana@example.com")
    columns = "number, type, value, person, component, flags, degree, accounts, first_seen, last_seen, erased_at"
    row = "VALUES (:leaf, 'email', 'ana@example.com', :leaf, :leaf, 0, 0, 0, 1, 1, -1)"
    with database.write() as tx:
        tx.execute(text(f"INSERT INTO identifier ({columns}) {row}"), {"leaf": leaf})
    upgrade(database)

    with database.read() as tx:
        assert leaf == find_person(tx, "email_sha256", sha256(b"ana@example.com").hexdigest())
    database.close()
