"""Tests of values at paths, compiled: of messages (`where`) and of traits."""

from collections.abc import Callable, Sequence
from typing import Any

from trenza.kernel import JsonValue
from trenza.segments.conditions import Comparison, PathTest
from trenza.segments.values import (
    Test,
    is_there,
    leaves,
    test_after,
    test_among,
    test_before,
    test_between,
    test_contains,
    test_ends,
    test_equal,
    test_none_of,
    test_order,
    test_other,
    test_starts,
)

Check = Callable[[JsonValue], bool]
_MAKERS: dict[str, Callable[[Any, bool], Test]] = {
    "is": test_equal,
    "is_not": test_other,
    "in": test_among,
    "not_in": test_none_of,
    "gt": lambda value, _: test_order("gt", value),
    "gte": lambda value, _: test_order("gte", value),
    "lt": lambda value, _: test_order("lt", value),
    "lte": lambda value, _: test_order("lte", value),
    "between": lambda value, _: test_between(value[0], value[1]),
    "contains": test_contains,
    "starts_with": test_starts,
    "ends_with": test_ends,
    "before": lambda value, _: test_before(value),
    "after": lambda value, _: test_after(value),
}


def compile_comparisons(comparisons: Sequence[Comparison], fold: bool = False) -> Test:
    """A test that holds where all operations on a value hold; `exists` and the timed ones are not among them."""
    tests = [_MAKERS[each.operation](each.value, fold) for each in comparisons if each.operation in _MAKERS]
    if len(tests) == 1:
        return tests[0]
    return lambda value, element: all(test(value, element) for test in tests)


def compile_check(test: PathTest, skip: int = 0) -> Check:
    """A check of a value by its path.

    Args:
        test: path and comparisons.
        skip: names at the beginning of the path that were followed already.
    """
    parts = tuple(test.path.split("."))[skip:]
    presence = [bool(each.value) for each in test.comparisons if each.operation == "exists"]
    single = compile_comparisons(test.comparisons, test.fold)
    compares = any(each.operation in _MAKERS for each in test.comparisons)

    compare = _compile_compare(parts, single)
    if not presence:
        return compare
    return lambda value: (
        all(is_there(value, parts) is wanted for wanted in presence) and (not compares or compare(value))
    )


def _compile_compare(parts: tuple[str, ...], single: Test) -> Check:
    def compare(value: JsonValue) -> bool:
        found = value
        for name in parts:
            if type(found) is not dict:
                break
            found = found.get(name)
        else:
            if type(found) is not list:
                return found is not None and single(found, False)  # noqa: FBT003 — no element of a list
        return any(single(each, element) for each, element in leaves(value, parts) if each is not None)

    return compare


def compile_checks(tests: Sequence[PathTest]) -> Check | None:
    """A check that all paths must pass; None where there is nothing to check."""
    checks = [compile_check(test) for test in tests]
    if len(checks) < 2:  # noqa: PLR2004 — one needs no joining
        return checks[0] if checks else None
    return lambda value: all(check(value) for check in checks)
