"""Every setting, typed and documented. `docs/reference/settings.md` is made from this file."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DEFAULT_BLOCKED_VALUES = (
    "",
    "null",
    "none",
    "undefined",
    "anonymous",
    "guest",
    "nil",
    "nan",
    "true",
    "false",
    "0",
    "-1",
    "[object object]",
    "00000000-0000-0000-0000-000000000000",
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one instance."""

    data: Annotated[Path, Meta(description="Folder of the instance: databases, lake, secrets.")] = Path("data")
    database: Annotated[str, Meta(description="URL of the state: `sqlite:///…` or `postgresql://…`.")] = ""
    log: Annotated[str, Meta(description="URL of the event log; a PostgreSQL state keeps it beside itself.")] = ""
    lake: Annotated[str, Meta(description="Folder of the Parquet lake.")] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port to listen on.", ge=0, le=65535)] = 8080
    public_url: Annotated[
        str, Meta(description="Address under which customers reach the instance (links in mails).")
    ] = ""
    timezone: Annotated[str, Meta(description="IANA zone for people whose own is unknown.")] = "UTC"
    country: Annotated[str, Meta(description="Two-letter country for phone numbers written without one.")] = "ES"
    language: Annotated[Literal["es", "en"], Meta(description="Language for people whose own is unknown.")] = "es"
    unknown_key: Annotated[
        Literal["accept", "401"],
        Meta(description="What an unknown write key gets: 200 and a failed event, or 401."),
    ] = "accept"
    no_consent_object: Annotated[
        Literal["granted", "denied"],
        Meta(description="What an event without a consent object means for sources that say nothing else."),
    ] = "granted"
    blocked_values: Annotated[
        tuple[str, ...],
        Meta(description="Values that never identify anyone, compared trimmed and without case."),
    ] = DEFAULT_BLOCKED_VALUES
    smtp: Annotated[
        str,
        Meta(description="`smtp://user:password@host:port` (`smtps://` for TLS from the start); empty: the sandbox."),
    ] = ""
    mail_from: Annotated[str, Meta(description="Sender of mails, `Name <address>`.")] = "Trenza <hola@trenza.example>"
    twilio: Annotated[
        str,
        Meta(description="`https://sid:token@host` of an SMS provider that speaks Twilio's form; empty: the sandbox."),
    ] = ""
    sms_from: Annotated[str, Meta(description="Sender of SMS, E.164.")] = "+34600000000"
    secret: Annotated[
        str,
        Meta(description="Secret of the instance, where machines share a state; empty: `secret` in the data folder."),
    ] = ""
    demo: Annotated[bool, Meta(description="A demo instance: its data is shown as such.")] = False

    @property
    def database_url(self) -> str:
        """The state's URL, the embedded one where none is set."""
        return self.database or f"sqlite:///{self.data / 'state.db'}"

    @property
    def log_url(self) -> str:
        """The log's URL: beside a PostgreSQL state, else an own SQLite file."""
        if self.log:
            return self.log
        return self.database if self.database.startswith("postgresql") else f"sqlite:///{self.data / 'log.db'}"

    @property
    def lake_path(self) -> Path:
        """The folder of the lake."""
        return Path(self.lake.removeprefix("file://")) if self.lake else self.data / "lake"

    @property
    def base_url(self) -> str:
        """The address under which customers reach the instance, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
