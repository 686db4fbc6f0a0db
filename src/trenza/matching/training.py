"""Learning and predicting with Splink: nobody says which pairs are one person, the records themselves do.

`u` (how often a level comes about by chance) is counted on random pairs; `m` (how often among true pairs) is found by
expectation maximisation, twice, each time among pairs that agree on something else, so that every comparison is learned
where it was not what brought the pairs together. The records are put in order and every draw has a seed: the same
records give the same model.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trenza.identity import Leaf
from trenza.kernel import Invalid, Unavailable
from trenza.matching.comparisons import BLOCKING, COMPARISONS, KEYS, SLACK, with_keys
from trenza.matching.model import (
    FIELDS,
    Chance,
    Comparison,
    Condition,
    Field,
    Key,
    Level,
    MatchModel,
    Pair,
    Record,
)

FEWEST = 50
"""Records below which nothing can be learned."""
_SEED = 1
_MOST_PAIRS = 2_000_000
_LEAST_FILLED = 0.02
_RECALL = 0.7
"""Part of the true pairs that the strict rules are held to find; the prior follows from it."""
_STRICT: tuple[tuple[Field, ...], ...] = (
    ("document",),
    ("given", "family", "born"),
    ("given", "born", "postcode"),
    ("family", "born", "postcode"),
    ("born", "street"),
    ("email", "family"),
    ("phone", "family"),
    ("given", "family", "street", "postcode"),
)
_PASSES: tuple[tuple[Field, ...], ...] = (
    ("given", "family"),
    ("born",),
    ("document",),
    ("email",),
    ("phone",),
    ("street",),
    ("family", "postcode"),
)
_LEAST_M = 0.001
"""A level that no true pair had is rare among them, not impossible."""
_LEAST_U = 1e-6
_DIGITS = 6


class Engine:
    """Where Splink works: DuckDB in this process, or a Spark session that is handed in.

    Args:
        spark: a `pyspark.sql.SparkSession`; None for DuckDB.

    Raises:
        Unavailable: Splink is not installed.
    """

    def __init__(self, spark: Any = None) -> None:
        try:
            import splink  # noqa: PLC0415 — an extra: only who looks for matches has it
        except ImportError as error:
            raise Unavailable(
                "looking for probable matches needs Splink, which is not installed",
                "install Trenza with its extra: pip install 'trenza[matching]'",
            ) from error
        logging.getLogger("splink").setLevel(logging.ERROR)
        self.is_spark = spark is not None
        self._api: Any = splink.SparkAPI(spark_session=spark) if self.is_spark else splink.DuckDBAPI()

    def linker(self, records: Sequence[Record], settings: Mapping[str, Any]) -> Any:
        """Splink's linker over records."""
        from splink import Linker, SettingsCreator  # noqa: PLC0415 — an extra

        lists = sorted({record.list for record in records})
        tables = [[record for record in records if record.list == name] for name in lists]
        frames = [
            self._api.register(_table(each), dataset_display_name=f"list_{place}") for place, each in enumerate(tables)
        ]
        kind = "link_only" if len(lists) > 1 else "dedupe_only"
        return Linker(
            frames if len(lists) > 1 else frames[0],
            SettingsCreator(link_type=kind, **settings),
            log_level=logging.ERROR,
            validate_settings=False,
        )


def train(records: Iterable[Record], engine: Engine, key: str = "people") -> MatchModel:
    """Learn a model from records.

    Args:
        records: of people; of one list, or of two that are to be linked.
        engine: where.
        key: of the document that is made.

    Raises:
        Invalid: there are too few of them, or they say too little to learn from.
    """
    ordered = sorted(records, key=lambda record: record.leaf)
    fields = _filled(ordered)
    comparisons = [each for each in COMPARISONS if fields.issuperset(each.fields)]
    passes = [rule for rule in _PASSES if fields.issuperset(rule)]
    if len(ordered) < FEWEST or len(comparisons) < 3 or len(passes) < 2:  # noqa: PLR2004 — see the message
        raise Invalid(
            f"{len(ordered)} people with {', '.join(sorted(fields)) or 'no traits'} are not enough to learn from",
            f"there must be {FEWEST} people or more, and three things to compare: names, birthday, address …",
        )
    known = {*fields, *(key for key, field in KEYS.items() if field in fields)}
    blocking = [rule for rule in BLOCKING if known.issuperset(rule)]
    linker = engine.linker(ordered, splink_settings(comparisons, blocking, engine, None))
    strict = [_block(rule) for rule in _STRICT if fields.issuperset(rule)]
    if strict:
        linker.training.estimate_probability_two_random_records_match(strict, recall=_RECALL)
    if not linker.misc.save_model_to_json()["probability_two_random_records_match"]:
        raise Invalid(
            "nobody seems to come twice: no two people agree on names and birthday, names and address, or the like",
            "there is nothing to learn from, and likely nothing to find",
        )
    linker.training.estimate_u_using_random_sampling(max_pairs=_MOST_PAIRS, seed=_SEED)
    _learn(linker, comparisons, passes)
    return _learned(linker, comparisons, blocking, key, len(ordered))


def predict(model: MatchModel, records: Iterable[Record], engine: Engine, least: float | None = None) -> list[Pair]:
    """The pairs of records that weigh enough, in order.

    Args:
        model: the trained one.
        records: of one list, or of two that are linked.
        engine: where.
        least: match weight from which a pair is given; None: the model's own.
    """
    ordered = sorted(records, key=lambda record: record.leaf)
    comparisons = [each for each in COMPARISONS if each.name in model.comparisons]
    linker = engine.linker(ordered, splink_settings(comparisons, model.blocking, engine, model))
    found = linker.inference.predict(threshold_match_weight=model.review if least is None else least)
    rows = found.as_record_list()
    return sorted(_pair(int(row["unique_id_l"]), int(row["unique_id_r"]), float(row["match_weight"])) for row in rows)


