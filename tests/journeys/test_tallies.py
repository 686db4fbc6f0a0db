"""The tally of decisions says how many records there are of each verdict, also after a verdict was amended."""

from collections import Counter

from tests.journeys.test_runs import CART
from tests.journeys.test_store import SCRIPT, play
from tests.journeys.world import read_all
from trenza.journeys import Runs, erase_person, has_sent, list_decisions, sum_decisions
from trenza.journeys.moment import Amendment, Effects
from trenza.storage import DAY, Database, Span

_EVER = [Span(0, 1 << 50, 0)]


def _tally(database: Database) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    with database.read() as tx:
        for (_, *key), (count,) in sum_decisions(tx, _EVER, DAY).items():
            found[tuple(key)] += count
    return found


def _records(database: Database) -> Counter[tuple[str, str, str]]:
    with database.read() as tx:
        return Counter((each.channel, each.verdict, each.reason) for each in list_decisions(tx))


def test_every_record_counts_once_whatever_the_batches(database: Database) -> None:
    with database.read() as tx:
        assert not has_sent(tx)
    decisions = play(database, 1)

    assert len(decisions) == _tally(database).total()
    assert _records(database) == _tally(database)
    with database.write() as tx:
        assert has_sent(tx)
        erase_person(tx, {each.leaf for each in decisions})
    assert len(decisions) == _tally(database).total()  # a tally holds nobody: what was sent stays sent
    play(database, len(SCRIPT))
    assert 2 * len(decisions) == _tally(database).total()


def test_an_amended_verdict_is_counted_as_what_it_says_now(database: Database) -> None:
    sent = next(each for each in play(database, 2) if each.verdict == "sent")
    before = _tally(database)
    runs = Runs(read_all(CART)["Journey"])  # type: ignore[arg-type]  # read by their kind
    for verdict, reason in (("unknown", ""), ("skipped", "suppressed")):
        runs._effects = Effects(amendments=[Amendment(sent.id, verdict, reason, sent.at + 9)])  # type: ignore[arg-type]  # noqa: SLF001 — as a receipt does
        with database.write() as tx:
            runs.store(tx)

    assert _records(database) == _tally(database)
    changed = Counter({(sent.channel, "sent", ""): 1})
    assert before - changed + Counter({(sent.channel, "skipped", "suppressed"): 1}) == _tally(database)
