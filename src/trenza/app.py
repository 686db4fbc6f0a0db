"""The composition root: one instance, put together from its settings.

Everything that a door needs hangs on `Instance`; nothing else in the house chooses a database, a log or a clock.
"""

import contextlib
import os
import secrets
from contextlib import ExitStack
from functools import cached_property

from trenza.access import Vault, first_run_link
from trenza.channels import Connectors, Deliverer, Engagement, find_entries, open_connectors, open_deliverer
from trenza.channels import next_due as next_message_due
from trenza.content import TRIAL, Template
from trenza.definitions import Definitions
from trenza.dispatch import Gate
from trenza.equipment import Equipment, LiveDefinitions
from trenza.events import Plans, Sources, lake_page, relay
from trenza.filling import fill_search, fill_segments
from trenza.identity import Erasure, IdentifierTypes, Leaf, Move, Person, find_person, types_in
from trenza.jobs import Files
from trenza.journeys import Decision, explain, find_decisions, first_due, titles_of
from trenza.kernel import Clock, Instant, NotFound, ShiftedClock, SystemClock, guard_logs
from trenza.pipeline import CONSUMER, Hallway
from trenza.reassigning import reassign_page
from trenza.segments import next_due as next_flip
from trenza.settings import Settings
from trenza.storage import Database, Transaction, read_position
from trenza.storage.lake import Lake
from trenza.storage.log import GroupCommit, Log, SqlLog
from trenza.storage.migrations import upgrade

_SECRET_OCTETS = 32


