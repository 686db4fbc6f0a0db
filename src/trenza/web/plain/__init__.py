"""Definitions in plain words: conditions, steps and sections as sentences in the reader's language."""

from trenza.web.plain.blocks import say_block, value_at
from trenza.web.plain.conditions import say_condition, short
from trenza.web.plain.speaking import Speaker, shown
from trenza.web.plain.steps import (
    ICONS,
    KIND_WORDS,
    STEP_WORDS,
    WEEKDAY_WORDS,
    Sentence,
    say_cap,
    say_entry,
    say_exits,
    say_goal,
    say_holdout,
    say_policy,
    say_quiet_hours,
    say_share,
    say_step,
)

__all__ = [
    "ICONS",
    "KIND_WORDS",
    "STEP_WORDS",
    "WEEKDAY_WORDS",
    "Sentence",
    "Speaker",
    "say_block",
    "say_cap",
    "say_condition",
    "say_entry",
    "say_exits",
    "say_goal",
    "say_holdout",
    "say_policy",
    "say_quiet_hours",
    "say_share",
    "say_step",
    "short",
    "shown",
    "value_at",
]
