"""The state's tables through the versions, by Alembic.

A new version: write a file in `versions/` beside the change of
the `store.py`, and `tests/storage/test_migrations.py` proves that both say the same on both databases.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from trenza.storage.database import Database

HEAD = "0012"
"""The newest version; a test holds it against the files in `versions/`."""


def upgrade(database: Database, version: str = HEAD) -> None:
    """Bring the state's tables to a version, the newest; costs one query where they are there already."""
    if _version(database) == version:
        return
    from alembic import command  # noqa: PLC0415 — 150 ms that a start with nothing to migrate should not pay
    from alembic.config import Config  # noqa: PLC0415 — the same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with database.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, version)


def _version(database: Database) -> str | None:
    with database.read() as tx:
        if not inspect(tx).has_table("alembic_version"):
            return None
        version: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
        return version
