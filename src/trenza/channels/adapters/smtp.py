"""Mail over SMTP (RFC 5321), with STARTTLS and AUTH.

What counts is the answer to the end of DATA. A 2xx is accepted, a 4xx temporary, a 5xx permanent; a connection lost
before DATA is a refusal, because nothing was handed over; lost behind it is unknown. Connections are kept and used
again; one that went stale in the meantime is replaced before anything was said on it.
"""

import contextlib
import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from trenza.channels.adapters.mail import Unaddressable, compose
from trenza.channels.port import Accepted, Answer, Delivery, Refused, Unknown
from trenza.kernel import Invalid

_TIMEOUT = 15.0
_IDLE = 20.0
"""Seconds after which a kept connection is no longer trusted."""
_READY = 354
_DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
"""Enhanced status codes (RFC 3463, 7505) that speak of the address itself."""
_TEMPORARY_FROM, _PERMANENT_FROM = 400, 500
_PORTS = {"smtp": 25, "smtps": 465}


class Server(msgspec.Struct, frozen=True):
    """Where mail goes, as `smtp://user:password@host:port?starttls=required` says it."""

    host: str
    port: int
    tls: bool = False
    """TLS from the first octet (`smtps`)."""
    starttls: str = "offered"
    """`required`, `offered` (used where the server offers it) or `never`."""
    user: str = ""
    password: str = ""


class SmtpAdapter:
    """Sends mail through one server.

    Args:
        server: URL, see `Server`.
        sender: `Name <address>`.
        timeout: seconds for each word of the conversation.
        trust: makes the TLS context; the system's authorities by default.
    """

    idempotent = False
    concurrency = 8

    def __init__(
        self,
        server: str,
        sender: str,
        *,
        timeout: float = _TIMEOUT,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._server = read_server(server)
        self._sender = sender
        self._timeout = timeout
        self._trust = trust
        self._idle: list[tuple[float, smtplib.SMTP]] = []
        self._lock = threading.Lock()

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand one mail over."""
        try:
            mail = compose(delivery, self._sender)
        except Unaddressable as error:
            return Refused(reason=str(error), permanent=True, address_dead=error.dead)
        except (LookupError, ValueError) as error:  # a text that no mail can hold; nothing was handed over
            return Refused(reason=f"no mail can be written: {type(error).__name__}", permanent=True)
        try:
            connection = self._connection()
        except (OSError, smtplib.SMTPException) as error:
            return _unreachable(error)
        answer, reusable = self._converse(connection, mail.sender, mail.recipient, mail.octets)
        self._release(connection, reusable=reusable)
        return answer

    def close(self) -> None:
        """Let go of kept connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            _quit(connection)

    def _converse(self, connection: smtplib.SMTP, sender: str, recipient: str, octets: bytes) -> tuple[Answer, bool]:
        try:
            code, text = connection.mail(sender)
            if code < _TEMPORARY_FROM:
                code, text = connection.rcpt(recipient)
            if code < _TEMPORARY_FROM:
                code, text = connection.docmd("DATA")
            if code != _READY:
                return _refused(code, text), _back(connection)
        except (OSError, smtplib.SMTPException) as error:
            return _unreachable(error), False
        try:
            connection.send(_dotted(octets))
            code, text = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Unknown(f"connection lost behind DATA: {type(error).__name__}"), False
        if code >= _TEMPORARY_FROM:
            return _refused(code, text), True
        return Accepted(), True

    def _connection(self) -> smtplib.SMTP:
        while True:
            with self._lock:
                if not self._idle:
                    break
                since, connection = self._idle.pop()
            if time.monotonic() - since < _IDLE and _alive(connection):
                return connection
            connection.close()
        return self._connect()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=self._trust()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            self._secure(connection)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _secure(self, connection: smtplib.SMTP) -> None:
        server = self._server
        if server.tls or server.starttls == "never":
            return
        if connection.has_extn("starttls"):
            connection.starttls(context=self._trust())
            connection.ehlo()
        elif server.starttls == "required":
            raise smtplib.SMTPNotSupportedError("no STARTTLS")

    def _release(self, connection: smtplib.SMTP, *, reusable: bool) -> None:
        if not reusable:
            connection.close()
            return
        with self._lock:
            self._idle.append((time.monotonic(), connection))


def read_server(url: str) -> Server:
    """Read the setting.

    Raises:
        Invalid: it is no `smtp://` or `smtps://` URL.
    """
    mend = "write smtp://user:password@host:587?starttls=required, or smtps://user:password@host"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise Invalid("the setting `smtp` is no SMTP address", mend) from None
    if not parts.hostname:
        raise Invalid("the setting `smtp` names no host", mend)
    starttls = parse_qs(parts.query).get("starttls", ["offered"])[-1]
    if starttls not in {"required", "offered", "never"}:
        raise Invalid("`starttls` of the setting `smtp` is required, offered or never", mend)
    return Server(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "smtps",
        starttls=starttls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _refused(code: int, text: bytes) -> Refused:
    words = text.decode("utf-8", "replace")
    enhanced = words.split(" ", 1)[0]
    permanent = code >= _PERMANENT_FROM
    return Refused(
        reason=f"smtp {code} {enhanced}" if enhanced[:2] in {"4.", "5."} else f"smtp {code}",
        permanent=permanent,
        address_dead=permanent and enhanced in _DEAD,
        whole_lane=code == 421,  # noqa: PLR2004 — the service closes (RFC 5321, 4.2.3)
    )


def _unreachable(error: Exception) -> Refused:
    """Nothing was handed over, and it is not this message's fault: no connection, no TLS, no credentials."""
    code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return Refused(reason=f"no mail server: {type(error).__name__}{code}", permanent=False, whole_lane=True)


def _dotted(octets: bytes) -> bytes:
    """The body as it goes over the wire: a dot at the beginning of a line is doubled (RFC 5321, 4.5.2)."""
    body = octets.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"


def _alive(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] < _TEMPORARY_FROM
    except (OSError, smtplib.SMTPException):
        return False


def _back(connection: smtplib.SMTP) -> bool:
    """Bring a conversation back to its beginning; whether that went well."""
    try:
        return connection.rset()[0] < _TEMPORARY_FROM
    except (OSError, smtplib.SMTPException):
        return False


def _quit(connection: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()
