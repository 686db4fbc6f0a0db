"""What the hallway works with: the kinds of documents there are, those in force, and working sets made from them.

Working sets are kept from batch to batch and made anew when the definitions' revision grows, so that an `apply` beside
a running worker counts with the next batch.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from trenza.content import TEMPLATE_KIND
from trenza.definitions import Definitions, Kind, load_live, load_versions, revision
from trenza.events import TRACKING_PLAN, Admission, Plans, Sources
from trenza.identity import IDENTIFIER_TYPE, IdentifierTypes, Resolver, note_types, types_in
from trenza.journeys import KINDS as JOURNEY_KINDS
from trenza.journeys import Journey, Policies, Runs, versions_in_use
from trenza.matching import MATCH_MODEL
from trenza.pipeline import Rooms
from trenza.profiles import Needs, Profiles
from trenza.segments import SEGMENT, SEGMENT_TEST, Memberships
from trenza.settings import Settings
from trenza.storage import Transaction

KINDS: tuple[Kind, ...] = (
    SEGMENT,
    SEGMENT_TEST,
    *JOURNEY_KINDS,
    TEMPLATE_KIND,
    TRACKING_PLAN,
    IDENTIFIER_TYPE,
    MATCH_MODEL,
)
"""Every kind of document. A new one is listed here and nowhere else."""

InForce = Callable[[Transaction], Definitions]
"""Gives the definitions in force: the same object as long as nothing has changed."""
Pins = Mapping[str, Mapping[str, object]]
"""By journey: what a test pins of the draws."""


class LiveDefinitions:
    """The definitions in force in the database, read again only when they have changed."""

    def __init__(self) -> None:
        self._read: Definitions | None = None

    def __call__(self, tx: Transaction) -> Definitions:
        """The definitions as they are now."""
        if self._read is None or self._read.revision != revision(tx):
            self._read = load_live(tx, KINDS)
        return self._read


class Equipment:
    """Working sets for the hallway (see `pipeline.Equipment`).

    Args:
        settings: the instance's.
        secret: the instance's.
        sources: the live view of the sources.
        in_force: gives the definitions.
        pins: what a test pins of the journeys' draws.
    """

    def __init__(
        self,
        settings: Settings,
        secret: bytes,
        sources: Sources,
        in_force: InForce,
        pins: Pins | None = None,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._sources = sources
        self._in_force = in_force
        self._pins = pins or {}
        self._resolver: Resolver | None = None
        self._tools: Tools | None = None

    def admission(self, tx: Transaction) -> Admission:
        """The way in: sources, limits and tracking plans as they are now."""
        return Admission(self._sources, self.tools(tx).plans, self._settings.no_consent_object)

    def rooms(self, tx: Transaction) -> Rooms:
        """Working sets that know the definitions as they are now."""
        tools = self.tools(tx)
        return Rooms(self._resolver_for(tx, tools.types), tools.profiles, tools.memberships, tools.runs)

    def profiles(self, tools: "Tools") -> Profiles:
        """A fresh working set of facts."""
        return self._new_profiles(tools.needs)

    def tools(self, tx: Transaction) -> "Tools":
        """What is made of the definitions in force; made anew where they have changed."""
        definitions = self._in_force(tx)
        if self._tools is None or self._tools.definitions is not definitions:
            self._tools = self._make(tx, definitions)
        return self._tools

    def forget(self) -> None:
        """Drop every working set: a micro-batch broke off, and what it left in memory never happened."""
        self._resolver = None
        self._tools = None

    def _make(self, tx: Transaction, definitions: Definitions) -> "Tools":
        policies = Policies(
            zone=self._settings.timezone,
            language=self._settings.language,
            caps=definitions.of("Cap"),
            quiet_hours=definitions.of("QuietHours"),
            pins=self._pins,
        )
        older = _older_journeys(tx, definitions)
        needs = _needs(definitions, older.values())
        return Tools(
            definitions=definitions,
            types=types_in(definitions),
            plans=Plans(definitions.of("TrackingPlan").values()),
            policies=policies,
            memberships=Memberships(definitions.of("Segment"), self._settings.timezone),
            runs=Runs(definitions.of("Journey"), policies, lambda key, version: older.get((key, version))),
            needs=needs,
            profiles=self._new_profiles(needs),
        )

    def _new_profiles(self, needs: Needs) -> Profiles:
        return Profiles(needs, country=self._settings.country, secret=self._secret)

    def _resolver_for(self, tx: Transaction, types: IdentifierTypes) -> Resolver:
        """The resolver, which remembers people; another one where the types have changed."""
        if self._resolver is None or self._resolver.types is not types:
            note_types(tx, types)
            settings = self._settings
            self._resolver = Resolver(self._secret, types, settings.blocked_values, settings.country)
        return self._resolver


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What is made of one revision of the definitions."""

    definitions: Definitions
    types: IdentifierTypes
    plans: Plans
    policies: Policies
    memberships: Memberships
    runs: Runs
    needs: Needs
    profiles: Profiles
    """The hallway's own, that remembers people."""


def _needs(definitions: Definitions, older: Iterable[Journey]) -> Needs:
    """What the definitions look at."""
    wanted = [segment.where.needs for segment in definitions.of("Segment").values()]
    wanted += [journey.needs for journey in (*definitions.of("Journey").values(), *older)]
    return Needs(
        events=frozenset().union(*(each.events for each in wanted)),
        held=frozenset().union(*(each.held for each in wanted)),
    )


def _older_journeys(tx: Transaction, definitions: Definitions) -> dict[tuple[str, str], Journey]:
    """Journeys by (key, version) that runs go on with although another version is in force."""
    live = definitions.versions.get("Journey", {})
    wanted = {("Journey", key, version) for key, version in versions_in_use(tx) if live.get(key) != version}
    found = load_versions(tx, KINDS, wanted) if wanted else {}
    return {(key, version): journey for (_, key, version), journey in found.items()}
