"""The room put together from the settings: which provider speaks for which channel.

Without credentials a channel goes to the sandbox: mail by real SMTP into a mailbox of this process, everything else to
the recorder.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trenza.channels.adapters.recorder import RecorderAdapter
from trenza.channels.adapters.smtp import SmtpAdapter
from trenza.channels.adapters.twilio_account import read_account
from trenza.channels.connectors import Connectors
from trenza.channels.deliverer import Deliverer
from trenza.channels.lanes import Lanes
from trenza.channels.port import Adapter, JudgeAgain
from trenza.channels.tracking import Tracker
from trenza.content import Template
from trenza.kernel import Clock
from trenza.settings import Settings
from trenza.storage import Database


@contextmanager
def open_deliverer(
    settings: Settings,
    database: Database,
    clock: Clock,
    secret: bytes,
    templates: Callable[[str], Template],
    judge_again: JudgeAgain,
) -> Iterator[Deliverer]:
    """A deliverer for as long as the block lasts, with the sandbox's mailbox where no mail server is set.

    Args:
        settings: `smtp`, `mail_from`, `twilio`, `sms_from` and the public address are read.
        database: the state.
        clock: tells when deliveries happen.
        secret: what tokens are signed with.
        templates: a live template by key; raises LookupError where there is none.
        judge_again: the gate at dispatch.
    """
    mailbox = None
    if not settings.smtp:
        from trenza.channels.adapters.mailbox import Mailbox  # noqa: PLC0415 — its mail server is slow to import

        mailbox = Mailbox(database, clock)
    server = mailbox.start() if mailbox is not None else settings.smtp
    mail = SmtpAdapter(server, settings.mail_from)
    adapters: dict[str, Adapter] = {"email": mail}
    callback_url: Callable[[str], str] | None = None
    if settings.twilio:
        from trenza.channels.adapters.twilio import TwilioAdapter  # noqa: PLC0415 — its HTTP client is slow to import

        adapters["sms"] = TwilioAdapter(settings.twilio, settings.sms_from)
        callback_url = _status_url(settings.base_url)
    tracker = Tracker(secret, settings.base_url)
    lanes = Lanes(adapters, RecorderAdapter(database))
    deliverer = Deliverer(database, lanes, templates, judge_again, clock, tracker, callback_url)
    try:
        yield deliverer
    finally:
        deliverer.close()
        mail.close()
        if mailbox is not None:
            mailbox.stop()


def open_connectors(settings: Settings, database: Database) -> Connectors:
    """The connectors of an instance; `twilio` is one of them where an account is set."""
    return Connectors(database, read_account(settings.twilio).token if settings.twilio else "")


def _status_url(base_url: str) -> Callable[[str], str]:
    def url_of(message: str) -> str:
        return f"{base_url}/webhooks/twilio?message={message}"

    return url_of
