"""Proofs that a request comes from whom it says. Comparisons take the same time whatever is wrong."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def twilio_signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Twilio's: base64 of HMAC-SHA1 over the whole URL and each field's name and value, sorted, repeats once."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def is_twilios(token: str, url: str, fields: Sequence[tuple[str, str]], signature: str) -> bool:
    """Whether a request is signed with the account's token.

    Proxies add and drop default ports, so the URL is tried as it is, with its port and without.
    """
    given = signature.encode()
    matches = [
        hmac.compare_digest(twilio_signature(token, each, fields).encode(), given) for each in _written_ways(url)
    ]
    return True in matches


def body_signature(secret: str, body: bytes) -> str:
    """Ours for generic connectors: `sha256=` and HMAC-SHA256 of the raw body in hexadecimal."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether the raw body is signed with the secret."""
    return hmac.compare_digest(body_signature(secret, body).encode(), signature.encode())


def _written_ways(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    with_port = parts._replace(netloc=f"{host}:{port}").geturl()
    return [url, with_port, parts._replace(netloc=host).geturl()]
