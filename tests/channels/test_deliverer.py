import threading
from collections import Counter
from collections.abc import Callable

import pytest
from tests.channels.support import NOW, Provider, Rig, message
from tests.support.twilio import SILENT, twilio_server

from trenza.channels import erase, list_numbers
from trenza.channels.adapters.twilio import TwilioAdapter
from trenza.channels.model import Queued
from trenza.channels.outcomes import LEASE, MOST_ATTEMPTS
from trenza.channels.port import Accepted, Answer, Delivery, Postponed, Refused, Unknown
from trenza.channels.store import lock_due, mark_claimed
from trenza.identity import Identifier
from trenza.kernel import ManualClock
from trenza.storage import Database

Make = Callable[..., Rig]
_BUSY = Refused(reason="busy", permanent=False)


def test_a_message_is_said_handed_over_and_told(rig: Make) -> None:
    made = rig(Provider(Accepted("SM1")))
    made.put(message())

    assert 1 == made.deliver()
    assert ("Hola Ana: 60", "cb:m1") == (made.provider.handed[0].content.text, made.provider.handed[0].callback_url)
    assert ("sent", "SM1", {}) == (made.state(), made.found().provider_id, made.found().context)
    [event] = made.events()
    assert ("track", "Message Sent") == (event["type"], event["event"])
    assert {
        "message": "m1", "decision": "d-m1", "run": "r1", "journey": "cart_rescue", "step": "first",
        "channel": "sms", "purpose": "marketing", "attempt": 1,
    } == event["properties"]  # fmt: skip
    assert [{"type": "phone", "id": "+34600111222"}] == event["context"]["externalIds"]


def test_putting_twice_sends_once(rig: Make) -> None:
    made = rig()
    made.put(message())
    made.deliver()
    made.put(message())

    assert 0 == made.later(LEASE * 2)
    assert 1 == len(made.provider.handed)


def test_nothing_goes_before_it_is_wanted(rig: Make) -> None:
    made = rig()
    made.put(message(wanted_at=NOW + 1))

    assert 0 == made.deliver()
    assert 1 == made.later(1)


def test_what_the_gate_stops_is_cancelled_and_told_with_its_reason(rig: Make) -> None:
    made = rig(judge_again=lambda _tx, messages, _now: {each.id: "no_consent" for each in messages})
    made.put(message())
    made.deliver()

    assert ([], "cancelled") == (made.provider.handed, made.state())
    assert {"reason": "no_consent", "permanent": True, "cancelled": True}.items() <= made.events()[0][
        "properties"
    ].items()


def test_what_the_gate_postpones_waits_and_is_asked_again(rig: Make) -> None:
    asked: list[int] = []

    def judge(_tx: object, messages: list[Queued], now: int) -> dict[str, Postponed | None]:
        asked.append(now)
        return {each.id: Postponed(NOW + 5_000) if now < NOW + 5_000 else None for each in messages}

    made = rig(judge_again=judge)
    made.put(message())
    made.deliver()

    assert ("pending", 0) == (made.state(), made.found().attempts)
    made.later(5_000)
    assert ("sent", [NOW, NOW + 5_000]) == (made.state(), asked)


def test_what_expired_is_not_sent_and_that_very_instant_still_goes(rig: Make) -> None:
    made = rig()
    made.put(message("late", expires_at=NOW - 1), message("last", expires_at=NOW))
    made.deliver()

    assert ("cancelled", "sent") == (made.state("late"), made.state("last"))


def test_a_temporary_refusal_is_tried_again_later_each_time_and_ends(rig: Make) -> None:
    made = rig(Provider(_BUSY))
    made.put(message(expires_at=None))
    made.deliver()

    assert ("pending", []) == (made.state(), made.told())
    assert 0 == made.later(4_999)
    for _ in range(MOST_ATTEMPTS):
        made.later(20 * 60_000)
    assert (MOST_ATTEMPTS, "refused", ["Message Failed"]) == (len(made.provider.handed), made.state(), made.told())
    assert False is made.events()[0]["properties"]["permanent"]


