"""The stage is the last of the unbroken row; what is not in this version is said so."""

import msgspec

from trenza.measure import StageFacts, stages

_ALL = StageFacts(
    conversions_counted=9,
    channels_heard=3,
    devices_joined=2,
    journeys_ending_on_purchase=1,
    messages_sent=4,
    goals_reached=1,
    channels_written=2,
    journeys_over_channels=1,
)


def test_nothing_counted_stands_below_the_first_stage() -> None:
    found = stages(StageFacts())

    assert (0, 1) == (found.stage, found.next.number if found.next else None)
    assert [("conversions_counted", 0, 1), ("channels_heard", 0, 2), ("devices_joined", 0, 1)] == [
        (each.key, each.measured, each.needed) for each in found.stages[0].missing
    ]


def test_a_gap_below_keeps_a_company_down() -> None:
    assert 0 == stages(msgspec.structs.replace(_ALL, devices_joined=0)).stage
    assert 1 == stages(msgspec.structs.replace(_ALL, goals_reached=0)).stage
    assert 2 == stages(msgspec.structs.replace(_ALL, channels_written=1)).stage


def test_the_fourth_stage_is_not_in_this_version() -> None:
    found = stages(_ALL)

    assert 3 == found.stage
    assert [True, True, True, False, False, False] == [each.available for each in found.stages]
    assert [True, True, True, False, False, False] == [each.met for each in found.stages]
    assert "attribution" == (found.next.key if found.next else "")
