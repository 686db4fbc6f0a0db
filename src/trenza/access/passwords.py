"""Passwords: argon2id, two at a time, so that a rush of sign-ins cannot take the machine's memory."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from trenza.kernel import Invalid

SHORTEST = 10
LONGEST = 200
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_NOBODY = "$argon2id$v=19$m=32768,t=3,p=1$G0M83OsQXtZuHy6clcroqw$VUY8Qr3XqiW1Vcym1YL1RwBeWfYr3B9GfyHGOIvkE+Y"
"""Stands for the password of somebody who has none; it costs what a real one costs (a test says so)."""
_seats = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Hash a new password.

    Raises:
        Invalid: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"a password has {SHORTEST} to {LONGEST} characters", "choose a longer one; a sentence is a good password"
        )
    with _seats:
        return _hasher.hash(_octets(password))


def password_fits(stored: str, password: str) -> bool:
    """Whether the password is the stored one. Without a stored one it takes as long and answers no."""
    with _seats:
        try:
            return _hasher.verify(stored or _NOBODY, _octets(password[: LONGEST + 1])) and bool(stored)
        except (Argon2Error, InvalidHashError):
            return False


def _octets(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
