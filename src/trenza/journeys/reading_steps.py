"""Reading the steps of a journey: nested lists are laid flat into named steps.

A step without a name is called by its kind and place (`wait-3`, `send-2.then1.1`). Whatever hangs on names, `goto`,
the outcome of a wait, the arms of a template, is checked when every step has been seen.
"""

from collections.abc import Callable, Iterator

from trenza.definitions import Duration, Node, Reading
from trenza.journeys.model import (
    END,
    LEVELS,
    Arm,
    Branch,
    CreateTask,
    Draw,
    Jump,
    Policy,
    Send,
    SetConsent,
    SetTraits,
    Step,
    Stop,
    Until,
    UntilEvent,
    UntilInstant,
    UntilLocal,
    UntilSegment,
    UntilTrait,
    Wait,
)
from trenza.journeys.wording import read_condition, read_days, read_names, read_slug, read_time

_LATER = ("webhook", "audience")
_MOST_STEPS = 1_000
_DEEPEST = 50


class Layout:
    """Lays the steps of one journey flat, in `steps` by name."""

    def __init__(self, reading: Reading, policy: Policy) -> None:
        self.reading = reading
        self.policy = policy
        self.steps: dict[str, Step] = {}
        self._waits: set[str] = set()
        self._jumps: list[tuple[str, Node]] = []
        self._templates: list[tuple[Node, dict[str, str]]] = []
        self._readers: dict[str, Callable[[Node, str, str], Step]] = {
            "wait": self._wait,
            "branch": self._branch,
            "experiment": self._experiment,
            "split": self._split,
            "send": self._send,
            "set": self._set,
            "task": self._task,
            "goto": self._goto,
            "end": self._end,
        }

    def read(self, node: Node) -> str:
        """Lay out the journey's list of steps; answers the name of the first."""
        items = self.reading.items(node)
        if not items and isinstance(node.value, list):
            self.reading.fault(node, "a journey without steps does nothing", "add a step")
        self._waits = set(_named_waits(node))
        first = self._sequence(items, END, "", 0)
        self._check_jumps()
        self._check_templates()
        return first

    def _sequence(self, items: list[Node], after: str, place: str, depth: int) -> str:
        """Lay out a list of steps that goes on to `after`; answers where it begins."""
        if depth > _DEEPEST or len(self.steps) > _MOST_STEPS:
            if items:
                self.reading.fault(items[0], "too many steps", f"stay below {_MOST_STEPS} and {_DEEPEST} levels")
            return after
        if not items:
            return after
        names = [self._name_of(item, f"{place}{number}") for number, item in enumerate(items, 1)]
        for item, name, following in zip(items, names, [*names[1:], after], strict=True):
            self._step(item, name, following)
        return names[0]

    def _name_of(self, node: Node, place: str) -> str:
        kind, body = self._kind(node)
        fields = body.value if body is not None and isinstance(body.value, dict) else {}
        given = fields.get("name")
        name = given.value if given is not None and isinstance(given.value, str) and given.value else f"{kind}-{place}"
        if name in self.steps:
            self.reading.fault(given or node, f"two steps are called `{name[:60]}`", "give each its own name")
        self.steps[name] = Stop(name=name)  # holds the place until the step is read
        return name

    def _kind(self, node: Node) -> tuple[str, Node | None]:
        if node.value == "end":
            return "end", None
        if isinstance(node.value, dict) and len(node.value) == 1:
            return next(iter(node.value.items()))
        return "step", None

    def _step(self, node: Node, name: str, following: str) -> None:
        kind, body = self._kind(node)
        if kind in _LATER:
            self.reading.fault(node, f"the step `{kind}` is not in this version yet", "leave it out")
        elif kind == "end":
            self.steps[name] = Stop(name=name)
        elif body is None or kind not in self._readers:
            known = ", ".join(f"`{each}`" for each in self._readers)
            self.reading.fault(node, "this is no step", f"write one of {known} and what it does")
        else:
            self.steps[name] = self._readers[kind](body, name, following)

    # Waits

    def _wait(self, node: Node, name: str, following: str) -> Step:
        if not isinstance(node.value, dict):
            return Wait(name=name, next=following, duration=self.reading.duration(node))
        fields = self.reading.mapping(node, (), ("until", "for", "timeout", "name"))
        self._named(fields)
        if ("until" in fields) == ("for" in fields):
            self.reading.fault(node, "a wait has one thing to wait for", "write `until: …`, or `wait: 20h`")
        if "for" in fields and "timeout" in fields:
            self.reading.fault_at_key(node, "timeout", "a plain duration needs no time-out", "leave it out")
        return Wait(
            name=name,
            next=following,
            duration=self.reading.duration(fields["for"]) if "for" in fields else None,
            until=self._until(fields["until"]) if "until" in fields else None,
            timeout=self.reading.duration(fields["timeout"]) if "timeout" in fields else None,
        )

    def _until(self, node: Node) -> Until:
        reading = self.reading
        if isinstance(node.value, str):
            return UntilInstant(reading.instant(node))
        fields = reading.mapping(node, (), ("event", "same", "segment", "trait", "offset", "local", "days"))
        ways = [way for way in ("event", "segment", "trait", "local") if way in fields]
        if len(ways) != 1:
            if isinstance(node.value, dict):
                reading.fault(
                    node, "a wait ends in one way", "write one of `event`, `segment`, `trait`, `local` or an instant"
                )
            return UntilEvent("")
        self._belongs(node, fields, {"same": "event", "offset": "trait", "days": "local"}, ways[0])
        if ways[0] == "event":
            same = reading.name(fields["same"]) if "same" in fields else ""
            return UntilEvent(reading.name(fields["event"]), same)
        if ways[0] == "segment":
            return UntilSegment(reading.reference(fields["segment"], "Segment"))
        if ways[0] == "trait":
            offset = reading.duration(fields["offset"], signed=True) if "offset" in fields else Duration()
            return UntilTrait(reading.name(fields["trait"]), offset)
        return self._local(fields)

    def _local(self, fields: dict[str, Node]) -> UntilLocal:
        days = read_days(fields["days"], self.reading) if "days" in fields else frozenset(range(7))
        node = fields["local"]
        if isinstance(node.value, str):
            return UntilLocal(read_time(node, self.reading), None, days)
        window = self.reading.mapping(node, ("from", "to"), ("days",))
        if "days" in window:
            days = read_days(window["days"], self.reading)
        start, end = read_time(window["from"], self.reading), read_time(window["to"], self.reading)
        if start == end and not window["to"].missing and not window["from"].missing:
            self.reading.fault(window["to"], "`from` and `to` are the same time", "write a window that has an inside")
        return UntilLocal(start, end, days)

    def _belongs(self, node: Node, fields: dict[str, Node], owners: dict[str, str], way: str) -> None:
        for field, owner in owners.items():
            if field in fields and owner != way:
                self.reading.fault_at_key(node, field, f"`{field}` belongs to `{owner}`", "leave it out")

    # Ways that part

    def _branch(self, node: Node, name: str, following: str) -> Step:
        fields = self.reading.mapping(node, ("when",), ("name", "else"))
        self._named(fields)
        arms = []
        for number, item in enumerate(self.reading.items(fields["when"]), 1):
            arm = self.reading.mapping(item, ("if", "then"))
            where = read_condition(arm["if"], self.reading, self._waits)
            arms.append(Arm(where, self._inner(arm["then"], following, f"{name}.then{number}.")))
        otherwise = self._inner(fields["else"], following, f"{name}.else.") if "else" in fields else following
        return Branch(name=name, next=following, arms=tuple(arms), otherwise=otherwise)

    def _experiment(self, node: Node, name: str, following: str) -> Step:
        fields = self.reading.mapping(node, ("name", "arms"), ("metric",))
        self._named(fields)
        weights = {arm: self._weight(weight) for arm, weight in self.reading.fields(fields["arms"]).items()}
        self._check_weights(fields["arms"], weights)
        metric = self.reading.choice(fields["metric"], ("goal",)) if "metric" in fields else ""
        return Draw(name=name, next=following, arms=tuple(weights.items()), metric=metric)

    def _split(self, node: Node, name: str, following: str) -> Step:
        fields = self.reading.mapping(node, ("name", "arms"))
        self._named(fields)
        weights, then = {}, {}
        for arm, body in self.reading.fields(fields["arms"]).items():
            parts = self.reading.mapping(body, ("weight", "then"))
            weights[arm] = self._weight(parts["weight"])
            then[arm] = self._inner(parts["then"], following, f"{name}.{arm}.")
        self._check_weights(fields["arms"], weights)
        return Draw(name=name, next=following, arms=tuple(weights.items()), then=then)

    def _weight(self, node: Node) -> int:
        return self.reading.whole(node, least=0, most=1_000_000)

    def _check_weights(self, node: Node, weights: dict[str, int]) -> None:
        if isinstance(node.value, dict) and not sum(weights.values()) and not self.reading.faults:
            self.reading.fault(node, "no arm has any weight", "give the arms weights: `{plain: 50, discount: 50}`")

    def _inner(self, node: Node, following: str, place: str) -> str:
        return self._sequence(self.reading.items(node), following, place, place.count(".") // 2 + 1)

    # Acts

    def _send(self, node: Node, name: str, following: str) -> Step:
        reading = self.reading
        fields = reading.mapping(
            node,
            ("template",),
            ("name", "channel", "any_of", "prefer", "fallback_after", "fallback_unless", "optimise"),
        )
        self._named(fields)
        if "optimise" in fields:
            reading.fault_at_key(node, "optimise", "`optimise` is not in this version yet", "leave it out")
        if ("channel" in fields) == ("any_of" in fields) and isinstance(node.value, dict):
            reading.fault(node, "a send has one channel, or several to choose from", "write `channel` or `any_of`")
        if "fallback_unless" in fields and "fallback_after" not in fields:
            reading.fault_at_key(
                node, "fallback_unless", "it says nothing without `fallback_after`", "add `fallback_after: 30m`"
            )
        if "prefer" in fields:
            reading.choice(fields["prefer"], ("person",))
        return Send(
            name=name,
            next=following,
            channels=self._channels(fields),
            template=self._template(fields["template"]),
            prefer_person="prefer" in fields,
            fallback_after=reading.duration(fields["fallback_after"]) if "fallback_after" in fields else None,
            fallback_unless=reading.choice(fields["fallback_unless"], LEVELS[1:])
            if "fallback_unless" in fields
            else LEVELS[1],
        )

    def _channels(self, fields: dict[str, Node]) -> tuple[str, ...]:
        if "any_of" in fields:
            return read_names(fields["any_of"], self.reading)
        return (read_slug(fields["channel"], self.reading),) if "channel" in fields else ()

    def _template(self, node: Node) -> str | dict[str, str]:
        if isinstance(node.value, dict):
            by_arm = {arm: self.reading.reference(each, "Template") for arm, each in node.value.items()}
            self._templates.append((node, by_arm))
            return by_arm
        return self.reading.reference(node, "Template")

    def _set(self, node: Node, name: str, following: str) -> Step:
        for later in ("list", "score"):
            if isinstance(node.value, dict) and later in node.value:
                self.reading.fault_at_key(
                    node, later, f"`set: {{{later}: …}}` is not in this version yet", "leave it out"
                )
                return Stop(name=name)
        fields = self.reading.mapping(node, (), ("trait", "consent", "name"))
        self._named(fields)
        if ("trait" in fields) == ("consent" in fields) and isinstance(node.value, dict):
            self.reading.fault(
                node, "`set` sets one thing", "write `trait: {name: value}` or `consent: {purpose, channel, is}`"
            )
        if "consent" in fields:
            return self._set_consent(fields["consent"], name, following)
        traits = self.reading.fields(fields["trait"]) if "trait" in fields else {}
        return SetTraits(name=name, next=following, traits={trait: value.plain() for trait, value in traits.items()})

    def _set_consent(self, node: Node, name: str, following: str) -> Step:
        fields = self.reading.mapping(node, ("purpose", "channel", "is"))
        channel = fields["channel"]
        return SetConsent(
            name=name,
            next=following,
            purpose=read_slug(fields["purpose"], self.reading),
            channel="*" if channel.value == "*" else read_slug(channel, self.reading),
            status=self.reading.choice(fields["is"], ("granted", "denied")),
        )

    def _task(self, node: Node, name: str, following: str) -> Step:
        fields = self.reading.mapping(node, ("queue", "title"), ("due", "name"))
        self._named(fields)
        return CreateTask(
            name=name,
            next=following,
            queue=read_slug(fields["queue"], self.reading),
            title=self.reading.localised(fields["title"]),
            due=self.reading.duration(fields["due"]) if "due" in fields else None,
        )

    def _goto(self, node: Node, name: str, _following: str) -> Step:
        target = self.reading.text(node)
        self._jumps.append((name, node))
        return Jump(name=name, next=target)

    def _end(self, _node: Node, name: str, _following: str) -> Step:
        return Stop(name=name)

    def _named(self, fields: dict[str, Node]) -> None:
        if "name" in fields:
            self.reading.name(fields["name"])

    # What hangs on names

    def _check_jumps(self) -> None:
        for name, node in self._jumps:
            target = self.steps[name].next
            if target not in self.steps:
                if isinstance(node.value, str):
                    self.reading.fault(
                        node, f"no step is called `{target[:60]}`", self.reading.suggest(target, self.steps)
                    )
                self.steps[name] = Stop(name=name)
        for name, node in self._jumps:
            if isinstance(self.steps[name], Jump) and self._returns_at_once(name):
                self.reading.fault(node, "this circle never waits", "put a `wait` on every way round")

    def _returns_at_once(self, start: str) -> bool:
        """Whether some way leads from a step back to it without a wait."""
        seen: set[str] = set()
        ahead = list(ways_out(self.steps[start]))
        while ahead:
            name = ahead.pop()
            if name == start:
                return True
            if name not in seen and name != END and not _takes_time(step := self.steps[name]):
                ahead.extend(ways_out(step))
            seen.add(name)
        return False

    def _check_templates(self) -> None:
        draws = [{arm for arm, _ in step.arms} for step in self.steps.values() if isinstance(step, Draw)]
        for node, by_arm in self._templates:
            if set(by_arm) not in draws:
                self.reading.fault(
                    node, "these are not the arms of any experiment", "name each arm of one experiment once"
                )


def _named_waits(node: Node) -> Iterator[str]:
    """Names of all waits below, whose outcome a branch may ask for."""
    if isinstance(node.value, dict) and (wait := node.value.get("wait")) is not None and isinstance(wait.value, dict):
        name = wait.value.get("name")
        if name is not None and isinstance(name.value, str):
            yield name.value
    for child in node.children():
        yield from _named_waits(child)


def ways_out(step: Step) -> tuple[str, ...]:
    """The names of the steps that may follow a step."""
    if isinstance(step, Branch):
        return (*(arm.then for arm in step.arms), step.otherwise)
    if isinstance(step, Draw) and step.then is not None:
        return tuple(step.then.values())
    return () if isinstance(step, Stop) else (step.next,)


def _takes_time(step: Step) -> bool:
    return isinstance(step, Wait) and step.duration != Duration()