class Instance:
    """One running Trenza.

    Args:
        settings: its settings.
        clock: tells the doors and the worker the time.
        database: the state, migrated.
        log: the event log.
        secret: what tombstones, receipts and tokens are signed with.
    """

    def __init__(self, settings: Settings, clock: Clock, database: Database, log: Log, secret: bytes) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        self.log = log
        self.secret = secret
        self.sources = Sources(database)
        self.vault = Vault(database, secret)
        self.in_force = LiveDefinitions()
        self._closing = ExitStack()

    @cached_property
    def group(self) -> GroupCommit:
        """Appends to the log for many requests at once."""
        group = GroupCommit(self.log, self.clock)
        self._closing.callback(group.close)
        return group

    @cached_property
    def hallway(self) -> Hallway:
        """Takes the log through the rooms."""
        return Hallway(self.database, self.log, self._equipment())

    @cached_property
    def deliverer(self) -> Deliverer:
        """Takes messages out of the outbox; with the sandbox's mailbox where no mail server is set."""
        gate = Gate(self._equipment())
        opened = open_deliverer(self.settings, self.database, self.clock, self.secret, self._template, gate)
        return self._closing.enter_context(opened)

    @cached_property
    def connectors(self) -> Connectors:
        """Who may call in."""
        return open_connectors(self.settings, self.database)

    @cached_property
    def engagement(self) -> Engagement:
        """Links in messages: unsubscribe, clicks, opens."""
        return Engagement(self.database, self.secret)

    @cached_property
    def lake(self) -> Lake:
        """The history as Parquet files."""
        return Lake(self.database, self.settings.lake_path)

    @cached_property
    def job_files(self) -> Files:
        """What jobs are given and what they make."""
        return Files(self.settings.data / "jobs")

    @property
    def plans(self) -> Plans:
        """The tracking plans in force."""
        return Plans(self.definitions().of("TrackingPlan").values())

    @property
    def types(self) -> IdentifierTypes:
        """The identifier types in force."""
        return types_in(self.definitions())

    def types_in(self, tx: Transaction) -> IdentifierTypes:
        """The identifier types in force, for whoever reads already."""
        return types_in(self.in_force(tx))

    def definitions(self) -> Definitions:
        """The definitions in force."""
        with self.database.read() as tx:
            return self.in_force(tx)

    def find_person(self, type_: str, value: str) -> Person | None:
        """Whose an identifier is, written as people write it."""
        with self.database.read() as tx:
            return find_person(tx, type_, value, self.settings.country, self.types_in(tx))

    def explain(self, decision: str, language: str = "") -> tuple[Decision, str]:
        """A decision's record and, in plain words, why it was taken and what the provider made of it.

        Raises:
            NotFound: there is no such record.
        """
        language = language or self.settings.language
        with self.database.read() as tx:
            found = find_decisions(tx, [decision]).get(decision)
            if found is None:
                raise NotFound("no decision has this id", "see `trenza decisions`, or /api/decisions")
            entry = find_entries(tx, [found.message]).get(found.message) if found.message else None
            titles = titles_of(self.in_force(tx).of("Journey"), language)
        came = (entry.message.state, entry.reason) if entry else ()
        return found, explain(found, language, titles, *came)

    def cut_link(self, link: str) -> tuple[Move, ...]:
        """Take a piece of evidence between two identifiers out; see `pipeline.Hallway.cut`."""
        return Hallway(self.database, self.log, self._equipment()).cut(link, self.clock.now())

    def restore_link(self, link: str) -> tuple[Move, ...]:
        """Let it count again; see `pipeline.Hallway.restore`."""
        return Hallway(self.database, self.log, self._equipment()).restore(link, self.clock.now())

    def tie(self, a: Leaf, b: Leaf, cause: str) -> tuple[str, tuple[Move, ...]]:
        """Let the people of two identifiers be one, as a match was accepted; see `pipeline.Hallway.tie`."""
        return Hallway(self.database, self.log, self._equipment()).tie(a, b, cause, self.clock.now())

    def erase_identity(self, tx: Transaction, person: Person, now: Instant) -> Erasure:
        """Take a person out of the graph, in the erasure's transaction; see `pipeline.Hallway.erase`."""
        return Hallway(self.database, self.log, self._equipment()).erase(tx, person, now)

    def first_run_link(self) -> str | None:
        """Where the first user makes the account; None once there is one."""
        return first_run_link(self.vault, self.settings.base_url, self.clock.now())

    def relay(self) -> int:
        """Hand what the house itself says to the log; returns how many messages."""
        return relay(self.database, self.log, self.clock)

    def fill_segments(self) -> int:
        """Ask new and changed segments of people who are there already, a page at a time; returns how many people."""
        return fill_segments(self.database, self._filler, self.clock.now())

    def reassign_page(self) -> float:
        """Work the next page of identifiers out anew, by the types of now; returns the share that is done."""
        return reassign_page(self.database, self._reassigner, self.clock.now())

    def fill_search(self) -> int:
        """Let people be found who are older than the search, a page at a time; returns how many identifiers."""
        return fill_search(self.database)

    def write_lake(self, now: Instant | None = None) -> int:
        """Write the next events to the lake; returns how many. With `now` it waits for a page worth writing."""
        return self.lake.write_next(lake_page, now=now)

    def next_due(self) -> Instant | None:
        """When the journeys or the outbox next have something to do, else when a window of a segment ends."""
        with self.database.read() as tx:
            soon = [due for due in (first_due(tx), next_message_due(tx)) if due is not None]
            return min(soon) if soon else next_flip(tx)

    def backlog(self) -> int:
        """About how many bodies of the log are still to be taken."""
        with self.database.read() as tx:
            return max(self.log.end() - read_position(tx, CONSUMER).offset, 0)

    def close(self) -> None:
        """Finish what was handed in and let go of every connection."""
        self._closing.close()
        self.database.close()

    @cached_property
    def _filler(self) -> Equipment:
        return self._equipment()

    @cached_property
    def _reassigner(self) -> Equipment:
        return self._equipment()

    def _equipment(self) -> Equipment:
        """Working sets of one thread."""
        return Equipment(self.settings, self.secret, Sources(self.database), LiveDefinitions())

    def _template(self, key: str) -> Template:
        if key == TRIAL.key:
            return TRIAL
        template: Template | None = self.definitions().get("Template", key)
        if template is None:
            raise LookupError(key)
        return template


def open_instance(settings: Settings, clock: Clock | None = None) -> Instance:
    """Open the instance that the settings name; its tables are made or migrated.

    Raises:
        Unavailable: a database cannot be reached.
    """
    guard_logs()
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    upgrade(database)
    beside = settings.log_url == settings.database_url
    log = SqlLog(database if beside else Database(settings.log_url))
    return Instance(settings, clock or _clock(settings), database, log, _secret(settings))


def _clock(settings: Settings) -> Clock:
    """The machine's clock; a demo's can be moved on."""
    return ShiftedClock(SystemClock(), settings.data / "clock") if settings.demo else SystemClock()


def _secret(settings: Settings) -> bytes:
    """The instance's secret: as set, else from the data folder, where it is made once and for its owner only."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.data / "secret"
    if not path.exists():
        own = path.with_name(f"secret.{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(secrets.token_hex(_SECRET_OCTETS), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret is the instance's
            os.link(own, path)
        own.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii"))
