"""What somebody of the house does for one person: a note, a task, a way into a journey.

A note is an event that the house says in the person's name, so timeline, export and erasure have it like any
other. A task hangs on the person's strongest identifier.
"""

from trenza.app import Instance
from trenza.events import Emission, emit
from trenza.identity import Known, Person, known_of
from trenza.journeys import ENTRY_EVENT, Journey, Task, save_tasks
from trenza.kernel import Conflict, Instant, JsonObject, NotFound, format_instant, new_id
from trenza.people.portrait import strongest
from trenza.people.story import NOTE
from trenza.storage import Transaction

_CHANNEL = "api"


def add_note(instance: Instance, person: Person, text: str, author: str) -> str:
    """Write a note on a person; it stands in the timeline as soon as the worker has taken it.

    Args:
        instance: the instance.
        person: whom it is about.
        text: what it says.
        author: id of who writes it, as the audit names them.

    Returns:
        The id of the message.
    """
    return _say(instance, person, NOTE, {"text": text, "author": author})


def enter_journey(instance: Instance, person: Person, key: str) -> str:
    """Ask for a person to enter a journey that is open to the API; whether they do is the journey's to say.

    Returns:
        The id of the message.

    Raises:
        NotFound: no journey in force has the key.
        Conflict: it is not entered so.
    """
    journey: Journey | None = instance.definitions().get("Journey", key)
    if journey is None:
        raise NotFound("no journey in force has this key", "see /journeys")
    if not journey.enter.api:
        raise Conflict("this journey is not entered by the API", "write `enter: {api: true}` into it")
    return _say(instance, person, ENTRY_EVENT, {"journey": key})


def add_task(instance: Instance, person: Person, queue: str, title: str, due: Instant | None, language: str) -> str:
    """Put a task about a person into a queue; returns its id."""
    now, id_ = instance.clock.now(), new_id()
    with instance.database.write() as tx:
        leaf = _strongest(tx, instance, person).leaf
        task = Task(
            id=id_, queue=queue, title={language: title}, due=due, person=person, leaf=leaf, journey="", run="",
            step="", created_at=now,
        )  # fmt: skip
        save_tasks(tx, [task])
    return id_


def _say(instance: Instance, person: Person, event: str, properties: JsonObject) -> str:
    message_id = new_id()
    with instance.database.write() as tx:
        known = _strongest(tx, instance, person)
        message: JsonObject = {
            "type": "track",
            "event": event,
            "timestamp": format_instant(instance.clock.now()),
            "properties": properties,
            "context": {"externalIds": [{"type": known.type, "id": known.value}]},
        }
        emit(tx, [Emission(message_id=message_id, message=message, channel=_CHANNEL)])
    return message_id


def _strongest(tx: Transaction, instance: Instance, person: Person) -> Known:
    known = known_of(tx, [person], instance.types_in(tx)).get(person)
    if not known:
        raise NotFound("nobody has this id any more", "look for them at /people")
    return strongest(known)
