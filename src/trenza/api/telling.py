"""About whom the holder of a write key may be told: a rule over identifier types.

A write key in a web page is anybody's. Who holds it can name any account, and can tie their own browser to any account
by saying so in an event. So a visitor is told of only as long as nothing but carried identifiers is known of them: what
a browser or app made up at random and nobody else can guess.
"""

from collections.abc import Iterable

from trenza.events import Answers

CARRIED = frozenset({"anonymous_id", "device_id", "push_token", "web_push"})
"""Types of identifier that a browser or app carries with it."""


def may_ask_by(answers: Answers, type_: str) -> bool:
    """Whether an identifier of the type may lead to the person asked about."""
    return answers == "anybody" or (answers == "visitors" and type_ in CARRIED)


def may_hear_of(answers: Answers, types: Iterable[str]) -> bool:
    """Whether a person with identifiers of these types may be told of."""
    return answers == "anybody" or (answers == "visitors" and CARRIED.issuperset(types))
