"""What is shown of one person, and what is handed over: plain JSON, for every door alike."""

from collections.abc import Iterable, Mapping, Sequence

from trenza.identity import Known, Person, person_text
from trenza.kernel import Instant, JsonObject, decode_json, encode_json, format_instant
from trenza.profiles import store
from trenza.profiles.addresses import hashed, key_of, whole_key
from trenza.profiles.facts import Facts, TraitVersion
from trenza.profiles.model import Needs
from trenza.profiles.reach import addresses, destination_of, preferred_channel
from trenza.profiles.working import Profiles
from trenza.storage import Transaction

CHANNELS = ("email", "sms", "voice", "whatsapp", "push", "web_push", "in_app", "direct_mail")
"""Channels that a person's sheet speaks of."""


def load_facts(
    tx: Transaction,
    known: Mapping[Person, Sequence[Known]],
    needs: Needs | None = None,
    secret: bytes = b"",
) -> dict[Person, Facts]:
    """The facts of people as they are stored, for doors and for the gate.

    Args:
        tx: to read with.
        known: the identifiers of each person.
        needs: whose histories to load too; None loads every trait's last version and no events.
        secret: the instance's secret.
    """
    profiles = Profiles(needs or Needs(held=frozenset()), secret=secret)
    profiles.load(tx, known)
    return {person: profiles.facts(person) for person in known}


def show(
    tx: Transaction,
    facts: Facts,
    *,
    segments: Mapping[str, Instant] | None = None,
    computed: JsonObject | None = None,
    last_used: str | None = None,
) -> JsonObject:
    """A person's sheet, as `trenza people show --json` prints it.

    Args:
        tx: to read the evidence of consents with.
        facts: the person's facts.
        segments: the segments the person is in, and since when.
        computed: computed values, by name.
        last_used: the channel of the person's latest event.
    """
    current = {name: versions[-1] for name, versions in facts.traits.items() if versions}
    given = {name: version for name, version in sorted(current.items()) if version.value is not None}
    return {
        "person": person_text(facts.person),
        "identifiers": [f"{each.type}:{each.value}" for each in facts.identifiers],
        "identifierDetails": [identifier_sheet(each) for each in facts.identifiers],
        "traits": {name: version.value for name, version in given.items()},
        "traitEvents": {
            name: {"at": format_instant(version.at), "messageId": version.message_id} for name, version in given.items()
        },
        "consents": list_consents(tx, facts),
        "reachability": {channel: _reach(facts, channel) for channel in CHANNELS},
        "segments": {key: format_instant(since) for key, since in sorted((segments or {}).items())},
        "computed": computed or {},
        "preferredChannel": preferred_channel(facts, last_used),
    }


def identifier_sheet(known: Known) -> JsonObject:
    """One identifier of a person."""
    return {
        "type": known.type,
        "value": known.value,
        "firstSeen": format_instant(known.first_seen),
        "lastSeen": format_instant(known.last_seen),
        "joins": known.joins,
    }


def list_consents(tx: Transaction, facts: Facts) -> list[JsonObject]:
    """The last word on each purpose and channel, with its evidence."""
    last = {(row[1], row[2]): row for row in store.list_consents(tx, facts.leaves)}
    return [_consent(row) for _, row in sorted(last.items())]


def former_traits(tx: Transaction, facts: Facts, limit: int = 500) -> dict[str, list[TraitVersion]]:
    """Values that traits had before the present one, the latest first; those given again in a row count once.

    Args:
        tx: to read with.
        facts: the person's facts.
        limit: how many versions are looked through, the latest.
    """
    current = {name: versions[-1].value for name, versions in facts.traits.items() if versions}
    found: dict[str, list[TraitVersion]] = {}
    for _, name, at, message_id, value in store.latest_versions(tx, facts.leaves, limit):
        version = TraitVersion(at, message_id, decode_json(value))
        former = found.setdefault(name, [])
        later = former[-1].value if former else current.get(name)
        if version.value == later and former:
            former[-1] = version
        elif version.value != later:
            former.append(version)
    return {name: former for name, former in found.items() if former}


def export_profile(tx: Transaction, facts: Facts, secret: bytes = b"") -> JsonObject:
    """Everything the room keeps of a person: every version of every trait, every word on consent, suppressions."""
    return {
        "traits": [
            {"name": name, "value": decode_json(value), "at": format_instant(at), "messageId": message_id}
            for _, name, at, message_id, value in store.load_versions(tx, facts.leaves)
        ],
        "consents": [_consent(row) for row in store.list_consents(tx, facts.leaves)],
        "suppressions": [
            {"channel": row[1], "messageId": row[2], "at": format_instant(row[4]), "reason": row[5]}
            for row in store.list_suppressions(tx, suppression_keys(facts, secret))
        ],
    }


def suppression_keys(facts: Facts, secret: bytes) -> list[str]:
    """Whatever a suppression that concerns the person may be kept under."""
    plain = {each.value for each in facts.identifiers} | {each.address for each in addresses(facts, "direct_mail")}
    keys = {key_of(secret, address) for address in plain} | {hashed(secret, address) for address in plain}
    return sorted(keys | {whole_key(leaf) for leaf in facts.leaves})


def export_person(facts: Facts, rooms: Iterable[tuple[str, object]]) -> JsonObject:
    """A person's export.

    Args:
        facts: the person's facts.
        rooms: what each room keeps of the person, by name; a written list of the composition root.
    """
    return {
        "person": person_text(facts.person),
        "identifiers": [identifier_sheet(each) for each in facts.identifiers],
        **{name: decode_json(encode_json(kept)) for name, kept in rooms},
    }


def _consent(row: store.Row) -> JsonObject:
    _, purpose, channel, at, message_id, _, status, evidence = row
    return {
        "purpose": purpose,
        "channel": channel,
        "status": status,
        "at": format_instant(at),
        "messageId": message_id,
        "evidence": decode_json(evidence),
    }


def _reach(facts: Facts, channel: str) -> JsonObject:
    destination = destination_of(facts, channel)
    held = addresses(facts, channel)
    return {
        "reachable": destination is not None,
        "address": destination.address if destination else None,
        "suppressed": bool(held) and destination is None,
    }
