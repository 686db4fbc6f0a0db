"""What the room says no with; see `trenza.kernel` for the tree."""

from trenza.kernel import Conflict, Invalid


class SourceTaken(Conflict):
    """Another source has that name or that write key."""

    code = "source_taken"


class InvalidSource(Invalid):
    """A source's name, channel or key cannot be used."""

    code = "invalid_source"
