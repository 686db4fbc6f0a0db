"""All benchmarks, or those that are named; results to bench/results.json and docs/reference/benchmarks.md.

    python bench/run.py [NAME…] [--rounds N] [--people N] [--json]

Every figure stands beside a baseline of the same run. `TRENZA_BENCH_PEOPLE` sets how many people the memory is measured
with (100,000 unless told otherwise; the issue's figure is a million).
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import answers
import importing
import msgspec
import pages
import process
import recognising
import searching
from harness import ROOT, Figure, processor

import collect
import identity
import matching

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PEOPLE = 100_000


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description="Benchmarks of Trenza.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--people", type=int, default=int(os.environ.get("TRENZA_BENCH_PEOPLE", PEOPLE)))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    benches = benchmarks(options.rounds, options.people)
    unknown = sorted(set(options.names) - set(benches))
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(benches)}", file=sys.stderr)
        return 2
    found: dict[str, list[Figure]] = {}
    for name in options.names or benches:
        print(f"{name} …", file=sys.stderr)
        found[name] = benches[name]()
        for each in found[name]:
            print(line_of(each), file=sys.stderr)
    keep(found)
    print(json.dumps(msgspec.to_builtins(found)) if options.json else table(found))
    return 0


def benchmarks(rounds: int | None, people: int) -> dict[str, Callable[[], list[Figure]]]:
    """What there is, by name."""
    times = {} if rounds is None else {"rounds": rounds}
    return {
        "collect": partial(collect.measure, **times),
        "process": partial(process.measure, **times),
        "import": partial(importing.measure, **times),
        "answers": partial(answers.measure, **times),
        "identity": identity.measure,
        "matching": matching.measure,
        "people": partial(answers.measure_people, people),
        "people-search": searching.measure,
        "recognise": partial(recognising.measure, **times),
        "pages": partial(pages.measure, **times),
    }


def keep(found: dict[str, list[Figure]]) -> None:
    """Write the results, those of benchmarks that did not run today left as they were."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"figures": {}}
    kept["figures"].update(msgspec.to_builtins(found))
    machines = kept.setdefault("machines", {})
    machines |= dict.fromkeys(found, f"{processor()}, Python {platform.python_version()}")
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    figures = msgspec.convert(kept["figures"], dict[str, list[Figure]])
    write_page(PAGE, f"{_measured_on(machines)}\n\n{table(figures)}")


def _measured_on(machines: dict[str, str]) -> str:
    """Which benchmarks ran where: they may have run on different days and machines."""
    names: dict[str, list[str]] = {}
    for name, machine in sorted(machines.items()):
        names.setdefault(machine, []).append(f"`{name}`")
    return "\n".join(["Measured on:", "", *(f"- {machine}: {', '.join(each)}" for machine, each in names.items())])


def write_page(page: Path, text: str) -> None:
    """Put the table between the marks of the page."""
    if page.exists():
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def table(found: dict[str, list[Figure]]) -> str:
    """The figures as a Markdown table."""
    rows = ["| figure | value | baseline | ratio | wanted |", "|---|---:|---|---:|---|"]
    rows += [_row(each) for figures in found.values() for each in figures]
    return "\n".join(rows)


def line_of(each: Figure) -> str:
    """One figure in a line."""
    ratio = f", ratio {each.ratio:.2f}" if each.baseline else ""
    return f"  {each.name}: {number_of(each.value)} {each.unit}{ratio}" + (f" {each.details}" if each.details else "")


def number_of(value: float) -> str:
    """A number with as many digits as mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _row(each: Figure) -> str:
    against = f"{number_of(each.baseline_value)} {each.unit}: {each.baseline}" if each.baseline else ""
    ratio = f"{each.ratio:.2f}" if each.baseline else ""
    return f"| {each.name} | {number_of(each.value)} {each.unit} | {against} | {ratio} | {each.wanted} |"


if __name__ == "__main__":
    sys.exit(main())
