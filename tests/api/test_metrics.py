from tests.api.conftest import Door

from trenza.app import Instance
from trenza.events import add_source


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