def test_a_retry_that_would_come_too_late_is_a_failure_now(rig: Make) -> None:
    made = rig(Provider(_BUSY))
    made.put(message(expires_at=NOW + 1_000))
    made.deliver()

    assert ("refused", ["Message Failed"]) == (made.state(), made.told())


def test_the_provider_is_left_alone_for_as_long_as_it_asks(rig: Make) -> None:
    made = rig(Provider(Refused(reason="429", permanent=False, whole_lane=True, retry_after=120_000), Accepted()))
    made.put(message())
    made.deliver()

    assert (0, 1) == (made.later(119_999), made.later(1))
    assert "sent" == made.state()


def test_a_dead_address_is_a_failure_and_a_bounce_that_names_it(rig: Make) -> None:
    made = rig(Provider(Refused(reason="twilio 21211", permanent=True, address_dead=True)))
    made.put(message())
    made.deliver()

    assert ["Message Bounced", "Message Failed"] == sorted(made.told())
    bounced = next(event for event in made.events() if event["event"] == "Message Bounced")
    assert {"permanent": True, "address": "+34600111222"}.items() <= bounced["properties"].items()


@pytest.mark.parametrize("lost", [Unknown("timeout"), RuntimeError("the adapter broke")])
def test_marketing_is_never_sent_again_when_the_answer_was_lost(rig: Make, lost: Answer | Exception) -> None:
    made = rig(Provider(lost, Accepted()))
    made.put(message())
    made.deliver()
    made.later(LEASE * 10)

    assert (1, "unknown", ["Message Unknown"]) == (len(made.provider.handed), made.state(), made.told())


def test_service_is_sent_once_more_when_the_answer_was_lost(rig: Make) -> None:
    made = rig(Provider(Unknown("timeout")))
    made.put(message(purpose="service"))
    made.deliver()
    for _ in range(5):
        made.later(LEASE * 10)

    assert (2, "unknown") == (len(made.provider.handed), made.state())


def test_a_key_makes_a_lost_answer_harmless(rig: Make) -> None:
    made = rig(Provider(Unknown("timeout"), Unknown("timeout"), Accepted(), idempotent=True))
    made.put(message())
    made.deliver()
    for _ in range(3):
        made.later(LEASE * 10)

    assert (["m1"] * 3, "sent", ["Message Sent"]) == (
        [each.id for each in made.provider.handed], made.state(), made.told()
    )  # fmt: skip


@pytest.mark.parametrize(("expected", "purpose"), [("unknown", "marketing"), ("sent", "service")])
def test_what_a_dead_worker_held_is_a_lost_answer(rig: Make, database: Database, expected: str, purpose: str) -> None:
    made = rig()
    made.put(message(purpose=purpose))
    with database.write() as tx:
        mark_claimed(tx, [each.id for each in lock_due(tx, "sms", NOW, 10)], "of the dead", NOW + LEASE, NOW)

    assert 0 == made.later(LEASE - 1)
    made.later(1)
    assert expected == made.state()
    assert "Message Unknown" in made.told()


def test_a_template_that_is_gone_or_cannot_be_said_is_a_failure_of_its_own(rig: Make) -> None:
    made = rig()
    made.put(message("a", template="gone"), message("b", channel="fax"), message("c"))
    made.deliver()

    assert ["refused", "refused", "sent"] == [made.state(each) for each in "abc"]
    assert ["Message Failed", "Message Failed", "Message Sent"] == sorted(made.told())


def test_a_provider_that_is_down_keeps_the_attempts_of_its_messages(rig: Make) -> None:
    down = Refused(reason="no provider", permanent=False, whole_lane=True)
    made = rig(Provider(*[down] * 30, Accepted()))
    made.put(*(message(f"m{number}", expires_at=None) for number in range(20)))
    made.deliver()
    handed = len(made.provider.handed)

    assert handed <= 3 + made.provider.concurrency
    for _ in range(40):
        made.later(310_000)
    assert {"sent"} == {made.state(f"m{number}") for number in range(20)}


