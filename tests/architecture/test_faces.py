"""A package's `__init__` is its face: it says what it is for, and lists what is public."""

import importlib
import pkgutil

import pytest

import trenza

_ROOMS = [each.name for each in pkgutil.iter_modules(trenza.__path__, "trenza.") if each.ispkg]


@pytest.mark.parametrize("room", _ROOMS)
def test_a_face_has_a_docstring_and_a_true_list(room: str) -> None:
    face = importlib.import_module(room)

    assert face.__doc__
    listed = list(face.__all__)
    assert len(set(listed)) == len(listed)
    assert [] == [name for name in listed if not hasattr(face, name)]
