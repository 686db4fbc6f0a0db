"""Identity: identifiers, the graph of evidence, and who is one person."""

from trenza.identity.model import (
    Cluster,
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
from trenza.identity.types import DEFAULT_TYPES, IdentifierTypes

__all__ = [
    "DEFAULT_TYPES",
    "BlockedValues",
    "Cluster",
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
    "identifier_number",
    "normalise",
    "person_text",
    "text_person",
]
