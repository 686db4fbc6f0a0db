"""Profiles: what is known of one person, and the right to have it shown, exported and erased."""

from trenza.profiles.erasers import events_eraser, identity_eraser, lake_eraser, log_erasers, profiles_eraser
from trenza.profiles.erasure import (
    Eraser,
    Erasers,
    Outside,
    Proof,
    Subject,
    erase_person,
    find_receipt,
    finish_erasures,
    verify_receipt,
)
from trenza.profiles.facts import ConsentStatus, ConsentWord, Facts, TraitVersion
from trenza.profiles.finding import Findings, FoundPerson, Match, Place, called, find_people
from trenza.profiles.forgetting_words import expected_entries, search_eraser
from trenza.profiles.homes import home_of
from trenza.profiles.model import Needs, Touched
from trenza.profiles.project import arriving_addresses
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
from trenza.profiles.sheet import (
    CHANNELS,
    export_person,
    export_profile,
    former_traits,
    identifier_sheet,
    list_consents,
    load_facts,
    show,
)
from trenza.profiles.store import has_consent
from trenza.profiles.trace import Trace
from trenza.profiles.working import KnownOf, Profiles

__all__ = [
    "CHANNELS",
    "EVERY",
    "ConsentStatus",
    "ConsentWord",
    "Destination",
    "Eraser",
    "Erasers",
    "Facts",
    "Findings",
    "FoundPerson",
    "KnownOf",
    "Match",
    "Needs",
    "Outside",
    "Place",
    "Profiles",
    "Proof",
    "Subject",
    "Touched",
    "Trace",
    "TraitVersion",
    "address_of",
    "addresses",
    "arriving_addresses",
    "called",
    "destination_of",
    "erase_person",
    "events_eraser",
    "expected_entries",
    "export_person",
    "export_profile",
    "find_people",
    "find_receipt",
    "finish_erasures",
    "former_traits",
    "has_consent",
    "home_of",
    "identifier_sheet",
    "identifier_types",
    "identity_eraser",
    "is_suppressed",
    "lake_eraser",
    "list_consents",
    "load_facts",
    "log_erasers",
    "preferred_channel",
    "profiles_eraser",
    "reachable",
    "search_eraser",
    "show",
    "verify_receipt",
]
