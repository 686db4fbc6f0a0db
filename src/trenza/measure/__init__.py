"""Measure: the company's figures, read from tallies that are kept as events come; no event is looked at again.

Days and hours are those of the instance's zone. `stages` and `checklist` are pure rules over counted facts; what they
answer are keys and numbers, which the doors put into words.
"""

from trenza.measure.checklist import NOTES, STEPS, FirstFacts, FirstStep, checklist
from trenza.measure.days import day_spans, local_days
from trenza.measure.figures import count_people, daily, messages, today
from trenza.measure.lately import SILENT_AFTER, Compared, Totals, compare, is_silent
from trenza.measure.loading import load_first_facts, load_stage_facts
from trenza.measure.model import DayFigures, HourFigures, MessageFigures, Stopped, StoppedFigures, Today
from trenza.measure.stages import WINDOW_DAYS, Criterion, Stage, StageFacts, Standing, stages

__all__ = [
    "NOTES",
    "SILENT_AFTER",
    "STEPS",
    "WINDOW_DAYS",
    "Compared",
    "Criterion",
    "DayFigures",
    "FirstFacts",
    "FirstStep",
    "HourFigures",
    "MessageFigures",
    "Stage",
    "StageFacts",
    "Standing",
    "Stopped",
    "StoppedFigures",
    "Today",
    "Totals",
    "checklist",
    "compare",
    "count_people",
    "daily",
    "day_spans",
    "is_silent",
    "load_first_facts",
    "load_stage_facts",
    "local_days",
    "messages",
    "stages",
    "today",
]