def test_a_slow_provider_holds_up_its_own_channel_only(rig: Make) -> None:
    gate = threading.Event()

    class Slow(Provider):
        def deliver(self, delivery: Delivery) -> Answer:
            gate.wait(10)
            return super().deliver(delivery)

    slow, quick = Slow(), Provider()
    made = rig(adapters={"email": slow, "sms": quick})
    made.put(message("slow", channel="email", address="a@example.com"), message("quick"))
    try:
        assert made.deliverer.deliver_due(NOW) > 0
        assert ("claimed", "sent") == (made.state("slow"), made.state("quick"))
        made.put(message("quick 2"))
        made.deliverer.deliver_due(NOW)
        assert "sent" == made.state("quick 2")
    finally:
        gate.set()
    made.deliver()
    assert "sent" == made.state("slow")


def test_two_deliverers_never_take_the_same_message(rig: Make, clock: ManualClock) -> None:
    one, other = rig(), rig()
    one.put(*(message(f"m{number:03}") for number in range(200)))
    threads = [threading.Thread(target=made.deliver) for made in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    handed = [each.id for made in (one, other) for each in made.provider.handed]
    assert sorted(f"m{number:03}" for number in range(200)) == sorted(handed)
    assert clock.now() == NOW


def test_a_marketing_mail_has_tracked_links_and_service_has_none(rig: Make) -> None:
    made = rig()
    made.put(
        message("m1", channel="email", address="a@example.com"),
        message("m2", channel="email", address="a@example.com", purpose="service"),
    )
    made.deliver()

    by_id = {each.id: each for each in made.provider.handed}
    assert "https://s.example/c" not in by_id["m1"].content.html
    assert "https://t.example/r/" in by_id["m1"].content.html
    assert by_id["m1"].unsubscribe_url.startswith("https://t.example/u/m1.")
    assert ("", True) == (by_id["m2"].unsubscribe_url, "https://s.example/c" in by_id["m2"].content.html)
    assert "t.example" not in by_id["m2"].content.html


def test_a_provider_that_accepts_and_falls_silent_is_asked_once_for_marketing_and_twice_for_service(rig: Make) -> None:
    with twilio_server() as server:
        sms = TwilioAdapter(server.account, "+34600000000", timeout=0.3)
        made = rig(adapters={"sms": sms})
        made.put(message("m", address=SILENT, expires_at=None), message("s", address=SILENT, purpose="service"))
        made.deliver()
        for _ in range(4):
            made.later(LEASE * 5)
        sms.close()

    assert {"Hola Ana: 60": 3} == Counter(each["Body"] for each in server.accepted)
    assert ["unknown", "unknown"] == [made.state("m"), made.state("s")]
    assert ("marketing", 1) == (made.found("m").purpose, made.found("m").attempts)


def test_who_is_erased_while_a_message_is_on_its_way_is_not_named_again(rig: Make, database: Database) -> None:
    class Slow(Provider):
        def deliver(self, delivery: Delivery) -> Answer:
            with database.write() as tx:
                erase(tx, [Identifier("phone", "+34600111222")])
            return super().deliver(delivery)

    made = rig(Slow())
    made.put(message())
    made.deliver()

    assert (1, [], "cancelled") == (len(made.provider.handed), made.told(), made.state())
    with database.read() as tx:
        assert set() == list_numbers(tx, NOW)


def test_a_delivery_that_outlived_its_claim_is_told_all_the_same(rig: Make, database: Database) -> None:
    class Slow(Provider):
        def deliver(self, delivery: Delivery) -> Answer:
            with database.write() as tx:
                mark_claimed(tx, ["m1"], "of another", NOW + LEASE, NOW)
            return super().deliver(delivery)

    made = rig(Slow())
    made.put(message())
    made.deliver()

    assert (["Message Sent"], "claimed") == (made.told(), made.state())
