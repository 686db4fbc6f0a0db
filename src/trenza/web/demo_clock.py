"""What pages say of a demo's clock. The clock itself is the instance's, see `kernel.ShiftedClock`."""

from typing import Final

import msgspec

from trenza.app import Instance
from trenza.kernel import Instant, ShiftedClock

_MINUTE: Final = 60_000
_UNITS: Final = (("day", 24 * 60), ("hour", 60), ("minute", 1))


class DemoClock(msgspec.Struct, frozen=True):
    """A demo's clock as it stands."""

    now: Instant
    ahead: int
    """Milliseconds before the real time."""

    def span(self, language: str) -> str:
        """How far it is ahead, in words: `1 day 2 hours`."""
        from babel.units import format_unit  # noqa: PLC0415 — a start need not wait for it

        minutes, parts = self.ahead // _MINUTE, []
        for unit, length in _UNITS:
            count, minutes = divmod(minutes, length)
            parts += [str(format_unit(count, f"duration-{unit}", locale=language))] if count else []
        return " ".join(parts[:2])


def demo_clock_of(instance: Instance) -> DemoClock | None:
    """The clock where it can be moved: on a demo instance only."""
    clock = instance.clock
    return DemoClock(clock.now(), clock.ahead) if isinstance(clock, ShiftedClock) else None
