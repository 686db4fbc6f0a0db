"""Editing a document's text from a page: what is not touched keeps every character."""

from trenza.definitions.editing.errors import KeyTaken, NoSuchPlace, Path
from trenza.definitions.editing.operations import (
    Value,
    insert_item,
    insert_key,
    move,
    read_value,
    remove,
    rename_key,
    set_value,
)

__all__ = [
    "KeyTaken",
    "NoSuchPlace",
    "Path",
    "Value",
    "insert_item",
    "insert_key",
    "move",
    "read_value",
    "remove",
    "rename_key",
    "set_value",
]
