"""What somebody typed into a form: read without trust, faults kept beside their fields, nothing typed lost."""

from collections.abc import Mapping, Sequence

LONGEST = 100_000
"""Characters of one field."""


class Form:
    """A form as it came in, and what is wrong with it.

    Args:
        values: by field, as they were typed.
    """

    def __init__(self, values: Mapping[str, Sequence[str]] | None = None) -> None:
        self._values = {name: [each[:LONGEST] for each in given] for name, given in (values or {}).items()}
        self.faults: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """What was typed, as it was typed; empty where nothing was."""
        return next(iter(self._values.get(name, ())), "")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        """Of every field that came."""
        return list(self._values)

    def text(self, name: str) -> str:
        """What was typed, trimmed."""
        return self[name].strip()

    def all(self, name: str) -> list[str]:
        """Everything that was chosen under a name."""
        return list(self._values.get(name, ()))

    def with_defaults(self, **defaults: str) -> "Form":
        """What the fields show before anybody types."""
        for name, value in defaults.items():
            self._values.setdefault(name, [value])
        return self

    def with_values(self, **values: str) -> "Form":
        """The same with other values in some fields."""
        self._values |= {name: [value] for name, value in values.items()}
        return self

    def blame(self, name: str, why: str) -> None:
        """Say what is wrong with a field; the first word counts. `""` blames the form as a whole."""
        self.faults.setdefault(name, why)

    def require(self, name: str, why: str) -> str:
        """What was typed, trimmed; blamed where it is empty."""
        text = self.text(name)
        if not text:
            self.blame(name, why)
        return text

    @property
    def good(self) -> bool:
        """Nothing is wrong."""
        return not self.faults
