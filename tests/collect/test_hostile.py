"""Whatever is sent gets one clear answer, and what the answer says is what is kept."""

import gzip
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.test_door import KEY
from tests.events.test_validate import HOSTILE
from tests.support.collecting import CollectingInstance
from trenza.kernel import encode_json

BODIES = st.binary(max_size=300) | (
    st.fixed_dictionaries(
        {"batch": st.lists(HOSTILE, max_size=4)}, optional={"context": HOSTILE, "sentAt": HOSTILE, "writeKey": HOSTILE}
    )
    | HOSTILE
).map(encode_json)
PATHS = st.sampled_from(
    ["/v1/batch", "/v1/track", "/v1/i", "/v1/alias", "/beacon/v1/batch", "/v1/t?writeKey=strict-key"]
)
HEADERS = st.sampled_from(
    [KEY, {}, {"Authorization": "Basic ::"}, {"X-Write-Key": "strict-key"}, {"X-Write-Key": "ñ\x01"}]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(path=PATHS, body=BODIES, headers=HEADERS, packed=st.booleans())
def test_any_body_gets_one_clear_answer_that_is_true(
    embedded: CollectingInstance, path: str, body: bytes, headers: dict[str, str], *, packed: bool
) -> None:
    before = embedded.log.end()
    answer = embedded.post(path, gzip.compress(body) if packed else body, headers)
    said: dict[str, Any] = answer.json()

    assert answer.status in {200, 207, 400}
    if "accepted" not in said:
        assert ({"code", "message"}, before) == (set(said), embedded.log.end())
        return
    events = embedded.admit()
    assert len(events) <= said["accepted"]
    assert said["accepted"] == 0 or embedded.log.end() == before + 1 or "writeKey" in body.decode(errors="replace")


@given(st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_a_pixel_takes_anything(embedded: CollectingInstance, data: str) -> None:
    answer = embedded.request("GET", f"/v1/pixel/track?writeKey=web-key&data={quote(data)}")

    assert (200, "image/gif") == (answer.status, answer.headers["content-type"])
    embedded.admit()
