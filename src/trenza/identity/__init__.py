"""Identity: identifiers, the graph of evidence, and who is one person."""

from trenza.identity.model import (
    Identifier,
    IdentifierType,
    Known,
    Leaf,
    Move,
    Person,
    Resolution,
    identifier_number,
    person_text,
    text_person,
)

__all__ = [
    "Identifier",
    "IdentifierType",
    "Known",
    "Leaf",
    "Move",
    "Person",
    "Resolution",
    "identifier_number",
    "person_text",
    "text_person",
]
