"""What admission costs an event, beside decoding it: `python bench/admit.py [BATCH]`.

Baseline: decoding the same bodies with the same decoder, and nothing else, in the same run.
"""

import sys
import time
from collections.abc import Callable

from trenza.events import Admission, Sources, add_source, store_events
from trenza.kernel import decode_json, encode_json
from trenza.storage import Database
from trenza.storage.log import Record

EVENTS = 100_000
NOW = 1_772_445_600_000


def bodies(batch: int) -> list[bytes]:
    """Batches as a browser's client makes them."""
    return [encode_json(_body(start, batch)) for start in range(0, EVENTS, batch)]


def _body(start: int, batch: int) -> dict[str, object]:
    items = [
        {
            "type": "track",
            "event": "Product Viewed",
            "userId": f"u{number % 5000}",
            "anonymousId": f"anonymous-{number % 7000}",
            "messageId": f"ajs-next-1772445600000-{number:032x}",
            "timestamp": f"2026-03-02T09:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z",
            "properties": {"product_id": str(number % 300), "price": 19.9, "currency": "EUR", "category": "Bags"},
            "context": {
                "page": {"path": "/bags", "url": "https://shop.example/bags", "title": "Bags"},
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
                "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
                "locale": "es-ES",
            },
            "integrations": {},
        }
        for number in range(start, start + batch)
    ]
    return {"batch": items, "sentAt": "2026-03-02T10:00:00.000Z", "writeKey": "k"}


def timed(work: Callable[[], object]) -> float:
    """Microseconds an event."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) / EVENTS * 1e6


def main() -> None:
    """Measure both, and what keeping the events costs on top."""
    batch = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    database = Database("sqlite://")
    database.create_tables()
    add_source(database, "web", "web", "k")
    admission = Admission(Sources(database))
    records = [Record(offset, "web", "batch", body, NOW) for offset, body in enumerate(bodies(batch), 1)]
    step = max(1000 // batch, 1)
    spent = {"admit": 0.0, "store": 0.0}
    for start in range(0, len(records), step):
        with database.write() as tx:
            begun = time.process_time()
            events = admission.admit(tx, records[start : start + step], 0)
            between = time.process_time()
            store_events(tx, [(event, event.seq % 5000) for event in events])
            spent["store"] += time.process_time() - between
            spent["admit"] += between - begun
    decode = timed(lambda: [decode_json(record.body) for record in records])
    admit, store = (spent[name] / EVENTS * 1e6 for name in ("admit", "store"))
    beyond = admit - decode
    print(
        f"decode {decode:.1f} µs   admit {admit:.1f} µs ({beyond:.1f} beyond decoding)   store {store:.1f} µs an event"
    )


if __name__ == "__main__":
    main()
