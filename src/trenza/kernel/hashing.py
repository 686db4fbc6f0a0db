"""Hashes: draws for experiments, keyed hashes for tombstones, short hashes for keys."""

import hashlib
import hmac

_BUCKETS = 10_000
_63_BITS = (1 << 63) - 1


def draw(salt: str, identifier: str) -> int:
    """A stable bucket of 0..9999 for `salt` and a person's first-known identifier `type:value`.

    First 15 hexadecimal digits of SHA-256 of `salt:type:value`, modulo 10,000 (design: definitions, "Draws").
    """
    return int(hashlib.sha256(f"{salt}:{identifier}".encode()).hexdigest()[:15], 16) % _BUCKETS


def keyed_hash(key: bytes, text: str) -> bytes:
    """HMAC-SHA256 of a text, 32 bytes: proves a value without keeping it."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def short_hash(text: str) -> int:
    """A positive 63-bit number of a text, equal on every machine and engine (BLAKE2b, 8 bytes)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) & _63_BITS