def _pair(one: Leaf, other: Leaf, weight: float) -> Pair:
    return Pair(min(one, other), max(one, other), weight)


def _filled(records: Sequence[Record]) -> set[Field]:
    """Fields that enough records have, and that tell some apart."""
    held = Counter(field for record in records for field in record.values)
    enough = [field for field in FIELDS if held[field] >= max(len(records) * _LEAST_FILLED, 2)]
    return {field for field in enough if len({record.values.get(field) for record in records} - {None}) > 1}


def _learn(linker: Any, comparisons: Sequence[Comparison], passes: Sequence[tuple[Field, ...]]) -> None:
    """Let one pass after another teach what those before it could not, until everything was learned."""
    looked_at = {each.name: {*each.fields, *each.optional} for each in comparisons}
    left = set(looked_at)
    for rule in passes:
        taught = {name for name in left if looked_at[name].isdisjoint(rule)}
        if taught and _pass(linker, rule):
            left -= taught
    if left:
        raise Invalid(
            f"nobody who comes twice could be told by anything else than {', '.join(sorted(left))}",
            "there must be people who come twice and agree on their birthday, their names, or the like",
        )


def _pass(linker: Any, rule: Sequence[Field]) -> bool:
    """One pass among the pairs that agree on something; False where none of them is one person."""
    from splink.internals.exceptions import EMTrainingException  # noqa: PLC0415 — an extra

    try:
        linker.training.estimate_parameters_using_expectation_maximisation(_block(rule), max_pairs=_MOST_PAIRS)
    except (ValueError, EMTrainingException):  # the share of true pairs has come to nothing, and its logarithm is none
        return False
    return True


def _table(records: Sequence[Record]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 — a start that trains nothing need not wait for it

    columns: dict[str, Any] = {"unique_id": pa.array([record.leaf for record in records], pa.int64())}
    rows = [with_keys(record.values) for record in records]
    for field in (*FIELDS, *KEYS):
        columns[field] = pa.array([row.get(field) for row in rows], pa.string())
    return pa.table(columns)


def splink_settings(
    comparisons: Sequence[Comparison],
    blocking: Sequence[Sequence[Field | Key]],
    engine: Engine,
    model: MatchModel | None,
) -> dict[str, Any]:
    """What Splink is told: the comparisons with their levels, and the chances where they are learned already."""
    prior = {} if model is None else {"probability_two_random_records_match": model.prior}
    return {
        "comparisons": [_comparison(each, engine, model) for each in comparisons],
        "blocking_rules_to_generate_predictions": [_block(rule) for rule in blocking],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        **prior,
    }


def _comparison(comparison: Comparison, engine: Engine, model: MatchModel | None) -> dict[str, Any]:
    missing = " OR ".join(f'"{field}_l" IS NULL OR "{field}_r" IS NULL' for field in comparison.fields)
    levels: list[dict[str, Any]] = [
        {"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True},
    ]
    for level in comparison.levels:
        chances = model.comparisons[comparison.name][level.name] if model is not None else None
        known = {} if chances is None else {"m_probability": chances.m, "u_probability": chances.u}
        levels.append({"sql_condition": _condition(level, engine), "label_for_charts": level.name, **known})
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _condition(level: Level, engine: Engine) -> str:
    return " AND ".join(_term(each, engine) for each in level.conditions) or "ELSE"


def _term(condition: Condition, engine: Engine) -> str:
    left, right = f'"{condition.field}_l"', f'"{condition.field}_r"'
    if condition.test == "same":
        return f"{left} = {right}"
    if condition.test == "alike":
        likeness = "jaro_winkler" if engine.is_spark else "jaro_winkler_similarity"
        return f"{likeness}({left}, {right}) >= {condition.bound - SLACK:.10f}"
    if condition.test == "edits":
        return f"damerau_levenshtein({left}, {right}) <= {int(condition.bound)}"
    return f'({left} = "{condition.other}_r" AND {right} = "{condition.other}_l")'


def _block(rule: Sequence[Field | Key]) -> Any:
    from splink import block_on  # noqa: PLC0415 — an extra

    return block_on(*rule)


def _learned(
    linker: Any, comparisons: Sequence[Comparison], blocking: Sequence[tuple[Field | Key, ...]], key: str, records: int
) -> MatchModel:
    told = linker.misc.save_model_to_json()
    by_name = {each["output_column_name"]: each["comparison_levels"] for each in told["comparisons"]}
    prior = float(told["probability_two_random_records_match"])
    return MatchModel(
        key=key,
        prior=_rounded(min(max(prior, 1 / max(records, 2) ** 2), 0.5)),
        review=0.0,
        blocking=tuple(blocking),
        comparisons={each.name: dict(_chances(each, by_name[each.name])) for each in comparisons},
    )


def _chances(comparison: Comparison, told: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Chance]]:
    by_level = {each["label_for_charts"]: each for each in told}
    for level in comparison.levels:
        found = by_level[level.name]
        m, u = found.get("m_probability"), found.get("u_probability")
        yield level.name, Chance(_chance(m, _LEAST_M), _chance(u, _LEAST_U))


def _chance(found: object, least: float) -> float:
    return _rounded(max(float(found), least)) if isinstance(found, int | float) else least


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
