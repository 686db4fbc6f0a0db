"""The facts that the rules of this room judge, loaded with a few indexed queries whose size nothing makes grow."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from trenza.definitions import Definitions
from trenza.events import CONVERSION, INTERNAL_SOURCE, last_heard, list_sales, list_sources
from trenza.identity import count_identifiers, history
from trenza.journeys import Journey, count_goals, has_sent, sum_decisions, written_channels
from trenza.kernel import Instant
from trenza.measure.checklist import ADDRESS_TYPES, FirstFacts
from trenza.measure.days import day_at, day_spans, day_start
from trenza.measure.stages import WINDOW_DAYS, StageFacts
from trenza.profiles import has_consent
from trenza.settings import Settings
from trenza.storage import DAY, Transaction

_LATEST_JOINS = 500


def load_stage_facts(tx: Transaction, definitions: Definitions, now: Instant, zone: str) -> StageFacts:
    """What the stages ask, counted over the last `WINDOW_DAYS` local days, today among them.

    Args:
        tx: an open transaction.
        definitions: those in force.
        now: the present instant.
        zone: the instance's.
    """
    until = day_at(now, zone) + timedelta(days=1)
    spans = day_spans(until - timedelta(days=WINDOW_DAYS), until, zone)
    since = day_start(until - timedelta(days=WINDOW_DAYS), zone)
    journeys: list[Journey] = list(definitions.of("Journey").values())
    sent: Counter[str] = Counter()
    for (_, channel, verdict), sums in sum_decisions(tx, spans, DAY, ("channel", "verdict")).items():
        sent[channel] += sums[0] if verdict == "sent" else 0
    ending = [each for each in journeys if _ends_on_purchase(each)]
    return StageFacts(
        conversions_counted=sum(each.conversions for each in list_sales(tx, spans, DAY)),
        channels_heard=sum(at >= since for at in last_heard(tx).values()),
        devices_joined=sum(line.op == "merge" and line.at >= since for line in history(tx, limit=_LATEST_JOINS)),
        journeys_ending_on_purchase=len(ending),
        messages_sent=sent.total(),
        goals_reached=count_goals(tx, [each.key for each in ending], since),
        channels_written=sum(count > 0 for count in sent.values()),
        journeys_over_channels=sum(len(written_channels(each)) > 1 for each in journeys),
    )


def load_first_facts(tx: Transaction, definitions: Definitions, settings: Settings) -> FirstFacts:
    """What the first-run checklist asks."""
    journeys: list[Journey] = list(definitions.of("Journey").values())
    identifiers = count_identifiers(tx)
    return FirstFacts(
        sources=sum(source.id != INTERNAL_SOURCE.id for source in list_sources(tx)),
        has_event=bool(last_heard(tx)),
        addresses={type_: identifiers[type_] for type_ in ADDRESS_TYPES if type_ in identifiers},
        has_consent=has_consent(tx),
        service_journeys=sum(each.policy.is_service for each in journeys),
        segments=len(definitions.of("Segment")),
        journeys=len(journeys),
        real_channels=_real_channels(settings),
        written_channels=_all_channels(journeys),
        has_sent=has_sent(tx),
    )


def _ends_on_purchase(journey: Journey) -> bool:
    """Whether nobody is written to any more who has bought."""
    return any(each.event == CONVERSION for each in journey.exits)


def _real_channels(settings: Settings) -> tuple[str, ...]:
    """Channels that have a provider (`channels.open_deliverer` reads the same settings)."""
    return tuple(name for name, given in (("email", settings.smtp), ("sms", settings.twilio)) if given)


def _all_channels(journeys: Iterable[Journey]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*map(written_channels, journeys))))
