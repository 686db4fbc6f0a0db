"""Members and changes as pages read them, on both databases: no repeats, no gaps, equal instants, empty answers."""

from trenza.segments import (
    Membership,
    SegmentChange,
    changes,
    count_inside,
    count_members,
    count_turns,
    members,
    members_page,
)
from trenza.segments.store import save_changes, save_memberships
from trenza.storage import QUARTER, Database

T = 1_772_442_000_000
assert T % QUARTER == 0


def fill(database: Database) -> None:
    """Seven inside `vip` since one instant, one who left it, one in `keen` alone."""
    inside = {(person, "vip"): Membership(T, T + person, 1, (f"m{person}",)) for person in range(1, 8)}
    others = {(8, "vip"): Membership(None, T, 2), (9, "keen"): Membership(T, None, 1)}
    with database.write() as tx:
        save_memberships(tx, inside | others)
        entered = [
            (SegmentChange(person, "vip", entered=True, at=T, because=(f"m{person}",)), 1) for person in range(1, 9)
        ]
        left = (SegmentChange(8, "vip", entered=False, at=T, because=()), 2)
        later = (SegmentChange(9, "keen", entered=True, at=T + QUARTER, because=("k",)), 1)
        again = (SegmentChange(7, "vip", entered=False, at=T + QUARTER - 1, because=()), 2)
        back = (SegmentChange(7, "vip", entered=True, at=T + 2 * QUARTER, because=()), 3)
        save_changes(tx, [*entered, left, later, again, back])


def test_nothing_is_answered_where_nobody_is(database: Database) -> None:
    with database.read() as tx:
        assert ([], [], [], 0, {}) == (
            members_page(tx, "vip", -1, 5),
            count_turns(tx, "vip", 0),
            changes(tx, since=T),
            count_inside(tx, "vip"),
            count_members(tx),
        )


def test_members_are_paged_to_the_end_without_repeats_or_gaps(database: Database) -> None:
    fill(database)

    for limit in (1, 3, 7, 50):
        seen, after = [], -1
        with database.read() as tx:
            while page := members_page(tx, "vip", after, limit):
                seen += page
                after = page[-1][0]
        assert [(person, Membership(T, T + person, 1, (f"m{person}",))) for person in range(1, 8)] == seen
    with database.read() as tx:
        assert [1, 2, 3, 4, 5, 6, 7] == members(tx, "vip")
        assert (7, {"vip": 7, "keen": 1}) == (count_inside(tx, "vip"), count_members(tx))


def test_entries_and_leavings_are_counted_by_quarters_of_an_hour(database: Database) -> None:
    fill(database)

    with database.read() as tx:
        assert [(T, 8, 2), (T + 2 * QUARTER, 1, 0)] == count_turns(tx, "vip", T)
        assert [(T, 0, 1), (T + 2 * QUARTER, 1, 0)] == count_turns(tx, "vip", T + 1)
        assert [(T + QUARTER, 1, 0)] == count_turns(tx, "keen", 0)
        assert [] == count_turns(tx, "vip", T + 2 * QUARTER + 1)
        assert [(int, int, int)] * 2 == [tuple(map(type, row)) for row in count_turns(tx, "vip", T)]


def test_changes_are_the_newest_first_and_those_since_an_instant_include_it(database: Database) -> None:
    fill(database)

    def told(**only: object) -> list[tuple[int, bool]]:
        with database.read() as tx:
            return [(each.person, each.entered) for each in changes(tx, **only)]  # type: ignore[arg-type]  # any of them

    assert [(7, True)] == told(segment="vip", since=T + 2 * QUARTER)
    assert [(7, True), (9, True)] == told(since=T + QUARTER)
    assert [(7, True), (7, False)] == told(segment="vip", since=T + 1)
    assert [(8, False), (8, True)] == told(persons=[8], since=T)
    assert [(7, True), (7, False), (1, True), (2, True)] == told(segment="vip", limit=4)
    assert [] == told(persons=[], since=T)
