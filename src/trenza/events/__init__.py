"""Events: the message model, validation, tracking plans, time correction, failed events.

A request's body is judged at the door (`refusal`), kept in the log as it came, and admitted later (`Admission`): split,
deduplicated, dated and numbered. What does not pass is a failed event, which can be seen and replayed.
"""

from trenza.events.admission import UNKNOWN_KEY, Admission, keep_out, refusal
from trenza.events.consents import is_withheld
from trenza.events.emissions import emit, relay
from trenza.events.erasure import erase_events, redact_late
from trenza.events.errors import InvalidSource, SourceTaken
from trenza.events.failures import Replayed, failed_page, list_failed, replay_failed
from trenza.events.history import TimelinePage, export_events, heard_of, lake_page, latest, printed, timeline
from trenza.events.leftovers import LogItem, failed_until, log_items
from trenza.events.limits import Bucket, Limit, full, take, wait_for
from trenza.events.mentions import names, phone_tail, phone_tails, words
from trenza.events.model import (
    EVENTS_PER_ENTRY,
    INTERNAL,
    MESSAGE_TYPES,
    Answers,
    Emission,
    Erased,
    Event,
    FailedEvent,
    MessageType,
    Occurrence,
    Source,
    StoredEvent,
    dig,
)
from trenza.events.plain import PlainBody, read_plain
from trenza.events.plans import TRACKING_PLAN, Plans, TrackingPlan, read_plan
from trenza.events.snippet import browser_snippet
from trenza.events.sources import INTERNAL_SOURCE, Sources, add_source, change_source, ensure_source, list_sources
from trenza.events.store import all_emissions, count_events, find_events, find_source_by_key, load_history, store_events
from trenza.events.tallies import (
    CONVERSION,
    EventCount,
    Sales,
    count_by_channel,
    last_heard,
    list_sales,
    tally_events,
)
from trenza.events.validate import sane_message_id
from trenza.events.wire import (
    BATCH,
    BATCH_LIMIT,
    BODY_LIMIT,
    ITEM_LIMIT,
    ROUTES,
    Extent,
    body_keys,
    byte_faults,
    check_depth,
    header_key,
    measure,
    read_body,
    split,
    unpack,
)

__all__ = [
    "BATCH",
    "BATCH_LIMIT",
    "BODY_LIMIT",
    "CONVERSION",
    "EVENTS_PER_ENTRY",
    "INTERNAL",
    "INTERNAL_SOURCE",
    "ITEM_LIMIT",
    "MESSAGE_TYPES",
    "ROUTES",
    "TRACKING_PLAN",
    "UNKNOWN_KEY",
    "Admission",
    "Answers",
    "Bucket",
    "Emission",
    "Erased",
    "Event",
    "EventCount",
    "Extent",
    "FailedEvent",
    "InvalidSource",
    "Limit",
    "LogItem",
    "MessageType",
    "Occurrence",
    "PlainBody",
    "Plans",
    "Replayed",
    "Sales",
    "Source",
    "SourceTaken",
    "Sources",
    "StoredEvent",
    "TimelinePage",
    "TrackingPlan",
    "add_source",
    "all_emissions",
    "body_keys",
    "browser_snippet",
    "byte_faults",
    "change_source",
    "check_depth",
    "count_by_channel",
    "count_events",
    "dig",
    "emit",
    "ensure_source",
    "erase_events",
    "export_events",
    "failed_page",
    "failed_until",
    "find_events",
    "find_source_by_key",
    "full",
    "header_key",
    "heard_of",
    "is_withheld",
    "keep_out",
    "lake_page",
    "last_heard",
    "latest",
    "list_failed",
    "list_sales",
    "list_sources",
    "load_history",
    "log_items",
    "measure",
    "names",
    "phone_tail",
    "phone_tails",
    "printed",
    "read_body",
    "read_plain",
    "read_plan",
    "redact_late",
    "refusal",
    "relay",
    "replay_failed",
    "sane_message_id",
    "split",
    "store_events",
    "take",
    "tally_events",
    "timeline",
    "unpack",
    "wait_for",
    "words",
]
