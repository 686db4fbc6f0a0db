"""What calls in: Twilio's status callbacks and inbound SMS, and the generic contract of a telephone exchange.

A request is believed once its signature is. It is answered at once: when a function here returns, what the request says
is on disk as an event, and it is handled afterwards like any other. A repeated delivery gives the same messageId and so
is one event; a status that steps back is not believed.
"""

import re
from collections.abc import Mapping, Sequence

from trenza.channels.adapters.twilio_account import meaning_of
from trenza.channels.calls import CallReport, after_call, call_properties, event_name, read_call
from trenza.channels.model import Call, Connector, Report
from trenza.channels.port import Progress
from trenza.channels.reports import take_reports
from trenza.channels.signatures import is_signed, is_twilios
from trenza.channels.store import find_call, find_connector, save_call, save_connector
from trenza.events import Emission, emit
from trenza.kernel import Forbidden, Instant, Invalid, JsonObject, NotFound, derived_id, format_instant, new_secret
from trenza.storage import Database

_STATUSES: dict[str, Progress] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "opened",
    "undelivered": "failed",
    "failed": "failed",
}
"""Twilio's words; `accepted`, `queued`, `sending`, … say nothing that was not known."""
_LONGEST_TEXT = 2_000
KINDS = ("calls", "twilio")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

Fields = Sequence[tuple[str, str]]


class Connectors:
    """The door's other side for providers that call in.

    Args:
        database: the state.
        twilio_token: what Twilio signs with, where the settings name an account; empty: nobody.
    """

    def __init__(self, database: Database, twilio_token: str = "") -> None:
        self._database = database
        self._twilio_token = twilio_token

    def add(self, name: str, kind: str, now: Instant, secret: str = "") -> Connector:
        """Add a connector, or give it a new secret.

        Raises:
            Invalid: the kind is unknown, or the name cannot stand in an address.
        """
        if not _NAME.fullmatch(name):
            raise Invalid("this is no name for a connector", "use small letters, digits, - and _, at most 40")
        if kind not in KINDS:
            raise Invalid(f"there is no kind of connector `{kind[:40]}`", f"use one of {', '.join(KINDS)}")
        connector = Connector(name, kind, secret or new_secret(), now)
        with self._database.write() as tx:
            save_connector(tx, connector)
        return connector

    def find(self, name: str) -> Connector:
        """A connector by name; `twilio` is there as soon as the settings name an account.

        Raises:
            NotFound: there is none.
        """
        with self._database.read() as tx:
            connector = find_connector(tx, name)
        if connector is not None:
            return connector
        if name == "twilio" and self._twilio_token:
            return Connector("twilio", "twilio", self._twilio_token, 0)
        raise NotFound("there is no connector of this name", "add one, or mend the address that the provider calls")

    def take_call(self, connector: Connector, body: bytes, signature: str, now: Instant) -> str:
        """Take a report of a telephone exchange; returns the call's state.

        Raises:
            Forbidden: the signature is wrong.
            Invalid: the report does not keep the contract.
        """
        if not is_signed(connector.secret, body, signature):
            raise _wrong_signature("X-Trenza-Signature: sha256=<HMAC-SHA256 of the raw body>")
        report = read_call(body)
        id_ = derived_id("call", connector.name, report.call)
        with self._database.write() as tx:
            call = find_call(tx, id_)
            before = call.state if call is not None else ""
            phone = report.phone or (call.phone if call is not None else "")
            after = after_call(before, report)
            name = event_name(before, after)
            if name is not None:
                save_call(tx, Call(id_, after, phone, now))
                emit(tx, [_call_emission(connector, report, name, phone, now)])
        return after

    def take_twilio(
        self, connector: Connector, url: str, query: Mapping[str, str], fields: Fields, signature: str, now: Instant
    ) -> None:
        """Take a status callback or an inbound SMS of Twilio.

        Args:
            connector: whose token signs.
            url: the whole public address that was called, query included.
            query: the fields of that query; `message` names the message of a status callback.
            fields: of the form.
            signature: the header `X-Twilio-Signature`.
            now: when.

        Raises:
            Forbidden: the signature is wrong.
        """
        if not is_twilios(connector.secret, url, fields, signature):
            raise _wrong_signature("X-Twilio-Signature over the public address of the instance")
        form = {name: value.replace("\x00", "") for name, value in fields}
        status = _STATUSES.get(form.get("MessageStatus") or form.get("SmsStatus") or "")
        if "message" in query:
            if status is not None:
                self._take_status(query["message"], status, form, now)
        elif form.get("From") and form.get("MessageSid"):
            self._take_sms(connector, form, now)

    def _take_status(self, message: str, status: Progress, form: Mapping[str, str], now: Instant) -> None:
        code = form.get("ErrorCode", "")
        number = int(code) if code.isdecimal() and len(code) <= 6 else 0  # noqa: PLR2004 — Twilio's codes have five digits
        meaning = meaning_of(number)
        report = Report(
            message=message,
            progress=status,
            provider_id=form.get("MessageSid", "")[:64],
            reason=f"twilio {number}" if number else "",
            permanent=meaning.permanent,
            address_dead=meaning.address_dead,
        )
        with self._database.write() as tx:
            take_reports(tx, [report], now)

    def _take_sms(self, connector: Connector, form: Mapping[str, str], now: Instant) -> None:
        phone = form["From"].removeprefix("whatsapp:")
        channel = "whatsapp" if form["From"].startswith("whatsapp:") else "sms"
        properties: JsonObject = {
            "channel": channel,
            "text": form.get("Body", "")[:_LONGEST_TEXT],
            "line": form.get("To", "")[:64],
            "provider_id": form["MessageSid"][:64],
        }
        message_id = derived_id("inbound", connector.name, form["MessageSid"])
        emissions = [_phone_emission(message_id, "Message Received", phone, properties, channel, now)]
        stop = form.get("OptOutType", "") == "STOP"
        if stop:
            said = {"purpose": "marketing", "channel": channel, "status": "denied", "reason": "STOP"}
            consent_id = derived_id("stop", connector.name, form["MessageSid"])
            emissions.append(_phone_emission(consent_id, "Consent Changed", phone, said, channel, now))
        with self._database.write() as tx:
            emit(tx, emissions)


def _call_emission(connector: Connector, report: CallReport, name: str, phone: str, now: Instant) -> Emission:
    message_id = derived_id("call", connector.name, report.call, name)
    properties = {**call_properties(report), "connector": connector.name}
    at = min(report.at, now) if report.at is not None else now
    return _phone_emission(message_id, name, phone, properties, "voice", at)


def _phone_emission(
    message_id: str, name: str, phone: str, properties: JsonObject, channel: str, at: Instant
) -> Emission:
    """A track of whoever has this number; without one it hangs on the report itself."""
    body: JsonObject = {
        "type": "track",
        "messageId": message_id,
        "event": name,
        "timestamp": format_instant(at),
        "properties": properties,
        "context": {"traits": {"phone": phone}} if phone else {"externalIds": [{"type": "call", "id": message_id}]},
    }
    return Emission(message_id=message_id, message=body, channel=channel)


def _wrong_signature(wanted: str) -> Forbidden:
    return Forbidden("the signature is wrong", f"sign with the connector's secret: {wanted}")
