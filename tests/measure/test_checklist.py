"""Each step says whether it is done, what is so or missing, and where to go."""

from trenza.measure import STEPS, FirstFacts, checklist
from trenza.measure.checklist import NOTES


def test_an_empty_instance_has_all_to_do_in_order() -> None:
    found = checklist(FirstFacts())

    assert STEPS == tuple(each.key for each in found)
    assert not any(each.done for each in found)
    assert ["/sources", "/sources", "/people", "/people", "/segments", "/journeys", "/journeys", "/messages"] == [
        each.path for each in found
    ]


def test_a_journey_for_service_needs_no_consent() -> None:
    step = checklist(FirstFacts(journeys=2, service_journeys=1))[3]

    assert (True, "permission_service", {"count": 1}) == (step.done, step.note, step.numbers)


def test_the_sandbox_is_a_channel_and_is_told_from_a_provider() -> None:
    facts = FirstFacts(written_channels=("email", "sms"))
    assert ("channel_sandbox", ("email", "sms")) == _channel(facts)
    facts = FirstFacts(written_channels=("email", "sms"), real_channels=("email",))
    assert ("channel_real", ("email",)) == _channel(facts)


def _channel(facts: FirstFacts) -> tuple[str, tuple[str, ...]]:
    step = checklist(facts)[6]
    assert step.done
    return step.note, step.names


def test_every_note_is_listed() -> None:
    all_facts = (
        FirstFacts(),
        FirstFacts(journeys=1, service_journeys=1, written_channels=("sms",)),
        FirstFacts(
            sources=1,
            has_event=True,
            addresses={"email": 3},
            has_consent=True,
            segments=1,
            journeys=1,
            real_channels=("sms",),
            has_sent=True,
        ),
    )
    said = {each.note for facts in all_facts for each in checklist(facts)}
    assert set(NOTES) == said
