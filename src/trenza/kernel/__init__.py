"""The ground: clock, ids, hashing, JSON and errors. It knows nothing of the other rooms."""

from trenza.kernel.clock import Clock, Instant, ManualClock, SystemClock, format_instant, parse_instant
from trenza.kernel.cursors import LONGEST_CURSOR, seal, unseal
from trenza.kernel.errors import (
    Conflict,
    Fault,
    Faulty,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TrenzaError,
    Unauthorised,
    Unavailable,
)
from trenza.kernel.hashing import draw, keyed_hash, short_hash
from trenza.kernel.ids import derived_id, new_id, new_secret, number_text, text_number
from trenza.kernel.json import JsonObject, JsonValue, decode_json, encode_json
from trenza.kernel.logs import guard_logs
from trenza.kernel.shifted import ShiftedClock

__all__ = [
    "LONGEST_CURSOR",
    "Clock",
    "Conflict",
    "Fault",
    "Faulty",
    "Forbidden",
    "Instant",
    "Invalid",
    "JsonObject",
    "JsonValue",
    "ManualClock",
    "NotFound",
    "ShiftedClock",
    "SystemClock",
    "TooLarge",
    "TrenzaError",
    "Unauthorised",
    "Unavailable",
    "decode_json",
    "derived_id",
    "draw",
    "encode_json",
    "format_instant",
    "guard_logs",
    "keyed_hash",
    "new_id",
    "new_secret",
    "number_text",
    "parse_instant",
    "seal",
    "short_hash",
    "text_number",
    "unseal",
]
