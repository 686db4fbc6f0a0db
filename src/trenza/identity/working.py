"""The working set: the part of the graph that a micro-batch touches, changed in memory and stored by set.

It is loaded so that nothing is asked of the database while events go by: whole groups of every identifier of the batch,
the links the batch will touch, and all links of those groups in which something may have to be decided anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from trenza.events import Event
from trenza.identity import store
from trenza.identity.assign import assign
from trenza.identity.graph import (
    MESSAGES_KEPT,
    SHARED,
    STEPS,
    Group,
    Link,
    Node,
    link_number,
    match_number,
    next_version,
    pieces,
)
from trenza.identity.hashes import hash_leaf
from trenza.identity.model import IdentifierType, Leaf, Move, Operation, Person
from trenza.identity.types import IdentifierTypes
from trenza.kernel import Instant
from trenza.storage import Transaction


class Working:
    """Nodes, links and groups in memory, and what changed of them."""

    def __init__(self, types: IdentifierTypes) -> None:
        self._types = types
        self.weights = types.weights
        self.nodes: dict[Leaf, Node] = {}
        self.links: dict[int, Link] = {}
        self.groups: dict[int, Group] = {}
        self._fresh: list[Node] = []
        self._new_nodes: list[Node] = []
        self._changed_nodes: list[Node] = []
        self._new_links: list[Link] = []
        self._changed_links: list[Link] = []
        self._before: dict[Leaf, Person] = {}
        self._stale: dict[Leaf, None] = {}
        self._split: dict[Leaf, None] = {}
        self._plains: dict[Leaf, Leaf] = {}
        """Of hashes that were never seen while the plain one was: the leaf of that."""
        self._hashes: dict[Leaf, Leaf] = {}
        """Of plain ones that were never seen while their hash was: the leaf of the hash."""
        self._held: dict[Leaf, list[int]] = {}
        """Links of those hashes, cut ones too, and those to identifiers that are not here."""
        self._gone_links: list[int] = []
        self._batch = 0
        self._people: Counter[Instant] = Counter()
        """By when their person is said to be first seen: people who came to be, less those who are others now."""
        self.operations: list[tuple[Operation, Leaf]] = []
        """What became of single identifiers since `moves` was last asked."""

    # --- remembering --------------------------------------------------------------------------------------------

    def begin(self, leaves: Iterable[Leaf], most: int) -> None:
        """A new batch begins. What it touches is kept; of the rest, the older half goes where there is too much."""
        self._batch += 1
        if len(self.nodes) > most:
            self._forget(most // 2)
        for leaf in leaves:
            if (node := self.nodes.get(leaf)) is not None:
                self.groups[node.group].batch = self._batch

    def _forget(self, most: int) -> None:
        left = 0
        for group in sorted(self.groups.values(), key=lambda group: -group.batch):
            left += len(group.members)
            if left > most:
                del self.groups[group.id]
        self.nodes = {node.number: node for group in self.groups.values() for node in group.members}
        self.links = {
            number: link for number, link in self.links.items() if link.a in self.nodes and link.b in self.nodes
        }

    # --- loading ------------------------------------------------------------------------------------------------

    def load_groups(self, tx: Transaction, numbers: Collection[Leaf]) -> None:
        """Load every identifier that hangs together with the given ones."""
        missing = [number for number in numbers if number not in self.nodes]
        if not missing:
            return
        nodes, groups, types, weigh = self.nodes, self.groups, self._types, self.weights.of
        hashed: list[Node] = []
        for number, type_, value, *rest in store.select_groups(tx, missing):
            if number in nodes:
                continue
            node = nodes[number] = Node(number, types.get(type_), value, *rest)
            node.stored = True
            if node.type.is_hash:
                hashed.append(node)
            if (group := groups.get(node.group)) is None:
                groups[node.group] = Group(node.group, [node], weigh(node), self._batch)
            else:
                group.members.append(node)
                group.weight += weigh(node)
                group.is_one = group.is_one and node.person == group.members[0].person
        for node in hashed:
            group = groups[node.group]
            named = (each.number for each in group.members if hash_leaf(each.type.name, each.value) == node.number)
            if (plain := next(named, 0)) != 0:
                group.weight -= weigh(node)
                node.plain = plain

    def load_hashes(self, tx: Transaction, parts: Collection[tuple[Leaf, IdentifierType, str]]) -> None:
        """Load what new ones among these are hashes of, and the hashes of new ones that came before them."""
        new = [part for part in parts if part[0] not in self.nodes]
        asked = {leaf: part[0] for part in new if (leaf := hash_leaf(part[1].name, part[2])) is not None}
        self._plains = store.select_plains(tx, [part[0] for part in new if part[1].is_hash])
        self.load_groups(tx, [*asked, *self._plains.values()])
        self._hashes = {plain: hashed for hashed, plain in asked.items() if hashed in self.nodes}
        self._held = {}
        if self._hashes:
            self._load_unveiled(tx)

    def _load_unveiled(self, tx: Transaction) -> None:
        hashes = self._hashes.values()
        groups = {self.nodes[leaf].group for leaf in hashes}
        self.complete(tx, [node for group in groups for node in self.groups[group].members])
        for link in store.select_links_of(tx, [*hashes]):
            self.links.setdefault(link.number, link)
            for end in (link.a, link.b):
                self._held.setdefault(end, []).append(link.number)

    def stand_in(self, leaf: Leaf) -> Leaf:
        """Where the evidence of an identifier stands, or will when the batch has come to it."""
        node = self.nodes.get(leaf)
        if node is not None:
            return node.plain or leaf
        return self._plains.get(leaf) or self._hashes.get(leaf) or leaf

    @property
    def has_veiled(self) -> bool:
        """Whether an identifier that is new in this batch stands on another one."""
        return bool(self._plains or self._hashes)

    def load_links(self, tx: Transaction, numbers: Collection[int]) -> None:
        """Load links that will be touched."""
        missing = [number for number in numbers if number not in self.links]
        if missing:
            self.links.update((link.number, link) for link in store.select_links(tx, missing))

    def complete(self, tx: Transaction, nodes: Iterable[Node]) -> None:
        """Load all links of identifiers, so that it can be worked out anew who they are."""
        lacking = [node for node in nodes if node.links is None]
        if not lacking:
            return
        for node in lacking:
            node.links = {}
        for found in store.select_links_of(tx, [node.number for node in lacking]):
            link = self.links.setdefault(found.number, found)
            if link.live:
                self._connect(link)

    def _connect(self, link: Link) -> None:
        a, b = self.nodes.get(link.a), self.nodes.get(link.b)
        if a is None or b is None:
            return
        if link.rule == "match":
            a.matches = {**(a.matches or {}), b.number: link}
            b.matches = {**(b.matches or {}), a.number: link}
            return
        if a.links is not None:
            a.links[b.number] = link
        if b.links is not None:
            b.links[a.number] = link

    # --- what an event does -------------------------------------------------------------------------------------

    def add(self, number: Leaf, type_: IdentifierType, value: str, at: Instant) -> Node:
        """Put an identifier in that was never seen."""
        node = Node(number, type_, value, number, number, first_seen=at, last_seen=at, links={}, fresh=True)
        self.nodes[number] = node
        self.groups[number] = Group(number, [node], self.weights.of_type(type_), self._batch)
        self._fresh.append(node)
        self._new_nodes.append(node)
        self._people[at] += 1
        if type_.is_hash:
            if (plain := self._plains.get(number)) is not None:
                self._follow(node, self.nodes[plain])
        elif (hashed := hash_leaf(type_.name, value)) is not None:
            self._plains[hashed] = number
            if (other := self.nodes.get(hashed)) is not None:
                self._unveil(other, node)
        return node

    def _unveil(self, hashed: Node, plain: Node) -> None:
        """Put the plain one, which is new, in the place of its hash, which follows it from now on."""
        group = self.groups[hashed.group]
        del self.groups[plain.group]
        group.weight -= self.weights.of(hashed)
        plain.degree, plain.accounts, plain.flags = hashed.degree, hashed.accounts, hashed.flags
        if plain.flags & SHARED:  # what is shared stands alone under its own number
            del self.groups[group.id]
            group.id = plain.number
            self.groups[group.id] = group
        plain.group = group.id
        held = [*self._held.get(hashed.number, ()), *(link.number for link in (hashed.links or {}).values())]
        for number in dict.fromkeys(held):
            if (link := self.links.get(number)) is not None:  # else its other end was such a hash too
                self._restand(link, hashed, plain)
        hashed.links, hashed.matches, hashed.degree, hashed.accounts = {}, None, 0, 0
        group.members[group.members.index(hashed)] = plain
        group.weight += self.weights.of(plain)
        group.batch, group.version = self._batch, next_version()
        self._mark_moved(plain)
        self._mark_moved(hashed)
        senior = min((node for node in group.members if not node.plain), key=lambda node: node.seniority)
        if not plain.flags & SHARED and not self.weights.is_light(group.weight):
            self._stale[plain.number] = None
        else:
            for node in group.members:
                self._give(node, senior.number)
        self._follow(hashed, plain)

    def _restand(self, link: Link, hashed: Node, plain: Node) -> None:
        """The same evidence, of the plain identifier."""
        other = link.b if link.a == hashed.number else link.a
        is_match = link.rule == "match"
        number = match_number(plain.number, other) if is_match else link_number(plain.number, other)
        moved = Link(number, plain.number, other, link.rule, link.count, link.first, link.last)
        moved.messages, moved.live = link.messages, link.live
        link.gone = True
        del self.links[link.number]
        self.links[number] = moved
        self._new_links.append(moved)
        if other in self._held:
            self._held[other].append(number)
        if link.stored:
            self._gone_links.append(link.number)
        if link.live:
            if (node := self.nodes.get(other)) is not None:
                around = node.matches if is_match else node.links
                if around is not None:
                    around.pop(hashed.number, None)
            self._connect(moved)

    def _follow(self, hashed: Node, plain: Node) -> None:
        """Let a hash be wherever its plain identifier is."""
        group = self.groups[plain.group]
        if (own := self.groups.get(hashed.group)) is not None and own is not group and own.members == [hashed]:
            del self.groups[hashed.group]
        if hashed not in group.members:
            group.members.append(hashed)
        hashed.plain, hashed.flags, hashed.group = plain.number, plain.flags, group.id
        group.version = next_version()
        self._mark_moved(hashed)
        self._give(hashed, plain.person)

    def newcomers(self) -> Iterable[tuple[Leaf, str, str]]:
        """Leaf, type and value of identifiers that came since the last `store`."""
        return ((node.number, node.type.name, node.value) for node in self._new_nodes)

    def mark_seen(self, node: Node) -> None:
        """Note that an identifier's dates or counts changed."""
        if not node.seen:
            node.seen = True
            if node.stored and not node.moved:
                self._changed_nodes.append(node)

    def advance(self, node: Node, at: Instant) -> None:
        """Note that an identifier was seen earlier than was known; its person may bear its number now."""
        if node.person == node.number:
            self._people[node.first_seen] -= 1
            self._people[at] += 1
        node.first_seen = at
        self.mark_seen(node)
        self.groups[node.group].version = next_version()
        if node.plain:
            return
        senior = self.nodes[node.person]
        if senior is not node and node.seniority < senior.seniority:
            former = node.person
            for other in self.groups[node.group].members:
                if other.person == former:
                    self._give(other, node.number)

    def repeat(self, link: Link, event: Event) -> None:
        """Count a message that says what a link says already."""
        at = event.timestamp
        if link.count < MESSAGES_KEPT or at <= link.last or event.type == "alias":
            self._remember(link, event)
        link.count += 1
        if at > link.last:
            link.last = at
        elif at < link.first:
            link.first = at
        if not link.seen:
            link.seen = True
            if link.stored:
                self._changed_links.append(link)
        if link.live and link.count in STEPS:
            a, b = self.nodes[link.a], self.nodes[link.b]
            if not (a.flags | b.flags) & SHARED and self.is_tense(self.groups[a.group]):
                self._stale[a.number] = None

    def is_tense(self, group: Group) -> bool:
        """Whether more of the same evidence may change who is who in a group; its links are then all loaded."""
        return not group.is_one or self.weights.is_crowded(group.weight)

    def tie(self, number: int, a: Node, b: Node, event: Event) -> None:
        """Take up a piece of evidence that is new."""
        link = Link(number, a.number, b.number)
        self.links[number] = link
        self._new_links.append(link)
        link.first = link.last = event.timestamp
        self._remember(link, event)
        link.count = 1
        self.enliven(link)

    def match(self, a: Node, b: Node, cause: str, at: Instant) -> Link:
        """Take up that two identifiers' people were accepted to be one. All around both must be complete."""
        link = Link(match_number(a.number, b.number), a.number, b.number, "match", 1, at, at, [(at, cause, "match")])
        self.links[link.number] = link
        self._new_links.append(link)
        self.enliven(link)
        return link

    def _remember(self, link: Link, event: Event) -> None:
        if event.type == "alias" and link.rule != "alias":
            link.rule = "alias"
            link.renamed = True
        messages = store.messages_of(link)
        message = (event.timestamp, event.message_id, event.source_name)
        if len(messages) < MESSAGES_KEPT or message < messages[-1]:
            messages.append(message)
            messages.sort()
            del messages[MESSAGES_KEPT:]
            link.renamed = True

    # --- evidence that lives and dies ---------------------------------------------------------------------------

    def enliven(self, link: Link) -> None:
        """Let a link count: its two identifiers hang together, unless one of them is shared or becomes so."""
        a, b = self.nodes[link.a], self.nodes[link.b]
        self._connect(link)
        if link.rule != "match":
            self._count(a, b, 1)
            self._count(b, a, 1)
        for node in (a, b):
            if node.is_over_limit and not node.flags & SHARED:
                self.share(node)
        if not (a.flags | b.flags) & SHARED:
            self._join(a, b)

    def deaden(self, link: Link) -> None:
        """Let a link no longer count. All that hangs together with both ends must be complete."""
        a, b = self.nodes[link.a], self.nodes[link.b]
        for node, other in ((a, b), (b, a)):
            held = node.matches if link.rule == "match" else node.links
            if held is not None:
                held.pop(other.number, None)
            if link.rule != "match":
                self._count(node, other, -1)
            self._split[node.number] = None
        for node in (a, b):
            if node.flags & SHARED and not node.is_over_limit:
                self.unshare(node)

    def change_life(self, link: Link, *, live: bool) -> None:
        """Cut or restore a link."""
        link.live = live
        link.renamed = True
        if not link.seen:
            link.seen = True
            self._changed_links.append(link)
        if live:
            self.enliven(link)
        else:
            self.deaden(link)

    def _count(self, node: Node, other: Node, step: int) -> None:
        before = self.weights.of(node)
        node.degree += step
        if other.is_account:
            node.accounts += step
        self.groups[node.group].weight += self.weights.of(node) - before
        self.mark_seen(node)

    def _join(self, a: Node, b: Node) -> None:
        one, other = self.groups[a.group], self.groups[b.group]
        if one is other:
            if not self.weights.is_light(one.weight):
                self._stale[a.number] = None
            return
        large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
        weight = one.weight + other.weight
        if self.weights.is_light(weight):
            self._unite(large.members, small.members)
        else:
            self._stale[a.number] = None
        for node in small.members:
            node.group = large.id
            self._mark_moved(node)
        del self.groups[small.id]
        large.members.extend(small.members)
        large.weight = weight
        large.batch = self._batch
        large.version = next_version()

    def _unite(self, one: list[Node], other: list[Node]) -> None:
        """Two groups that nothing speaks against are one person: that of the more senior."""
        first, second = one[0].person, other[0].person
        older = min(self.nodes[first].seniority, self.nodes[second].seniority)[1]
        for node in one if older == second else other:
            self._give(node, older)

    def share(self, node: Node) -> None:
        """Let an identifier join nobody from now on. All that hangs together with it must be complete."""
        group = self.groups.pop(node.group)
        hashes = [each for each in group.members if each.plain == node.number]
        group.members = [each for each in group.members if each is not node and each.plain != node.number]
        group.weight -= self.weights.of(node)
        if group.members:
            self._rename(group)
            self._split.update(dict.fromkeys(rest.number for rest in group.members))
        self._stale.pop(node.number, None)
        self._split.pop(node.number, None)
        node.flags = SHARED
        node.group = node.number
        self.groups[node.number] = Group(node.number, [node], self.weights.of(node), self._batch)
        self._mark_moved(node)
        self._give(node, node.number)
        for each in hashes:
            self._follow(each, node)
        self.operations.append(("shared", node.number))

    def _rename(self, group: Group) -> None:
        """Give a group the number of one of its members, its old one where it may stay."""
        numbers = {node.number for node in group.members}
        kept = [node.group for node in group.members if node.group in numbers]
        group.id = min(kept) if kept else min(numbers)
        for node in group.members:
            if node.group != group.id:
                node.group = group.id
                self._mark_moved(node)
        self.groups[group.id] = group

    def unshare(self, node: Node) -> None:
        """Let a shared identifier join again. It, and all that it was seen with, must be complete."""
        node.flags = 0
        self._mark_moved(node)
        self._split[node.number] = None
        for other in (*(node.links or ()), *(node.matches or ())):
            if not self.nodes[other].flags & SHARED:
                self._split[other] = None
        self.operations.append(("unshared", node.number))

    def doubt(self, leaves: Iterable[Leaf]) -> None:
        """Have it worked out anew who some identifiers are. What hangs together with them must be complete."""
        self._stale.update(dict.fromkeys(leaves))

    # --- who is who now -----------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Work out anew who is who where the evidence changed in a way that asks for it."""
        if self._split:
            asked = {self.nodes[number].group for number in (*self._split, *self._stale)}
            found = [node for each in asked for node in self.groups.pop(each).members]
            members = [node for node in found if not node.plain]
            alone = [node for node in members if node.flags & SHARED]
            self.groups.update((node.number, Group(node.number, [node], self.weights.of(node))) for node in alone)
            parts = pieces(members, self.nodes)
            for piece in parts:
                self._rename(Group(0, piece, sum(map(self.weights.of, piece)), self._batch))
            for node in found:
                if node.plain:
                    self._follow(node, self.nodes[node.plain])
            for piece in parts:
                self._assign(self.groups[piece[0].group])
        elif self._stale:
            for each in {self.nodes[number].group for number in self._stale}:
                self._assign(self.groups[each])
                self.groups[each].version = next_version()
        self._split.clear()
        self._stale.clear()

    def _assign(self, group: Group) -> None:
        found = assign([node for node in group.members if not node.plain], self.nodes)
        group.is_one = len({person for person, _ in found.values()}) == 1
        for node in group.members:
            person, flags = found[node.plain or node.number]
            if node.flags != flags:
                node.flags = flags
                self._mark_moved(node)
            self._give(node, person)

    def _give(self, node: Node, person: Person) -> None:
        if node.person != person:
            if not node.fresh:
                self._before.setdefault(node.number, node.person)
            self._people[node.first_seen] += (person == node.number) - (node.person == node.number)
            node.person = person
            self._mark_moved(node)

    def _mark_moved(self, node: Node) -> None:
        if not node.moved:
            node.moved = True
            if node.stored and not node.seen:
                self._changed_nodes.append(node)

    def moves(self) -> tuple[Move, ...]:
        """What went over to another person since this was last asked, in a fixed order."""
        if self._fresh:
            for node in self._fresh:
                node.fresh = False
            self._fresh.clear()
        if not self._before:
            return ()
        gone: dict[tuple[Person, Person], list[Leaf]] = defaultdict(list)
        for number, before in self._before.items():
            if (after := self.nodes[number].person) != before:
                gone[before, after].append(number)
        self._before.clear()
        return tuple(Move(tuple(sorted(leaves)), *persons) for persons, leaves in sorted(gone.items()))

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to store."""
        return bool(self._new_nodes or self._changed_nodes or self._new_links or self._changed_links)

    # --- storing ------------------------------------------------------------------------------------------------

    def store(self, tx: Transaction) -> None:
        """Write what changed, by set."""
        store.insert_nodes(tx, self._new_nodes)
        store.update_moved(tx, (node for node in self._changed_nodes if node.moved))
        store.update_seen(tx, (node for node in self._changed_nodes if not node.moved))
        store.insert_hashes(
            tx, [(leaf, node.number) for node in self._new_nodes if (leaf := hash_leaf(node.type.name, node.value))]
        )
        store.insert_links(tx, (link for link in self._new_links if not link.gone))
        store.delete_links(tx, self._gone_links)
        store.update_links(tx, (link for link in self._changed_links if link.renamed))
        store.update_counts(tx, (link for link in self._changed_links if not link.renamed))
        store.add_tallies(tx, self._people, Counter(node.type.name for node in self._new_nodes))
        self._people.clear()
        for node in (*self._new_nodes, *self._changed_nodes):
            node.stored, node.seen, node.moved = True, False, False
        for link in (*self._new_links, *self._changed_links):
            link.stored, link.seen, link.renamed = True, False, False
        for changed in (
            self._new_nodes,
            self._changed_nodes,
            self._new_links,
            self._changed_links,
            self._gone_links,
        ):
            changed.clear()
