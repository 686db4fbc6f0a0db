import pytest
from msgspec import structs

from trenza.events import (
    INTERNAL_SOURCE,
    InvalidSource,
    Limit,
    Sources,
    SourceTaken,
    add_source,
    change_source,
    ensure_source,
    find_source_by_key,
    list_sources,
)
from trenza.kernel import NotFound
from trenza.storage import Database


def test_a_source_is_found_by_its_key(database: Database) -> None:
    source = add_source(
        database, "web", "web", strict=True, country="ES", identifiers={"properties.card": "loyalty_card"}
    )

    with database.read() as tx:
        assert source == find_source_by_key(tx, source.key)
        assert find_source_by_key(tx, "") is None
        assert find_source_by_key(tx, "other") is None
        assert ["trenza", "web"] == [each.name for each in list_sources(tx)]
    assert len(source.key) > 20


def test_the_house_itself_has_no_key(database: Database) -> None:
    live = Sources(database)
    live.refresh()

    assert live.by_key("") is None
    assert live.by_name("trenza") == INTERNAL_SOURCE


@pytest.mark.parametrize(("name", "key"), [("web", "other"), ("other", "k"), ("trenza", "")])
def test_names_and_keys_are_unique(database: Database, name: str, key: str) -> None:
    add_source(database, "web", "web", "k")

    with pytest.raises(SourceTaken):
        add_source(database, name, "web", key)


@pytest.mark.parametrize(
    ("name", "channel", "key"),
    [
        ("", "web", ""),
        (" ", "web", ""),
        ("a\0", "web", ""),
        ("x" * 101, "web", ""),
        ("web", "Web Shop", ""),
        ("web", "", ""),
        ("web", "web", "a:b"),
        ("web", "web", "ñ"),
        ("web", "web", "a b"),
        ("web", "web", "k" * 201),
        ("\udc80", "web", ""),
    ],
)
def test_a_source_that_cannot_be_used_is_refused(database: Database, name: str, channel: str, key: str) -> None:
    with pytest.raises(InvalidSource):
        add_source(database, name, channel, key)


def test_a_source_is_made_where_it_is_missing(database: Database) -> None:
    made = ensure_source(database, "import", "import")

    assert made == ensure_source(database, "import", "other")


def test_a_source_answers_about_visitors_until_it_is_changed(database: Database) -> None:
    made = add_source(database, "web", "web", "k", strict=True, identifiers={"properties.card": "loyalty_card"})

    assert "visitors" == made.answers
    assert made == change_source(database, "web")
    changed = change_source(database, "web", answers="nobody")
    with database.read() as tx:
        assert changed == find_source_by_key(tx, "k") == structs.replace(made, answers="nobody")


def test_a_source_has_no_limit_until_it_is_given_one(database: Database) -> None:
    assert add_source(database, "web", "web").limit is None
    assert Limit(rate=5, burst=50) == change_source(database, "web", rate=5).limit
    assert Limit(rate=5, burst=7) == change_source(database, "web", burst=7).limit
    with database.read() as tx:
        assert [None, Limit(rate=5, burst=7)] == [source.limit for source in list_sources(tx)]
    assert change_source(database, "web", rate=0).limit is None


@pytest.mark.parametrize(("rate", "burst"), [(-1, 0), (1, -1), (0, 5), (10**10, 0)])
def test_a_limit_that_cannot_be_is_refused(database: Database, rate: int, burst: int) -> None:
    add_source(database, "web", "web")

    with pytest.raises(InvalidSource):
        change_source(database, "web", rate=rate, burst=burst)
    with pytest.raises(InvalidSource):
        add_source(database, "app", "app", rate=rate, burst=burst)


@pytest.mark.parametrize("name", ["nothing", "trenza"])
def test_a_source_that_is_not_there_cannot_be_changed(database: Database, name: str) -> None:
    with pytest.raises(NotFound):
        change_source(database, name, answers="anybody")


def test_the_live_view_knows_when_it_is_stale(database: Database) -> None:
    live = Sources(database)
    assert live.is_stale("k")
    live.refresh()
    assert not live.is_stale("")
    add_source(database, "web", "web", "k")
    with database.write() as tx:
        live.refresh(tx)

    assert "web" == getattr(live.by_key("k"), "name", None)
    assert not live.is_stale("k")
