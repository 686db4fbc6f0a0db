"""How an address that must not be written to is kept: plainly, or as a keyed hash once its person was erased.

The hash still suppresses: whoever brings the address again is found to have it suppressed, and nobody can read it back.
"""

import hmac

from trenza.identity import Leaf

_HASHED = "hmac:"
_WHOLE = "leaf:"
_LONGEST = 1000
"""Octets; past this an index of PostgreSQL could refuse the row, so the hash stands from the beginning."""


def hashed(secret: bytes, address: str) -> str:
    """The keyed hash of an address."""
    return _HASHED + hmac.digest(secret, address.encode(), "sha256").hex()


def key_of(secret: bytes, address: str) -> str:
    """What a suppression of an address is kept under."""
    return address if fits(address) else hashed(secret, address)


def whole_key(leaf: Leaf) -> str:
    """What a suppression of whatever an identifier reaches is kept under."""
    return f"{_WHOLE}{leaf}"


def fits(address: str) -> bool:
    """Whether an address can be kept plainly."""
    return len(address) <= _LONGEST // 4 or len(address.encode()) <= _LONGEST
