"""Identity: identifiers, the graph of evidence, and who is one person."""

from trenza.identity.model import (
    Cluster,
    Erasure,
    Evidence,
    Explanation,
    Identifier,
    IdentifierType,
    Known,
    Leaf,
    LogEntry,
    Move,
    Person,
    Resolution,
    identifier_number,
    person_text,
    text_person,
)
from trenza.identity.normalise import BlockedValues, normalise
from trenza.identity.resolver import Resolver
from trenza.identity.service import (
    clusters,
    cut,
    erase_person,
    explain,
    find_leaf,
    find_person,
    history,
    known_of,
    persons_of,
    restore,
)
from trenza.identity.store import people_page
from trenza.identity.types import DEFAULT_TYPES, IdentifierTypes
from trenza.identity.undo import link_text

__all__ = [
    "DEFAULT_TYPES",
    "BlockedValues",
    "Cluster",
    "Erasure",
    "Evidence",
    "Explanation",
    "Identifier",
    "IdentifierType",
    "IdentifierTypes",
    "Known",
    "Leaf",
    "LogEntry",
    "Move",
    "Person",
    "Resolution",
    "Resolver",
    "clusters",
    "cut",
    "erase_person",
    "explain",
    "find_leaf",
    "find_person",
    "history",
    "identifier_number",
    "known_of",
    "link_text",
    "normalise",
    "people_page",
    "person_text",
    "persons_of",
    "restore",
    "text_person",
]
