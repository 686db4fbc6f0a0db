"""Profiles: what is known of one person, and the right to have it shown, exported and erased."""

from trenza.profiles.facts import ConsentStatus, ConsentWord, Facts, TraitVersion
from trenza.profiles.model import Needs, Touched
from trenza.profiles.reach import (
    EVERY,
    Destination,
    address_of,
    addresses,
    destination_of,
    identifier_types,
    is_suppressed,
    preferred_channel,
    reachable,
)
from trenza.profiles.working import KnownOf, Profiles

__all__ = [
    "EVERY",
    "ConsentStatus",
    "ConsentWord",
    "Destination",
    "Facts",
    "KnownOf",
    "Needs",
    "Profiles",
    "Touched",
    "TraitVersion",
    "address_of",
    "addresses",
    "destination_of",
    "identifier_types",
    "is_suppressed",
    "preferred_channel",
    "reachable",
]
