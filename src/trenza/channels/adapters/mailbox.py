"""The sandbox's mailbox: a real SMTP server on this machine that keeps what it is given.

Only for mails of this instance: it listens on 127.0.0.1, takes a mail of up to 2 MB and relays nothing. A mail that is
one of ours has reached its person, which is told as a receipt.
"""

import asyncio
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from trenza.channels.gathering import Gathering
from trenza.channels.model import Report
from trenza.channels.port import Progress
from trenza.channels.reports import take_reports
from trenza.channels.sandbox import record_mails
from trenza.kernel import Clock
from trenza.storage import Database

_LARGEST = 2_000_000
_DELIVERED: Progress = "delivered"


class Mailbox:
    """A mailbox on a free port.

    Args:
        database: where mails are kept.
        clock: tells when they came.
        port: 0 takes a free one.
    """

    def __init__(self, database: Database, clock: Clock, port: int = 0) -> None:
        self._handler = _Handler(database, clock)
        self._controller = _Controller(
            self._handler, hostname="127.0.0.1", port=port, data_size_limit=_LARGEST, ident="Trenza sandbox"
        )

    def start(self) -> str:
        """Listen; returns the `smtp://` URL to hand to the adapter."""
        self._controller.start()
        return f"smtp://127.0.0.1:{self._controller.actual_port}?starttls=never"

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()


class _Controller(Controller):
    """A controller that may ask the system for a free port."""

    @property
    def actual_port(self) -> int:
        """The port it listens on."""
        assert isinstance(self.server, asyncio.Server)  # noqa: S101 — started above
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        """Aiosmtpd greets its own server once; on a free port it has to be told which."""
        self.port = self.actual_port
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it untyped


class _Handler:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._gathering = Gathering(self._write)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's name
        """Keep a mail; the answer comes when it is on disk."""
        octets = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await asyncio.to_thread(self._keep, octets, envelope.rcpt_tos)
        except Exception:  # noqa: BLE001 — whatever it was, the sender keeps the mail and tries again
            return "451 4.3.0 not kept, try again"
        return "250 2.0.0 kept"

    def _keep(self, octets: bytes, recipients: list[str]) -> None:
        mail = message_from_bytes(octets, policy=default)
        assert isinstance(mail, EmailMessage)  # noqa: S101 — the policy says so
        for recipient in recipients:
            self._gathering.add((mail, recipient))

    def _write(self, mails: Sequence[tuple[EmailMessage, str]]) -> None:
        now = self._clock.now()
        with self._database.write() as tx:
            messages = record_mails(tx, mails, now)
            take_reports(tx, [Report(message=message, progress=_DELIVERED) for message in messages], now)
