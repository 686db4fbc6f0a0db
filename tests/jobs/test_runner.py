"""The runner under kinds that do what the test tells them."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from trenza.jobs import (
    LEASE,
    MOST_TAKES,
    Files,
    Job,
    Kind,
    Outcome,
    Prepared,
    Runner,
    Work,
    cancel_job,
    enqueue,
    find_job,
    keep_house,
    list_jobs,
    store,
)
from trenza.jobs.service import DAY, KEPT
from trenza.kernel import Conflict, Invalid, ManualClock, NotFound
from trenza.storage import Database

NOW = 1_772_442_000_000
Deed = Callable[[Work], Outcome]


class Nothing(msgspec.Struct, frozen=True):
    """No parameters."""


class Rig:
    """A runner of one kind, which does the given deed."""

    def __init__(self, database: Database, folder: Path, deed: Deed) -> None:
        self.database = database
        self.clock = ManualClock(NOW)
        self.files = Files(folder)
        self.stopped = threading.Event()
        kind: Kind[None, Nothing] = Kind(
            name="deed",
            right="admin",
            request=Nothing,
            prepare=lambda _, request: Prepared(request),
            run=lambda _, __, work: deed(work),
            taken_up="restarts",
        )
        self._runner = Runner(None, {"deed": kind}, database, self.clock, self.files)

    def ask(self) -> Job:
        return enqueue(self.database, "deed", {}, "cli", self.clock.now())

    def run(self) -> bool:
        return self._runner.run_next("deed", self.stopped)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run)
        thread.start()
        return thread

    def job(self, job: Job) -> Job:
        return find_job(self.database, job.id)


@pytest.fixture
def rig(database: Database, tmp_path: Path) -> Callable[[Deed], Rig]:
    return lambda deed: Rig(database, tmp_path / "jobs", deed)


def write_file(work: Work) -> Outcome:
    (work.folder / "a.txt").write_bytes(b"a")
    (work.folder / "draft.txt").write_bytes(b"b")
    work.progress(3, 3, "parts", "writing")
    return Outcome({"count": 3}, "a.txt")


def go_on(work: Work) -> Outcome:
    """Until somebody says otherwise; a minute is for ever."""
    last = time.monotonic() + 60
    for number in range(1_000_000):
        work.progress(number, 1_000_000, "parts", "reading")
        assert time.monotonic() < last
        time.sleep(0.005)
    return Outcome({})


def until(true: Callable[[], object]) -> None:
    last = time.monotonic() + 20
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def test_a_job_that_is_done_has_a_result_and_a_file_and_nothing_else_stays(rig: Callable[[Deed], Rig]) -> None:
    made = rig(write_file)
    asked = made.ask()
    assert ("queued", None, 0) == (asked.state, asked.started_at, asked.takes)
    made.clock.advance(5)
    assert made.run()
    assert not made.run()

    job = made.job(asked)
    assert ("done", {"count": 3}, NOW, NOW + 5, NOW + 5) == (
        job.state,
        job.result,
        job.asked_at,
        job.started_at,
        job.ended_at,
    )
    assert (3, 3, "parts", "writing") == msgspec.structs.astuple(job.progress)
    result = made.files.result(job.id, job.file)
    assert b"a" == result.read_bytes()
    assert [result] == [path for path in result.parents[1].rglob("*") if path.is_file()]


def test_many_workers_do_each_job_once(rig: Callable[[Deed], Rig]) -> None:
    runs: Counter[str] = Counter()

    def count(work: Work) -> Outcome:
        runs[work.job.id] += 1
        return Outcome({})

    made = rig(count)
    jobs = [made.ask() for _ in range(12)]
    together = threading.Barrier(4)

    def work_off() -> None:
        together.wait()
        while any(each.state == "queued" for each in list_jobs(made.database, ["deed"])):
            made.run()

    threads = [threading.Thread(target=work_off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {job.id: 1 for job in jobs} == runs
    assert {("done", 1)} == {(made.job(job).state, made.job(job).takes) for job in jobs}


def test_progress_is_seen_while_it_runs_and_cancelling_ends_it(rig: Callable[[Deed], Rig]) -> None:
    made = rig(go_on)
    job = made.ask()
    thread = made.start()
    until(lambda: made.job(job).progress.done > 0)
    assert ("running", "reading", 1_000_000) == (
        made.job(job).state,
        made.job(job).progress.phase,
        made.job(job).progress.total,
    )

    assert cancel_job(made.database, job.id, NOW).cancel_requested
    thread.join(5)
    assert not thread.is_alive()
    assert ("cancelled", NOW) == (made.job(job).state, made.job(job).ended_at)
    assert "cancelled" == cancel_job(made.database, job.id, NOW).state


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_never(rig: Callable[[Deed], Rig]) -> None:
    made = rig(write_file)
    waiting = made.ask()
    assert "cancelled" == cancel_job(made.database, waiting.id, NOW).state
    assert not made.run()

    ended = made.ask()
    made.run()
    with pytest.raises(Conflict):
        cancel_job(made.database, ended.id, NOW)
    with pytest.raises(NotFound):
        cancel_job(made.database, "job_x", NOW)


def test_a_worker_that_stops_puts_its_job_back(rig: Callable[[Deed], Rig]) -> None:
    made = rig(go_on)
    job = made.ask()
    thread = made.start()
    until(lambda: made.job(job).state == "running")
    made.stopped.set()
    thread.join(5)

    assert not thread.is_alive()
    assert ("queued", 0) == (made.job(job).state, made.job(job).takes)


def test_a_job_without_a_word_is_taken_by_another_and_the_late_one_changes_nothing(rig: Callable[[Deed], Rig]) -> None:
    held, begun = threading.Event(), threading.Event()

    def first_waits(work: Work) -> Outcome:
        if work.job.takes == 1:
            begun.set()
            held.wait(30)
        (work.folder / "a.txt").write_bytes(str(work.job.takes).encode())
        return Outcome({"take": work.job.takes}, "a.txt")

    made = rig(first_waits)
    job = made.ask()
    late = made.start()
    begun.wait(10)
    assert not made.run()
    made.clock.advance(LEASE + 1)
    until(made.run)
    held.set()
    late.join(10)

    settled = made.job(job)
    assert ("done", {"take": 2}, 2) == (settled.state, settled.result, settled.takes)
    assert b"2" == made.files.result(job.id, settled.file).read_bytes()


def test_a_job_that_no_worker_survives_is_given_up(rig: Callable[[Deed], Rig], database: Database) -> None:
    made = rig(write_file)
    job = made.ask()
    for number in range(MOST_TAKES):
        with database.write() as tx:
            assert store.claim_job(tx, "deed", f"claim-{number}", made.clock.now(), made.clock.now()) is not None
        made.clock.advance(1)
    assert made.run()

    failed = made.job(job)
    assert failed.error is not None
    assert ("failed", "unavailable") == (failed.state, failed.error.code)


@pytest.mark.parametrize(
    ("raised", "code", "why"),
    [
        (Invalid("the file is broken", "get it again"), "invalid", "the file is broken"),
        (KeyError("ana@example.com"), "internal", "the work broke off unexpectedly"),
    ],
)
def test_a_failure_is_told_in_our_words_only(
    rig: Callable[[Deed], Rig], raised: Exception, code: str, why: str
) -> None:
    def fail(_: Work) -> Outcome:
        raise raised

    made = rig(fail)
    job = made.ask()
    made.run()

    failed = made.job(job)
    assert failed.error is not None
    assert ("failed", code, why) == (failed.state, failed.error.code, failed.error.why)


def test_jobs_are_listed_last_first_by_pages(rig: Callable[[Deed], Rig]) -> None:
    made = rig(write_file)
    jobs: list[str] = []
    for _ in range(5):
        jobs.insert(0, made.ask().id)
        made.clock.advance(1)
    made.run()

    first = list_jobs(made.database, ["deed"], limit=2)
    rest = list_jobs(made.database, ["deed"], before=(first[-1].asked_at, first[-1].id))
    assert jobs == [job.id for job in (*first, *rest)]
    assert jobs[-1:] == [job.id for job in list_jobs(made.database, ["deed"], ended=True)]
    assert jobs[:-1] == [job.id for job in list_jobs(made.database, ["deed"], ended=False)]
    assert [] == list_jobs(made.database, ["other"])


def test_what_is_old_goes_with_its_file(rig: Callable[[Deed], Rig]) -> None:
    made = rig(write_file)
    job = made.ask()
    made.run()
    result = made.files.result(job.id, made.job(job).file)
    upload = made.files.receive()
    upload.finish()

    assert 0 == keep_house(made.database, made.files, NOW + KEPT)
    assert result.exists()
    made.files.check_upload(upload.id)
    distant = time.time_ns() // 1_000_000 + KEPT + 2 * DAY
    assert 2 == keep_house(made.database, made.files, distant)
    assert not result.exists()
    with pytest.raises(NotFound):
        made.job(job)
