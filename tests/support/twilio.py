"""A server that speaks Twilio's form as its documentation demands, for tests: real HTTP, real signatures.

It checks path, credentials and form, keeps what it accepted, and posts signed status callbacks. Numbers decide what it
does: Twilio's magic ones are refused with their codes, `+15005550503` meets an outage and so on; see `_answer`.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

from trenza.channels.signatures import twilio_signature

SID, TOKEN = "AC" + "0" * 32, "a-token"
REFUSALS = {"+15005550001": 21211, "+15005550004": 21610, "+15005550009": 21614}
UNWILLING, OUT, GATEWAY, SILENT, GARBLED = (
    "+15005550429",
    "+15005550503",
    "+15005550502",
    "+15005550999",
    "+15005550200",
)

Reply = tuple[int, dict[str, Any] | bytes, dict[str, str]]
_ANSWERS: dict[str, Reply] = {
    **{number: (400, {"code": code, "message": "refused", "status": 400}, {}) for number, code in REFUSALS.items()},
    UNWILLING: (429, {"code": 20429, "message": "Too Many Requests", "status": 429}, {"Retry-After": "7"}),
    OUT: (503, b"<html>out</html>", {}),
    GATEWAY: (502, b"<html>bad gateway</html>", {}),
}


class TwilioServer:
    """What was asked of it, and what it accepted."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.accepted: list[dict[str, str]] = []
        self.complaints: list[str] = []
        self.released = threading.Event()

    @property
    def account(self) -> str:
        """The setting `twilio`."""
        return self.url.replace("http://", f"http://{SID}:{TOKEN}@")

    def callback(
        self, message: dict[str, str], status: str, code: int = 0
    ) -> tuple[str, dict[str, str], dict[str, str]]:
        """A signed status callback about an accepted message: address, form, headers."""
        form = {"MessageSid": message["sid"], "MessageStatus": status, "To": message["To"], "AccountSid": SID}
        if code:
            form["ErrorCode"] = str(code)
        url = message["StatusCallback"]
        return url, form, {"X-Twilio-Signature": twilio_signature(TOKEN, url, form.items())}

    def call_back(self, message: dict[str, str], status: str, code: int = 0) -> int:
        """Post a status callback; returns the status of the answer."""
        url, form, headers = self.callback(message, status, code)
        request = Request(url, urlencode(form).encode(), headers)  # noqa: S310 — our own address
        with urlopen(request, timeout=10) as answer:  # noqa: S310 — the same
            return int(answer.status)


@contextmanager
def twilio_server() -> Iterator[TwilioServer]:
    """The server, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            status, body, headers = _answer(server, self.path, dict(self.headers), form)
            octets = body if isinstance(body, bytes) else json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(octets))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(octets)
            except OSError:
                return

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = TwilioServer(f"http://127.0.0.1:{httpd.server_port}")
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def _answer(server: TwilioServer, path: str, headers: dict[str, str], form: dict[str, str]) -> Reply:
    if path != f"/2010-04-01/Accounts/{SID}/Messages.json":
        server.complaints.append(f"path {path}")
        return 404, {"code": 20404, "message": "not found", "status": 404}, {}
    wanted = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if headers.get("Authorization") != wanted:
        return 401, {"code": 20003, "message": "Authenticate", "status": 401}, {}
    if not form.get("To") or not form.get("Body") or not (form.get("From") or form.get("MessagingServiceSid")):
        server.complaints.append(f"fields {sorted(form)}")
        return 400, {"code": 21604, "message": "missing field", "status": 400}, {}
    number = form["To"]
    if number in _ANSWERS:
        return _ANSWERS[number]
    message = {**form, "sid": f"SM{len(server.accepted):032d}"}
    server.accepted.append(message)
    if number == SILENT:
        server.released.wait(5)
        time.sleep(0.01)
    if number == GARBLED:
        return 201, b"\xff not json", {}
    return 201, {"sid": message["sid"], "status": "queued", "error_code": None}, {}
