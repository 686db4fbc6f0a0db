"""The six stages drawn as a pyramid: where each tier's corners stand. The first stage is the ground."""

from collections.abc import Sequence

import msgspec

from trenza.measure import Stage, Standing

_TALL, _GAP = 42.0, 12.0
_TOP, _BOTTOM = 66.0, 190.0
_MIDDLE = 196.0


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of the drawing."""

    stage: Stage
    state: str
    """`reached`, `next`, `later`, or `absent` where it is not in this version."""
    points: str
    """The corners, as SVG has them."""
    x: float
    y: float
    """The middle."""
    edge: float
    """Where its right side is, at its middle."""


def draw(standing: Standing) -> Sequence[Tier]:
    """The tiers, the highest first."""
    count = len(standing.stages)
    return [_tier(stage, standing, count - stage.number, count) for stage in reversed(standing.stages)]


def height(standing: Standing) -> float:
    """How tall the drawing is."""
    return len(standing.stages) * (_TALL + _GAP) - _GAP


def state_of(stage: Stage, standing: Standing) -> str:
    """What a stage is to a company that stands there."""
    if stage.number <= standing.stage:
        return "reached"
    if not stage.available:
        return "absent"
    return "next" if stage.number == standing.stage + 1 else "later"


def _tier(stage: Stage, standing: Standing, place: int, count: int) -> Tier:
    above = place * (_TALL + _GAP)
    below = above + _TALL
    upper, lower = _half(above, count), _half(below, count)
    corners = ((-upper, above), (upper, above), (lower, below), (-lower, below))
    return Tier(
        stage=stage,
        state=state_of(stage, standing),
        points=" ".join(f"{_MIDDLE + x:.1f},{y:.1f}" for x, y in corners),
        x=_MIDDLE,
        y=above + _TALL / 2,
        edge=_MIDDLE + _half(above + _TALL / 2, count),
    )


def _half(y: float, count: int) -> float:
    """Half the width at a height."""
    return _TOP + (_BOTTOM - _TOP) * y / (count * (_TALL + _GAP) - _GAP)
