"""Segments: the predicate language, read and evaluated on a stream, and who is in which segment."""

from trenza.segments.blocks import predicate_block, segment_blocks
from trenza.segments.conditions import Condition
from trenza.segments.describing import describe_predicates
from trenza.segments.documents import SEGMENT, circles, in_order, read_segment
from trenza.segments.erasing import segments_eraser
from trenza.segments.estimating import Budget, Estimate, Example, Terms, count_segment, count_text, wilson
from trenza.segments.memberships import Memberships
from trenza.segments.model import (
    Needs,
    Predicate,
    Scope,
    Segment,
    SegmentChange,
    Truth,
    evaluate,
    needs,
)
from trenza.segments.reading import predicate_of, read_predicate
from trenza.segments.schema import DURATION, INSTANT, KEY, LOCALISED, NAME, PEOPLE, PREDICATE_SCHEMA, TIMELINE
from trenza.segments.store import (
    Membership,
    changes,
    count_inside,
    count_members,
    count_turns,
    due_memberships,
    filled,
    forget,
    load_memberships,
    mark_filled,
    members,
    members_at,
    members_page,
    next_due,
    retire,
)
from trenza.segments.tests import SEGMENT_TEST, Expected, SegmentTest

__all__ = [
    "DURATION",
    "INSTANT",
    "KEY",
    "LOCALISED",
    "NAME",
    "PEOPLE",
    "PREDICATE_SCHEMA",
    "SEGMENT",
    "SEGMENT_TEST",
    "TIMELINE",
    "Budget",
    "Condition",
    "Estimate",
    "Example",
    "Expected",
    "Membership",
    "Memberships",
    "Needs",
    "Predicate",
    "Scope",
    "Segment",
    "SegmentChange",
    "SegmentTest",
    "Terms",
    "Truth",
    "changes",
    "circles",
    "count_inside",
    "count_members",
    "count_segment",
    "count_text",
    "count_turns",
    "describe_predicates",
    "due_memberships",
    "evaluate",
    "filled",
    "forget",
    "in_order",
    "load_memberships",
    "mark_filled",
    "members",
    "members_at",
    "members_page",
    "needs",
    "next_due",
    "predicate_block",
    "predicate_of",
    "read_predicate",
    "read_segment",
    "retire",
    "segment_blocks",
    "segments_eraser",
    "wilson",
]
