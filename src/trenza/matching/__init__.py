"""Matching: people without a common identifier who may be one, weighed by a model that learned from the records."""

from trenza.matching.clustering import average_linkage, bridges, choose, one_best
from trenza.matching.documents import MATCH_MODEL, print_model, read_model
from trenza.matching.erasing import matching_eraser
from trenza.matching.model import (
    Candidate,
    Chance,
    Field,
    MatchModel,
    Pair,
    Record,
    Score,
    State,
    Step,
    Values,
)
from trenza.matching.records import record_from, record_of
from trenza.matching.scoring import Scorer
from trenza.matching.service import Likely, candidate_id, candidate_named, could_be, look, propose
from trenza.matching.store import count_candidates, count_records, decide, select_candidates, select_of
from trenza.matching.training import Engine, predict, train

__all__ = [
    "MATCH_MODEL",
    "Candidate",
    "Chance",
    "Engine",
    "Field",
    "Likely",
    "MatchModel",
    "Pair",
    "Record",
    "Score",
    "Scorer",
    "State",
    "Step",
    "Values",
    "average_linkage",
    "bridges",
    "candidate_id",
    "candidate_named",
    "choose",
    "could_be",
    "count_candidates",
    "count_records",
    "decide",
    "look",
    "matching_eraser",
    "one_best",
    "predict",
    "print_model",
    "propose",
    "read_model",
    "record_from",
    "record_of",
    "select_candidates",
    "select_of",
    "train",
]
