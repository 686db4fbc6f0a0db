"""The links and webhooks over HTTP, as customers, mail programs and providers call them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.testing import TestClient
from tests.channels.support import NOW, Provider, Rig, message
from tests.support.twilio import SID, TOKEN, twilio_server

from trenza.api.errors import answer_error
from trenza.api.links import ask_to_leave, follow, leave, see
from trenza.api.webhooks import take_webhook
from trenza.app import Instance
from trenza.channels import Connectors, Engagement, erase
from trenza.channels.adapters.twilio import TwilioAdapter
from trenza.channels.port import Unknown
from trenza.channels.signatures import body_signature, twilio_signature
from trenza.channels.tokens import make_token
from trenza.identity import Identifier
from trenza.kernel import ManualClock
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import SqlLog

SECRET = b"a secret of the tests"
_SECRET = "s3"
_CALLBACK = "https://t.example/webhooks/twilio?message=m1"


@pytest.fixture
def made(rig: Callable[..., Rig]) -> Rig:
    made = rig(Provider())
    made.put(message("m1", channel="email", address="ana@example.com", identifier=("email", "ana@example.com")))
    made.deliver()
    return made


@pytest.fixture
def door(database: Database, clock: ManualClock) -> Iterator[TestClient[Litestar]]:
    settings = Settings(public_url="https://t.example", twilio=f"https://{SID}:{TOKEN}@api.example")
    instance = Instance(settings, clock, database, SqlLog(database), SECRET)
    app = Litestar(
        [ask_to_leave, leave, follow, see, take_webhook],
        dependencies={"instance": Provide(lambda: instance, sync_to_thread=False)},
        exception_handlers={Exception: answer_error, HTTPException: answer_error},
    )
    with TestClient(app) as client:
        client.follow_redirects = False
        yield client


def _told(made: Rig, name: str) -> list[dict[str, object]]:
    return [event["properties"] for event in made.events() if event["event"] == name]


def _path(made: Rig, letter: str) -> str:
    """The path of a link in the mail that went out."""
    html = made.provider.handed[0].content.html
    start = html.index(f"https://t.example/{letter}/") + len("https://t.example")
    return html[start : html.index('"', start)]


def test_a_get_asks_and_leaves_nothing(made: Rig, door: TestClient[Litestar]) -> None:
    answer = door.get(_path(made, "u"))

    assert (200, []) == (answer.status_code, _told(made, "Message Unsubscribed"))
    assert "Darme de baja" in answer.text
    assert "ana@example.com" not in answer.text


def test_one_click_leaves_without_a_cookie_and_repeats_change_nothing(made: Rig, door: TestClient[Litestar]) -> None:
    url = made.provider.handed[0].unsubscribe_url.removeprefix("https://t.example")
    for _ in range(3):
        answer = door.post(url, data={"List-Unsubscribe": "One-Click"})
        assert (200, True) == (answer.status_code, "Ya no te enviaremos" in answer.text)

    [properties] = _told(made, "Message Unsubscribed")
    assert {"purpose": "marketing", "channel": "email", "message": "m1"}.items() <= properties.items()
    assert "set-cookie" not in answer.headers


def test_who_comes_back_can_leave_again(made: Rig, door: TestClient[Litestar], clock: ManualClock) -> None:
    for _ in range(2):
        door.post(_path(made, "u"))
        clock.advance(1_000)

    assert 2 == len(_told(made, "Message Unsubscribed"))


def test_every_channel_can_be_left_at_once(made: Rig, door: TestClient[Litestar]) -> None:
    door.post(_path(made, "u"), data={"every": "1"})

    assert ["*"] == [each["channel"] for each in _told(made, "Message Unsubscribed")]


def test_a_tracked_link_leads_where_the_mail_said_and_is_told(made: Rig, door: TestClient[Litestar]) -> None:
    answer = door.get(_path(made, "r"))

    assert (302, "https://s.example/c") == (answer.status_code, answer.headers["location"])
    assert ["https://s.example/c"] == [each["url"] for each in _told(made, "Message Clicked")]


def test_a_head_is_no_click(made: Rig, door: TestClient[Litestar]) -> None:
    assert 302 == door.head(_path(made, "r")).status_code
    assert [] == _told(made, "Message Clicked")


@pytest.mark.parametrize(
    "path",
    [
        "/r/https:%2F%2Fevil.example",
        "/r/m1.000000000000000000000000",
        "/u/x",
        "/r/%00",
        f"/r/{make_token(SECRET, 'u', 'm1')}",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_token_leads_nowhere(made: Rig, door: TestClient[Litestar], path: str, method: str) -> None:
    if method == "post" and not path.startswith("/u"):
        return
    answer = getattr(door, method)(path)

    assert 404 == answer.status_code
    assert "location" not in answer.headers
    assert "Message Unsubscribed" not in made.told()


def test_a_pixel_tells_an_open_once_and_calls_it_unreliable(made: Rig, door: TestClient[Litestar]) -> None:
    for path in (_path(made, "p"), _path(made, "p"), "/p/nothing"):
        assert (200, "image/gif") == ((answer := door.get(path)).status_code, answer.headers["content-type"])

    assert [True] == [each["unreliable"] for each in _told(made, "Message Opened")]


def test_erasure_leaves_no_link_and_no_address(made: Rig, door: TestClient[Litestar], database: Database) -> None:
    paths = [_path(made, letter) for letter in "ur"]
    with database.write() as tx:
        assert 1 == erase(tx, [Identifier("email", "ana@example.com")])

    assert [404, 404] == [door.get(path).status_code for path in paths]
    assert ("", ("email", ""), "sent") == (made.found().address, made.found().identifier, made.state())


def _call_back(door: TestClient[Litestar], status: str, token: str = TOKEN, **more: str) -> int:
    form = {"MessageSid": "SM1", "MessageStatus": status, **more}
    headers = {"X-Twilio-Signature": twilio_signature(token, _CALLBACK, form.items())}
    return door.post("/webhooks/twilio?message=m1", data=form, headers=headers).status_code


def test_a_status_is_told_once_and_never_steps_back(made: Rig, door: TestClient[Litestar]) -> None:
    for status in ("queued", "sent", "delivered", "delivered", "sent", "undelivered"):
        assert 200 == _call_back(door, status)

    assert ["Message Delivered", "Message Sent"] == sorted(made.told())
    assert ("sent", 3) == (made.state(), made.found().progress)


def test_a_late_failure_is_told_with_what_it_means(made: Rig, door: TestClient[Litestar]) -> None:
    _call_back(door, "undelivered", ErrorCode="30005")

    assert {"reason": "twilio 30005", "permanent": True}.items() <= _told(made, "Message Failed")[0].items()
    assert ["ana@example.com"] == [each["address"] for each in _told(made, "Message Bounced")]


def test_a_report_on_a_lost_answer_settles_it(rig: Callable[..., Rig], door: TestClient[Litestar]) -> None:
    made = rig(Provider(Unknown("timeout")))
    made.put(message("m1", purpose="service"))
    made.deliver()
    _call_back(door, "delivered")
    made.later(10_000_000)

    assert (1, "sent") == (len(made.provider.handed), made.state())
    assert ["Message Delivered", "Message Sent", "Message Unknown"] == sorted(made.told())


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_signature_is_refused_and_says_nothing(made: Rig, door: TestClient[Litestar], token: str) -> None:
    assert 403 == _call_back(door, "delivered", token=token)
    assert ["Message Sent"] == made.told()


def test_an_inbound_sms_is_an_event_once_and_stop_is_a_word_on_consent(made: Rig, door: TestClient[Litestar]) -> None:
    form = {"From": "+34600111222", "To": "+34600000000", "Body": "STOP", "MessageSid": "SM9", "OptOutType": "STOP"}
    headers = {"X-Twilio-Signature": twilio_signature(TOKEN, "https://t.example/webhooks/twilio", form.items())}
    for _ in range(2):
        assert 200 == door.post("/webhooks/twilio", data=form, headers=headers).status_code

    [received] = [event for event in made.events() if event["event"] == "Message Received"]
    assert ({"phone": "+34600111222"}, "STOP") == (received["context"]["traits"], received["properties"]["text"])
    assert [("marketing", "sms", "denied")] == [
        (each["purpose"], each["channel"], each["status"]) for each in _told(made, "Consent Changed")
    ]


def _call(door: TestClient[Litestar], secret: str = _SECRET, **fields: Any) -> int:
    body = json.dumps({"from": "600111222", "to": "+34910000000", "callId": "c1", **fields}).encode()
    return door.post(
        "/webhooks/calls", content=body, headers={"X-Trenza-Signature": body_signature(secret, body)}
    ).status_code


@pytest.fixture
def exchange(database: Database) -> None:
    Connectors(database).add("calls", "calls", NOW, "s3")


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    ("expected", "reports"),
    [
        (["Call Missed"], [{"event": "missed"}]),
        (["Call Missed"], [{"event": "missed"}, {"event": "missed"}]),
        (["Call Missed", "Call Started"], [{"event": "newCall"}, {"event": "hangup", "cause": "noAnswer"}]),
        (
            ["Call Answered", "Call Ended", "Call Started"],
            [{"event": "newCall"}, {"event": "answer"}, {"event": "hangup", "cause": "normalClearing"}],
        ),
        (
            ["Call Answered", "Call Ended"],
            [{"event": "answer"}, {"event": "newCall"}, {"event": "hangup", "cause": "cancel"}],
        ),
        (["Call Ended"], [{"event": "hangup", "cause": "forwarded"}]),
        (["Call Answered"], [{"event": "answered"}]),
    ],
)
def test_calls_are_events_of_whoever_has_the_number(
    made: Rig, door: TestClient[Litestar], expected: list[str], reports: list[dict[str, Any]]
) -> None:
    for report in reports:
        assert 200 == _call(door, **report)

    told = [event for event in made.events() if event["event"].startswith("Call ")]
    assert expected == sorted(event["event"] for event in told)
    assert {"600111222"} == {event["context"]["traits"]["phone"] for event in told}


@pytest.mark.usefixtures("exchange")
def test_a_withheld_number_is_told_without_a_phone(made: Rig, door: TestClient[Litestar]) -> None:
    _call(door, event="missed", **{"from": "anonymous"})

    [event] = [event for event in made.events() if event["event"] == "Call Missed"]
    assert "traits" not in event["context"]


@pytest.mark.usefixtures("exchange", "made")
@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (400, {"event": "ring"}),
        (400, {"event": "missed", "callId": ""}),
        (400, {"event": "missed", "callId": "x" * 201}),
        (400, {"event": "missed", "from": {"a": 1}}),
        (400, {"event": "missed", "from": "\x00"}),
        (400, {"event": "hangup", "cause": "tired"}),
        (400, {"event": "missed", "timestamp": "yesterday"}),
        (403, {"event": "missed", "secret": "wrong"}),
    ],
)
def test_a_malformed_report_gets_one_clear_answer(
    door: TestClient[Litestar], status: int, fields: dict[str, Any]
) -> None:
    assert status == _call(door, **{"secret": _SECRET, **fields})


@pytest.mark.usefixtures("made")
def test_a_connector_that_is_none_is_not_found(door: TestClient[Litestar]) -> None:
    assert 404 == door.post("/webhooks/nobody", content=b"{}").status_code


def test_a_token_is_good_for_one_use_only(made: Rig, database: Database) -> None:
    token = make_token(SECRET, "p", "m1")

    Engagement(database, SECRET).open(token, NOW)
    assert 1 == len(_told(made, "Message Opened"))
    assert make_token(SECRET, "u", "m1") != token


def test_an_sms_that_fails_on_its_way_is_told_by_a_signed_callback(
    rig: Callable[..., Rig], door: TestClient[Litestar]
) -> None:
    with twilio_server() as server:
        sms = TwilioAdapter(server.account, "+34600000000")
        made = rig(adapters={"sms": sms}, callback="https://t.example/webhooks/twilio?message=")
        made.put(message("m1"))
        made.deliver()
        url, form, headers = server.callback(server.accepted[0], "undelivered", 30003)
        sms.close()

    assert 200 == door.post(url.removeprefix("https://t.example"), data=form, headers=headers).status_code
    assert ["Message Failed", "Message Sent"] == sorted(made.told())
    assert {"reason": "twilio 30003", "permanent": False}.items() <= _told(made, "Message Failed")[0].items()
