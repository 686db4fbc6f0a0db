"""What keeps two identifiers apart, and why an identifier joins nobody, as people say it."""

KEEPS_WORDS = {
    "nothing": "No message ever tied them.",
    "cut": "A link between them was cut.",
    "shared": "%(name)s is shared: it was seen with %(seen)s accounts, %(limit)s are allowed. It joins nobody.",
    "crowded": "%(name)s is shared: it was seen with %(seen)s identifiers, %(limit)s are allowed. It joins nobody.",
    "ambiguous": "%(name)s is ambiguous: it could belong to more than one person, so it joins none.",
    "accounts": "Each has an account of their own. Two accounts are one person only where a message says so.",
    "too_many": "Together they would have %(seen)s of the kind %(name)s; a person may have %(limit)s.",
    "unclear": "The evidence does not suffice: a device alone ties two lives, or somebody else is about as near.",
}
WHY_WORDS = {
    "accounts": "seen with %(seen)s accounts, %(limit)s are allowed",
    "neighbours": "seen with %(seen)s identifiers, %(limit)s are allowed",
    "ambiguous": "seen with %(seen)s accounts, none of them far ahead",
    "rivals": "two people are about as near",
}
LIST_WORDS = {
    "shared": (
        "Shared identifiers",
        "Kiosks, family tablets, test@test.com: seen with more than their type allows, so they join nobody.",
    ),
    "ambiguous": (
        "Ambiguous identifiers",
        "They could belong to more than one person, so they join none until the evidence for one is clear.",
    ),
}
EMPTY_WORDS = {
    "shared": "No identifier was seen with more accounts or identifiers than its type allows.",
    "ambiguous": "Of every identifier it is clear whose it is, or that it is nobody's.",
}
