"""How fast the real till lines go in, from files to facts, against inserting the same messages into SQLite.

    python bench/importing.py

`trenza import` takes the 155,848 baskets (1,469,307 till lines) as JSON Lines, `trenza process --until-idle` takes them
through the hallway. The baseline is the plain loop of `process.py` over the same messages.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from harness import Figure, command, compared, figure, timed
from process import BASELINE, insert_plainly

from trenza.demo import Retail

TODAY = date(2026, 1, 1)
ROUNDS = 1


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Baskets a second into the log, and into the state; the seconds of the whole."""
    logged: list[float] = []
    whole: list[float] = []
    against: list[float] = []
    seconds: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            file, data = Path(folder) / "baskets.jsonl", Path(folder) / "data"
            count = write_baskets(file)
            importing = timed(partial(command, "import", str(file), "--source", "till", "--data", str(data)))
            processing = timed(partial(command, "process", "--until-idle", "--data", str(data)))
            against.append(count / timed(partial(insert_plainly, Path(folder) / "plain.db", bodies_of(file))))
        logged.append(count / importing)
        whole.append(count / (importing + processing))
        seconds.append(importing + processing)
    return [
        compared("baskets imported and processed", whole, "events/s", BASELINE, against),
        figure("the till lines from file to facts", seconds, "s", wanted="< 120 s"),
        figure("baskets imported into the log", logged, "events/s"),
    ]


def write_baskets(file: Path) -> int:
    """The real baskets as JSON Lines; returns how many."""
    count = 0
    with file.open("wb") as out:
        for message in Retail(TODAY).baskets((None, None)):
            out.write(message + b"\n")
            count += 1
    return count


def bodies_of(file: Path) -> Iterator[bytes]:
    """The file's messages in batches of a hundred."""
    with file.open("rb") as lines:
        while some := list(islice(lines, 100)):
            yield b'{"batch":[' + b",".join(some) + b"]}"


if __name__ == "__main__":
    for each in measure():
        print(f"{each.name}: {each.value:,.1f} {each.unit}" + (f", ratio {each.ratio:.2f}" if each.ratio else ""))
