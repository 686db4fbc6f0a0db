from tests.api.conftest import Door

from trenza.app import Instance
from trenza.events import add_source
from trenza.kernel import JsonValue


def test_metrics_are_told_in_the_words_of_prometheus(door: Door, instance: Instance) -> None:
    add_source(instance.database, "shop", "web", key="shop-key")
    for number in range(3):
        door.post("/v1/track", json={"event": "x", "userId": "ana", "messageId": f"m{number}"}, auth=("shop-key", ""))
    door.post("/v1/track", content=b"{", auth=("shop-key", ""))
    instance.hallway.step()

    told = door.get("/metrics").text.splitlines()

    assert {
        "trenza_events_stored 3.0",
        "trenza_log_lag 0.0",
        'trenza_collect_requests_total{status="200"} 3.0',
        'trenza_collect_requests_total{status="400"} 1.0',
    } <= set(told)
    assert any(line.startswith("process_resident_memory_bytes ") for line in told)
    assert "ana" not in "\n".join(told)


def test_accepted_rejected_and_limited_are_told_by_source(door: Door, instance: Instance) -> None:
    add_source(instance.database, "shop", "web", key="shop-key")
    add_source(instance.database, "loud", "web", key="loud-key", rate=1, burst=1)
    good: list[JsonValue] = [{"type": "track", "event": "x", "userId": f"u{number}"} for number in range(3)]
    bad: list[JsonValue] = [{"type": "track", "event": "x"}, {"type": "track", "userId": "ana"}, {"type": "pamphlet"}]
    door.post("/v1/batch", json={"batch": good}, headers={"x-write-key": "shop-key"})
    door.post("/v1/batch", json={"batch": [*good, *bad, *bad]}, headers={"x-write-key": "shop-key"})
    door.post("/v1/batch", json={"batch": good}, headers={"x-write-key": "a key that ana made up"})
    for path in ("/v1/track", "/v1/track", "/v1/decide", "/v1/pixel/track"):
        door.post(path, json=good[0], headers={"x-write-key": "loud-key"})
    door.get("/v1/pixel/track", params={"data": '{"event":"x","userId":"u"}', "writeKey": "loud-key"})

    told = [line for line in door.get("/metrics").text.splitlines() if line.startswith("trenza_collect_")]

    assert [
        'trenza_collect_accepted_total{source="loud"} 1.0',
        'trenza_collect_accepted_total{source="shop"} 6.0',
        'trenza_collect_limited_total{source="loud"} 3.0',
        'trenza_collect_rejected_total{reason="no_event",source="shop"} 2.0',
        'trenza_collect_rejected_total{reason="no_identifier",source="shop"} 2.0',
        'trenza_collect_rejected_total{reason="type",source="shop"} 2.0',
        'trenza_collect_rejected_total{reason="unknown_key",source=""} 3.0',
    ] == sorted(line for line in told if "requests" not in line)
    assert "ana" not in "\n".join(told)
