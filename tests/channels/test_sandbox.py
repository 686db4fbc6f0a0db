"""The demo's way: mail by real SMTP into the mailbox, everything else into the recorder, receipts as events."""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from tests.channels.support import SECRET, Rig, let_go, message, template

from trenza.channels import list_sandbox, open_deliverer
from trenza.channels.adapters.mailbox import Mailbox
from trenza.kernel import ManualClock
from trenza.settings import Settings
from trenza.storage import Database


def test_without_credentials_everything_reaches_the_sandbox(
    rig: Callable[..., Rig], database: Database, clock: ManualClock
) -> None:
    made = rig()
    made.put(
        message("m1", channel="email", address="ana@example.com"),
        message("m2", channel="sms"),
        message("m3", channel="push", address="token"),
        message("m4", channel="sms", address="+15005550009"),
    )
    settings = Settings(public_url="https://t.example")
    with open_deliverer(settings, database, clock, SECRET, template, let_go) as deliverer:
        while deliverer.deliver_due(clock.now()):
            pass

    with database.read() as tx:
        shown = {each.id: each for each in list_sandbox(tx)}
    assert {"m1", "m2", "m3"} == set(shown)
    assert ("Hola Ana", "ana@example.com") == (shown["m1"].title, shown["m1"].address)
    assert "https://t.example/u/m1." in shown["m1"].fields["List-Unsubscribe"]
    assert "Hola Ana: 60" == shown["m2"].text
    assert ["sent", "sent", "sent", "refused"] == [made.state(f"m{number}") for number in range(1, 5)]
    told = ["Message Sent", "Message Delivered"] * 3 + ["Message Failed", "Message Bounced"]
    assert sorted(told) == sorted(made.told())


@pytest.fixture
def inbox(sqlite: Database, clock: ManualClock) -> Callable[[bytes], None]:
    def send(octets: bytes) -> None:
        mailbox = Mailbox(sqlite, clock)
        port = int(mailbox.start().split(":")[2].split("?")[0])
        try:
            with smtplib.SMTP("127.0.0.1", port) as connection:
                connection.sendmail("a@b.example", ["Ana@Example.com"], octets)
        finally:
            mailbox.stop()

    return send


def test_the_mailbox_keeps_any_mail(inbox: Callable[[bytes], None], sqlite: Database) -> None:
    mail = EmailMessage()
    mail["Subject"] = "¿Qué tal?"
    mail.set_content("hola")
    inbox(mail.as_bytes())
    inbox(b"\xff\x00garbage\r\n\r\n\x00")

    with sqlite.read() as tx:
        shown = list_sandbox(tx)
    assert {"¿Qué tal?", ""} == {each.title for each in shown}
    assert {"ana@example.com"} == {each.address for each in shown}


def test_the_sandbox_is_read_page_by_page(rig: Callable[..., Rig], database: Database, clock: ManualClock) -> None:
    made = rig()
    made.put(*(message(f"m{number}") for number in range(5)))
    with open_deliverer(Settings(), database, clock, SECRET, template, let_go) as deliverer:
        while deliverer.deliver_due(clock.now()):
            pass

    with database.read() as tx:
        first = list_sandbox(tx, limit=3)
        rest = list_sandbox(tx, limit=3, before=(first[-1].at, first[-1].id))
    assert ["m4", "m3", "m2", "m1", "m0"] == [each.id for each in (*first, *rest)]
