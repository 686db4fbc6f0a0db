"""The battery that every adapter passes, and what each does of its own."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.support import NOW, delivery
from tests.support.twilio import GARBLED, GATEWAY, OUT, SILENT, UNWILLING, TwilioServer, twilio_server

from trenza.channels import list_sandbox
from trenza.channels.adapters.mail import Unaddressable, compose
from trenza.channels.adapters.recorder import RecorderAdapter
from trenza.channels.adapters.smtp import SmtpAdapter, read_server
from trenza.channels.adapters.twilio import TwilioAdapter
from trenza.channels.mail_ids import message_of
from trenza.channels.port import Accepted, Adapter, Answer, Delivery, Refused, Unknown
from trenza.content import Content
from trenza.kernel import Invalid
from trenza.storage import Database

_SENDER = "Botas <hola@tienda.example>"
_NO_ADDRESSES = ["", "ana", "@a.example", "ana@", "a b@c.example", "a@b,c@d", "<a@b>", "a" * 65 + "@b.example"]
_NO_ADDRESSES += ["a@b.example\r\nBcc: x@y.example", "\ud800@b.example", "a@\x00.example"]


class Case:
    """An adapter with addresses that make its provider do things, and what the provider was given."""

    def __init__(self, adapter: Adapter, channel: str, good: str, bad: str, received: Callable[[], list[str]]) -> None:
        self.adapter, self.channel, self.good, self.bad, self.received = adapter, channel, good, bad, received

    def send(self, address: str, id_: str = "m1") -> Answer:
        return self.adapter.deliver(delivery(id=id_, channel=self.channel, address=address))


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with twilio_server() as server:
        yield server


@pytest.fixture(params=["smtp", "twilio", "recorder"])
def case(request: pytest.FixtureRequest, sqlite: Database) -> Iterator[Case]:
    def shown() -> list[str]:
        with sqlite.read() as tx:
            return [each.id for each in list_sandbox(tx)]

    if request.param == "smtp":
        smtp = SmtpAdapter(request.getfixturevalue("mailbox"), _SENDER, timeout=5)
        yield Case(smtp, "email", "ana@example.com", "nobody", shown)
        smtp.close()
    elif request.param == "twilio":
        server: TwilioServer = request.getfixturevalue("twilio")
        adapter = TwilioAdapter(server.account, "+34600000000")
        yield Case(adapter, "sms", "+34600111222", "+15005550001", lambda: [each["sid"] for each in server.accepted])
        adapter.close()
        assert [] == server.complaints
    else:
        yield Case(RecorderAdapter(sqlite), "push", "token", "+15005550001", shown)


def test_a_good_address_is_accepted_and_the_provider_has_it_once(case: Case) -> None:
    assert isinstance(case.send(case.good), Accepted)
    assert 1 == len(case.received())


def test_a_bad_address_is_refused_for_good_and_named_dead(case: Case) -> None:
    answer = case.send(case.bad)

    assert isinstance(answer, Refused)
    assert (True, True, False) == (answer.permanent, answer.address_dead, answer.whole_lane)
    assert [] == case.received()


def test_many_threads_share_an_adapter(case: Case) -> None:
    answers: list[Answer] = []

    def send(number: int) -> None:
        answers.append(case.send(case.good, f"m{number}"))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 12 == len([each for each in answers if isinstance(each, Accepted)]) == len(case.received())


def test_one_that_takes_a_key_sends_a_message_once(case: Case) -> None:
    for _ in range(2):
        case.send(case.good)

    assert case.received() if not case.adapter.idempotent else 1 == len(case.received())


@pytest.mark.parametrize("kind", ["smtp", "twilio"])
def test_a_provider_that_is_not_there_is_no_fault_of_the_message(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    adapter: Adapter = (
        SmtpAdapter(f"smtp://127.0.0.1:{port}", _SENDER)
        if kind == "smtp"
        else TwilioAdapter(f"http://a:b@127.0.0.1:{port}", "+34600000000")
    )
    answer = adapter.deliver(delivery(channel="email", address="ana@example.com"))

    assert isinstance(answer, Refused)
    assert (False, True) == (answer.permanent, answer.whole_lane)


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        (Refused(reason="twilio 21610", permanent=True, address_dead=True), "+15005550004"),
        (Refused(reason="twilio 20429", permanent=False, whole_lane=True, retry_after=7_000), UNWILLING),
        (Refused(reason="http 503", permanent=False, whole_lane=True), OUT),
        (Unknown("http 502"), GATEWAY),
        (Unknown("accepted, but without a sid"), GARBLED),
        (Unknown("answer lost: ReadTimeout"), SILENT),
    ],
)
def test_twilio_is_understood(twilio: TwilioServer, expected: Answer, address: str) -> None:
    adapter = TwilioAdapter(twilio.account, "+34600000000", timeout=0.5)

    assert expected == adapter.deliver(delivery(address=address))
    adapter.close()


def test_a_wrong_token_rests_the_channel_and_burns_no_message(twilio: TwilioServer) -> None:
    adapter = TwilioAdapter(twilio.account.replace("a-token", "wrong"), "+34600000000")

    assert Refused(reason="twilio 20003", permanent=False, whole_lane=True) == adapter.deliver(delivery())
    adapter.close()


def test_twilio_is_asked_to_report_back(twilio: TwilioServer) -> None:
    adapter = TwilioAdapter(twilio.account, "MG123", timeout=httpx.Timeout(5))
    adapter.deliver(delivery(callback_url="https://t.example/webhooks/twilio?message=m1"))
    adapter.close()

    [message] = twilio.accepted
    assert ("MG123", "https://t.example/webhooks/twilio?message=m1") == (
        message["MessagingServiceSid"], message["StatusCallback"],
    )  # fmt: skip


@contextmanager
def _server(*lines: str) -> Iterator[str]:
    """An SMTP server that says these lines, one for each command, and then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as heard:
            in_data = False
            for line in lines:
                connection.sendall(line.encode() + b"\r\n")
                in_data = line.startswith("354")
                while (said := heard.readline()) and in_data and said != b".\r\n":
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)
    listener.close()


