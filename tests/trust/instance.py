"""A real instance in its own process that is killed without warning, the clients that send to it, and a mailbox.

Nothing here is pretended: `trenza serve` as a subprocess, HTTP over sockets, SMTP into a mailbox that counts.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from trenza.app import Instance, open_instance
from trenza.kernel import JsonObject, decode_json, encode_json
from trenza.settings import load_settings

KEY = "trust-key"
_TRENZA = str(Path(sys.executable).parent / "trenza")


class Mailbox:
    """Takes mail for everybody, slowly enough to be interrupted, and counts it by subject."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — its name
        """Count a mail at the moment it is taken over."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.received[str(message_from_bytes(content)["Subject"])] += 1
        return "250 OK"

    def close(self) -> None:
        self._controller.stop()


class Serving:
    """`trenza serve`, to be started, killed and started again on the same data."""

    def __init__(self, settings: dict[str, str], log: Path) -> None:
        self._settings = settings
        self._environment = {**os.environ, **{f"TRENZA_{name.upper()}": each for name, each in settings.items()}}
        self._log = log
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready."""
        command = [_TRENZA, "serve", "--port", str(self.port)]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(command, env=self._environment, stdout=out, stderr=out)  # noqa: S603 — ours
        last = time.monotonic() + 60
        while not self._is_ready():
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")[-3000:]
            assert time.monotonic() < last, "not ready within a minute"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would: no signal handler, no flush."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Instance]:
        """The same instance, opened here."""
        instance = open_instance(load_settings(self._settings))
        yield instance
        instance.close()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/ready")
            return 200 == connection.getresponse().status
        except OSError:
            return False
        finally:
            connection.close()


class Client(threading.Thread):
    """Sends one body after another; a body that was not acknowledged is sent again, as every client does."""

    def __init__(self, port: int, bodies: Iterator[list[JsonObject]], stopped: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._bodies = bodies
        self._stopped = stopped
        self.acknowledged: list[str] = []

    def run(self) -> None:
        for batch in self._bodies:
            while not self._send(encode_json({"batch": batch})):
                if self._stopped.wait(0.02):
                    return
            self.acknowledged += [message["messageId"] for message in batch]
            if self._stopped.wait(0.02):
                return

    def _send(self, body: bytes) -> bool:
        basic = b64encode(f"{KEY}:".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            try:
                connection.request("POST", "/v1/batch", body, headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                return False
        return 200 == answer.status and decode_json(content).get("success") is True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
