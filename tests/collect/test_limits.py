"""A source that sends faster than it may is told when to come again, and no other source notices."""

import pytest

from tests.support.collecting import CollectingInstance
from trenza.events import Source, add_source, change_source
from trenza.kernel import JsonObject, ManualClock
from trenza.storage import Database

LOUD = {"X-Write-Key": "loud-key"}
WEB = {"X-Write-Key": "web-key"}


@pytest.fixture
def loud(database: Database) -> Source:
    return add_source(database, "loud", "web", "loud-key", rate=2, burst=5)


def _batch(count: int, **more: str) -> JsonObject:
    return {"batch": [{"type": "track", "event": "x", "userId": f"u{number}", **more} for number in range(count)]}


def _later(instance: CollectingInstance, milliseconds: int) -> None:
    assert isinstance(instance.clock, ManualClock)
    instance.clock.advance(milliseconds)


@pytest.mark.usefixtures("loud")
def test_a_source_over_its_limit_hears_when_to_come_again_and_nothing_is_kept(instance: CollectingInstance) -> None:
    assert 200 == instance.post("/v1/batch", _batch(5), LOUD).status
    refused = instance.post("/v1/batch", _batch(4), LOUD)

    assert (429, "1") == (refused.status, refused.headers["retry-after"])
    assert {"code", "message"} == set(refused.json())
    assert "too_many_requests" == refused.json()["code"]
    assert 5 == len(instance.admit())
    _later(instance, 1_999)
    assert 429 == instance.post("/v1/batch", _batch(4), LOUD).status
    _later(instance, 1)
    assert 200 == instance.post("/v1/batch", _batch(4), LOUD).status
    assert 4 == len(instance.admit())


@pytest.mark.usefixtures("loud", "web")
def test_a_noisy_source_starves_no_other(instance: CollectingInstance) -> None:
    told = [
        (instance.post("/v1/batch", _batch(5), LOUD).status, instance.post("/v1/batch", _batch(5), WEB).status)
        for _ in range(20)
    ]

    assert [(200, 200), *[(429, 200)] * 19] == told
    assert {"loud": 5, "web": 100} == _by_source(instance)


@pytest.mark.usefixtures("loud", "web")
def test_a_batch_of_several_sources_is_let_in_as_a_whole_or_not_at_all(
    instance: CollectingInstance, database: Database
) -> None:
    add_source(database, "slow", "web", "slow-key", rate=1, burst=3)
    of = {key: _batch(3, writeKey=key)["batch"] for key in ("loud-key", "slow-key", "web-key")}
    assert 200 == instance.post("/v1/batch", {"batch": of["slow-key"]}).status
    refused = instance.post("/v1/batch", {"batch": [*of["loud-key"], *of["slow-key"], *of["web-key"]]})

    assert (429, "3") == (refused.status, refused.headers["retry-after"])
    assert 200 == instance.post("/v1/batch", {"batch": [*of["loud-key"], *of["web-key"]]}).status
    assert {"loud": 3, "slow": 3, "web": 3} == _by_source(instance)


@pytest.mark.usefixtures("loud")
def test_a_batch_beyond_the_burst_goes_in_and_is_paid_for(instance: CollectingInstance) -> None:
    assert 200 == instance.post("/v1/batch", _batch(25), LOUD).status
    assert "11" == instance.post("/v1/track", _batch(1)["batch"][0], LOUD).headers["retry-after"]


@pytest.mark.usefixtures("loud")
def test_a_body_that_cannot_be_read_is_not_even_looked_at_while_the_source_must_wait(
    instance: CollectingInstance,
) -> None:
    assert 400 == instance.post("/v1/batch", b"{", LOUD).status
    assert 200 == instance.post("/v1/batch", _batch(5), LOUD).status
    assert 429 == instance.post("/v1/batch", b"{", LOUD).status


@pytest.mark.usefixtures("loud")
def test_a_pixel_over_the_limit_is_an_image_and_no_event(instance: CollectingInstance) -> None:
    path = '/v1/pixel/track?writeKey=loud-key&data={"event":"x","userId":"u"}'
    told = [instance.request("GET", path) for _ in range(8)]

    assert [(200, "image/gif")] * 8 == [(answer.status, answer.headers["content-type"]) for answer in told]
    assert 5 == len(instance.admit())


@pytest.mark.usefixtures("loud")
def test_a_changed_limit_counts_once_the_sources_are_read_anew(
    instance: CollectingInstance, database: Database
) -> None:
    assert [200, 429] == [instance.post("/v1/batch", _batch(5), LOUD).status for _ in range(2)]
    change_source(database, "loud", rate=0, burst=0)
    instance.sources.refresh()

    assert [200, 200] == [instance.post("/v1/batch", _batch(5), LOUD).status for _ in range(2)]


def _by_source(instance: CollectingInstance) -> dict[str, int]:
    names = [event.source_name for event in instance.admit()]
    return {name: names.count(name) for name in sorted(set(names))}