_HELLO = ("220 hello", "250 me")


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (Accepted(), (*_HELLO, "250 ok", "250 ok", "354 go", "250 kept")),
        (Refused(reason="smtp 451 4.3.0", permanent=False), (*_HELLO, "250 ok", "250 ok", "354 go", "451 4.3.0 later")),
        (Refused(reason="smtp 554 5.7.1", permanent=True), (*_HELLO, "250 ok", "250 ok", "354 go", "554 5.7.1 spam")),
        (
            Refused(reason="smtp 550 5.1.1", permanent=True, address_dead=True),
            (*_HELLO, "250 ok", "550 5.1.1 no such user", "250 reset"),
        ),
        (Refused(reason="smtp 450 4.2.0", permanent=False), (*_HELLO, "250 ok", "450 4.2.0 greylisted", "250 reset")),
        (Refused(reason="smtp 421", permanent=False, whole_lane=True), (*_HELLO, "421 closing", "250 reset")),
        (
            Refused(reason="no mail server: SMTPServerDisconnected", permanent=False, whole_lane=True),
            (*_HELLO, "250 ok", "250 ok"),
        ),
        (Unknown("connection lost behind DATA: SMTPServerDisconnected"), (*_HELLO, "250 ok", "250 ok", "354 go")),
    ],
)
def test_every_answer_of_a_mail_server_is_understood(expected: Answer, lines: tuple[str, ...]) -> None:
    with _server(*lines) as url:
        adapter = SmtpAdapter(url, _SENDER, timeout=2)
        answer = adapter.deliver(delivery(channel="email", address="ana@example.com"))
        adapter.close()

    assert expected == answer


def test_tls_that_was_demanded_and_is_not_offered_sends_nothing(mailbox: str) -> None:
    adapter = SmtpAdapter(mailbox.replace("never", "required"), _SENDER)

    answer = adapter.deliver(delivery(channel="email", address="ana@example.com"))
    assert Refused(reason="no mail server: SMTPNotSupportedError", permanent=False, whole_lane=True) == answer


@pytest.mark.parametrize("url", ["", "http://a", "smtp://", "smtp://a:x", "smtp://a?starttls=perhaps"])
def test_a_wrong_mail_server_is_said_by_name(url: str) -> None:
    with pytest.raises(Invalid, match="setting `smtp`"):
        read_server(url)


def _mail(**changes: object) -> EmailMessage:
    mail = message_from_bytes(compose(_email(**changes), _SENDER).octets, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _email(**changes: object) -> Delivery:
    return delivery(**{"channel": "email", "address": "ana@example.com", **changes})


def test_a_mail_says_who_when_what_and_how_to_leave() -> None:
    mail = _mail(unsubscribe_url="https://t.example/u/m1.x")

    assert ("Botas <hola@tienda.example>", "ana@example.com", "Hola") == (mail["From"], mail["To"], mail["Subject"])
    assert "Mon, 02 Mar 2026 10:00:00 +0000" == mail["Date"]
    assert ("<https://t.example/u/m1.x>", "List-Unsubscribe=One-Click") == (
        mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"],
    )  # fmt: skip
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in mail.iter_parts()]
    assert "m1" == message_of(mail["Message-ID"])


def test_a_service_mail_has_nothing_to_leave() -> None:
    assert "List-Unsubscribe" not in _mail()


@given(st.text(), st.text(min_size=1))
def test_nothing_said_becomes_a_header(subject: str, text: str) -> None:
    said = Content(channel="email", language="es", subject=" ".join(subject.split()), text=text, html="<p>x</p>")
    try:
        octets = compose(_email(content=said), _SENDER).octets
    except UnicodeEncodeError:
        return
    head = octets.split(b"\r\n\r\n", 1)[0].lower()
    assert not [line for line in head.split(b"\r\n") if line.startswith((b"bcc:", b"cc:", b"x-"))]


@pytest.mark.parametrize("address", _NO_ADDRESSES)
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(Unaddressable):
        compose(_email(address=address), _SENDER)


def test_an_international_domain_is_written_in_ascii() -> None:
    assert "ana@xn--espaa-rta.example" == compose(_email(address="ana@españa.example"), _SENDER).recipient


def test_what_the_sandbox_recorded_is_what_the_phone_shows(sqlite: Database) -> None:
    said = Content(channel="push", language="es", title="Hola", text="Tu cesta", extra={"url": "https://s.example/"})
    RecorderAdapter(sqlite).deliver(delivery(channel="push", address="token", content=said))

    with sqlite.read() as tx:
        [shown] = list_sandbox(tx, addresses=["token"])
        assert [] == list_sandbox(tx, addresses=["other"])
    assert ("Hola", "Tu cesta", {"url": "https://s.example/"}, NOW) == (shown.title, shown.text, shown.fields, shown.at)
