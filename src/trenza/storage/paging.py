"""Pages by place: a list goes on behind the last row that was seen, whatever has come or gone meanwhile."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

Place = tuple[Any, Any]
"""Where a row stands in the order of two columns; the second tells rows apart."""


def comes_before(first: ColumnElement[Any], second: ColumnElement[Any], place: Place) -> ColumnElement[bool]:
    """Rows that come before a place: the next page of a list that begins with the latest."""
    return or_(first < place[0], and_(first == place[0], second < place[1]))


def comes_behind(first: ColumnElement[Any], second: ColumnElement[Any], place: Place) -> ColumnElement[bool]:
    """Rows that come behind a place: the next page of a list that begins with the earliest."""
    return or_(first > place[0], and_(first == place[0], second > place[1]))
