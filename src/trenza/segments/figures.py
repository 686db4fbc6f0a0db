"""Aggregates: a figure over the newest event, the two newest and so on, and whether each is as it is wanted.

Only numbers count; without any the figure is missing, and nothing holds of it.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from trenza.events import Occurrence
from trenza.kernel import JsonValue
from trenza.segments.conditions import Aggregate, Comparison
from trenza.segments.paths import compile_comparisons
from trenza.segments.values import EXACT, SUMS, Test, decimal_of, leaves, message_of

Figure = Callable[[Sequence[Occurrence]], list[bool]]
"""For events, the newest first: whether the figure of the first, of the first two and so on is as it is wanted."""
_ORDERS = {"gt": True, "gte": True, "lt": False, "lte": False}
_DOUBT = 1e-9
"""Floats err by less than this part of what they added, for some million numbers."""
_LEAST_DOUBT = 1e-300
_MANY = 1_000_000


def compile_figure(aggregate: Aggregate) -> Figure:
    """Compile an aggregate. Figures are decimals, so what they are compared to is read as the decimals written."""
    comparisons = aggregate.test.comparisons
    test = compile_comparisons([Comparison(each.operation, _decimals(each.value)) for each in comparisons])
    parts = tuple(aggregate.test.path.split("."))
    exact = _compile_exact(aggregate.function, parts, test)
    if aggregate.function == "sum" and len(comparisons) == 1:
        operation, bound = comparisons[0].operation, comparisons[0].value
        if operation in _ORDERS and abs(bound) < EXACT:
            return _compile_sum(parts, exact, float(bound), above=_ORDERS[operation])
    return exact


def _decimals(value: JsonValue) -> JsonValue:
    return [decimal_of(each) for each in value] if isinstance(value, list) else decimal_of(value)


def _compile_exact(function: str, parts: tuple[str, ...], test: Test) -> Figure:
    def figure(events: Sequence[Occurrence]) -> list[bool]:
        found = _Exact(function)
        verdicts = []
        for occurrence in events:
            for value, _ in leaves(message_of(occurrence), parts):
                found.add(value)
            figure = found.figure()
            verdicts.append(figure is not None and test(figure, False))  # noqa: FBT003 — no element of a list
        return verdicts

    return figure


def _compile_sum(parts: tuple[str, ...], exact: Figure, bound: float, *, above: bool) -> Figure:
    """A sum on one side of a bound: floats tell it. Where one is so near that they might err, decimals tell all."""
    least_doubt = abs(bound) * _DOUBT + _LEAST_DOUBT

    def figure(events: Sequence[Occurrence]) -> list[bool]:
        near = size = 0.0
        some = False
        verdicts: list[bool] = []
        for occurrence in events if len(events) < _MANY else ():
            value = message_of(occurrence)
            for name in parts:
                if type(value) is not dict:
                    break
                value = value.get(name)
            else:
                kind = type(value)
                if kind is float or kind is int:
                    if not -EXACT < value < EXACT:
                        break
                    near += value
                    size += abs(value)
                    some = True
            if type(value) is list:
                break
            distance = near - bound
            if abs(distance) <= size * _DOUBT + least_doubt:
                break
            verdicts.append(some and (distance > 0) is above)
        return verdicts if len(verdicts) == len(events) else exact(events)

    return figure


class _Exact:
    """One figure, growing number by number, in decimals throughout."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._numbers = 0
        self._sum = Decimal(0)
        self._least: Decimal | None = None
        self._most: Decimal | None = None

    def add(self, value: JsonValue) -> None:
        number = decimal_of(value)
        if number is not None:
            self._numbers += 1
            self._sum = SUMS.add(self._sum, number)
            self._least = number if self._least is None else min(self._least, number)
            self._most = number if self._most is None else max(self._most, number)

    def figure(self) -> Decimal | None:
        if not self._numbers or self._function == "sum":
            return self._sum if self._numbers else None
        if self._function == "avg":
            return SUMS.divide(self._sum, Decimal(self._numbers))
        return self._least if self._function == "min" else self._most
