"""A receipt of erasure: a JSON document with no personal data, signed with the instance's secret."""

import hmac

import msgspec

from trenza.kernel import Instant, Invalid, JsonObject, keyed_hash, parse_instant

KIND = "trenza.erasure"
_TEXTS = ("kind", "id", "at", "reason", "person", "signature")


def sign(receipt: JsonObject, secret: bytes) -> JsonObject:
    """The receipt with its signature."""
    return {**receipt, "signature": _signature(receipt, secret)}


def is_signed(receipt: JsonObject, secret: bytes) -> bool:
    """Whether the signature is this instance's and fits every word."""
    return hmac.compare_digest(_signature(receipt, secret).encode(), receipt["signature"].encode())


def check_shape(receipt: JsonObject) -> None:
    """See that a document is a receipt at all.

    Raises:
        Invalid: it is not.
    """
    lists = [receipt.get("identifiers"), receipt.get("leaves")] if isinstance(receipt, dict) else [None]
    whole = (
        isinstance(receipt, dict)
        and all(isinstance(receipt.get(name), str) for name in _TEXTS)
        and all(isinstance(hashes, list) and all(isinstance(each, str) for each in hashes) for hashes in lists)
        and isinstance(receipt.get("stores"), dict)
        and receipt["kind"] == KIND
        and parse_instant(receipt["at"]) is not None
    )
    if not whole:
        raise Invalid("this is no receipt of an erasure", "give the file that `trenza people erase --json` printed")


def instant_of(receipt: JsonObject) -> Instant:
    """When it was."""
    return parse_instant(receipt["at"]) or 0


def _signature(receipt: JsonObject, secret: bytes) -> str:
    body = {name: value for name, value in receipt.items() if name != "signature"}
    return keyed_hash(secret, "receipt:" + msgspec.json.encode(body, order="deterministic").decode()).hex()
