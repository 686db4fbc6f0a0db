"""The digital behaviour that the till lines lack: browsing, carts, log-ins, the app, calls, consents, a store's kiosk.

Everything is a function of the seed, the day and the real households with what they really buy. Every message says so
in `context.simulated`. It covers ninety days, today among them as far as it has come, so that a cart of an hour ago is
still warm.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from trenza.demo.dice import Dice
from trenza.demo.products import Product
from trenza.demo.visitors import Visitor, visitors
from trenza.kernel import Instant, JsonObject, derived_id, encode_json, format_instant

DAYS: Final = 90
_DAY: Final = 86_400_000
_HOUR: Final = 3_600_000
_MINUTE: Final = 60_000
_HOURS: Final = (9, 6, 3, 1, 0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 7, 8, 9, 9, 9, 9, 10, 11, 12, 11)
"""How busy each hour is, UTC; the shops stand in the east of the United States."""
_STRANGERS: Final = 400
_KIOSKS: Final = ("kiosk-1", "kiosk-2", "kiosk-3")


class Simulated(msgspec.Struct, frozen=True, gc=False, order=True):
    """A message on its way out. Sorts by time."""

    at: Instant
    message_id: str
    source: str
    message: bytes


def simulate(
    favourites: Mapping[int, Sequence[Product]], seed: str, today: date, until: Instant | None = None
) -> list[Simulated]:
    """All messages of the digital channels, in order of time.

    Args:
        favourites: what each household buys; who is not in it does not visit.
        seed: the same seed, day and favourites give the same messages.
        today: the last of the ninety days.
        until: nothing is said at this instant or after it; the beginning of today without it. Another instant of the
            same day only cuts elsewhere.
    """
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp()) * 1000
    end = midnight + _DAY
    people = list(visitors(sorted(favourites), seed))
    said: list[Simulated] = []
    for visitor in people:
        said.extend(_Life(visitor, favourites[visitor.household], seed, end).live())
    said.extend(_strangers(list(favourites.values()), seed, end))
    said.extend(_kiosks(people, seed, end))
    until = midnight if until is None else until
    return sorted(each for each in said if each.at < until)


class _Speaker:
    """Writes messages of one client: who it is, where it speaks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said = 0

    def say(self, source: str, at: Instant, message: JsonObject) -> Iterator[Simulated]:
        """One message."""
        self._said += 1
        message_id = f"sim-{derived_id(self._name, str(self._said))}"
        context = message.get("context", {}) | {"simulated": True}
        body = message | {"messageId": message_id, "timestamp": format_instant(at), "context": context}
        yield Simulated(at, message_id, source, encode_json(body))


class _Life:
    """Ninety days of one visitor."""

    def __init__(self, visitor: Visitor, products: Sequence[Product], seed: str, end: Instant) -> None:
        self._who = visitor
        self._products = products
        self._dice = Dice(seed, "life", visitor.user_id)
        self._begin = end - DAYS * _DAY
        self._speaker = _Speaker(f"{seed}/{visitor.user_id}")
        self._signed_in = False
        self._carts = 0

    def live(self) -> Iterator[Simulated]:
        """Everything they do, visit by visit, and their calls."""
        visits = sorted(self._instant() for _ in range(self._dice.between(1, 9)))
        for at in visits:
            yield from self._use_app(at) if self._who.telephone and self._dice.chance(0.3) else self._browse(at)
        if self._dice.chance(0.4):
            yield from self._call(self._instant())

    def _instant(self) -> Instant:
        day = self._dice.below(DAYS)
        hour = self._dice.hour(_HOURS)
        return self._begin + day * _DAY + hour * _HOUR + self._dice.below(_HOUR)

    def _ids(self) -> JsonObject:
        ids: JsonObject = {"anonymousId": self._who.laptop}
        return ids | {"userId": self._who.user_id} if self._signed_in else ids

    def _browse(self, at: Instant) -> Iterator[Simulated]:
        yield from self._web(at, {"type": "page", "name": "Home", "properties": {"path": "/"}})
        seen: list[Product] = []
        for _ in range(self._dice.between(1, 4)):
            at += self._dice.between(8, 150) * 1000
            seen.append(product := self._dice.pick(self._products))
            yield from self._web(at, {"type": "page", "name": "Product", "properties": {"path": f"/p/{product.id}"}})
            yield from self._web(at + 300, _track("Product Viewed", _described(product)))
        if not self._signed_in and self._dice.chance(0.55):
            yield from self._sign_in(at + 20_000)
        if self._dice.chance(0.5):
            yield from self._fill_cart(at + _MINUTE, seen)

    def _sign_in(self, at: Instant) -> Iterator[Simulated]:
        self._signed_in = True
        yield from self._web(at, _identify(self._who))
        for channel, willing in (("email", 0.75), ("sms", 0.45), ("push", 0.65 if self._who.telephone else 0)):
            if willing and self._dice.chance(0.9):
                status = "granted" if self._dice.chance(willing) else "denied"
                consent = {"purpose": "marketing", "channel": channel, "status": status}
                yield from self._web(at + 1000, _track("Consent Changed", consent))

    def _fill_cart(self, at: Instant, seen: Sequence[Product]) -> Iterator[Simulated]:
        self._carts += 1
        cart = f"cart-{self._who.user_id}-{self._carts}"
        content: list[JsonObject] = []
        for product in seen:
            at += self._dice.between(5, 60) * 1000
            content.append(_described(product) | {"quantity": self._dice.between(1, 6)})
            yield from self._web(at, _track("Product Added", {"cart_id": cart, **content[-1]}))
            yield from self._web(at + 200, _track("Cart Updated", _cart(cart, content)))
        yield from self._decide(at + 2 * _MINUTE, cart, content)

    def _decide(self, at: Instant, cart: str, content: list[JsonObject]) -> Iterator[Simulated]:
        """Buy, come back to the same cart in the app, empty it, or leave it."""
        choice = self._dice.fraction()
        if choice < 0.35:  # noqa: PLR2004 — a probability; its place is here, beside its meaning
            yield from self._buy("web", at, cart, content)
        elif choice < 0.6 and self._who.telephone and self._signed_in:  # noqa: PLR2004 — the same
            yield from self._return_in_app(at + self._dice.between(10 * _MINUTE, 20 * _HOUR), cart, content)
        elif choice < 0.68:  # noqa: PLR2004 — the same
            yield from self._web(at, _track("Cart Emptied", {"cart_id": cart}))

    def _buy(self, source: str, at: Instant, cart: str, content: list[JsonObject]) -> Iterator[Simulated]:
        started = _track("Checkout Started", _cart(cart, content))
        order = _cart(cart, content) | {"order_id": f"order-{cart}"}
        bought = _track("Order Completed", order | {"revenue": order["total"]})
        speak = self._app if source == "app" else self._web
        yield from speak(at, started)
        yield from speak(at + _MINUTE, bought)

    def _return_in_app(self, at: Instant, cart: str, content: list[JsonObject]) -> Iterator[Simulated]:
        yield from self._use_app(at)
        yield from self._app(at + 30_000, _track("Cart Viewed", _cart(cart, content)))
        if self._dice.chance(0.5):
            yield from self._buy("app", at + 2 * _MINUTE, cart, content)

    def _use_app(self, at: Instant) -> Iterator[Simulated]:
        yield from self._app(at, _identify(self._who))
        yield from self._app(at + 400, _track("Application Opened", {"from_background": self._dice.chance(0.5)}))
        product = self._dice.pick(self._products)
        yield from self._app(at + 9_000, {"type": "screen", "name": "Product", "properties": {"product": product.id}})
        yield from self._app(at + 9_300, _track("Product Viewed", _described(product)))

    def _call(self, at: Instant) -> Iterator[Simulated]:
        name = "Call Missed" if self._dice.chance(0.7) else "Call Answered"
        call = {"call_id": f"call-{self._who.user_id}", "queue": self._dice.pick(("orders", "delivery"))}
        reason = {"reason": self._dice.pick(("no-answer", "busy"))} if name == "Call Missed" else {}
        said = _track(name, call | reason) | {"context": {"traits": {"phone": self._who.phone}}}
        yield from self._speaker.say("telephone", at, said)

    def _web(self, at: Instant, message: JsonObject) -> Iterator[Simulated]:
        context = message.get("context", {}) | {"locale": self._who.language}
        return self._speaker.say("web", at, message | self._ids() | {"context": context})

    def _app(self, at: Instant, message: JsonObject) -> Iterator[Simulated]:
        device = {"id": self._who.telephone} | ({"token": self._who.token} if self._who.token else {})
        context = message.get("context", {}) | {"locale": self._who.language, "device": device}
        ids = {"anonymousId": self._who.telephone, "userId": self._who.user_id}
        return self._speaker.say("app", at, message | ids | {"context": context})


def _strangers(baskets: Sequence[Sequence[Product]], seed: str, end: Instant) -> Iterator[Simulated]:
    """Browsers that look around and never say who they are."""
    for number in range(_STRANGERS):
        dice = Dice(seed, "stranger", number)
        speaker = _Speaker(f"{seed}/stranger-{number}")
        at = end - dice.below(DAYS * _DAY)
        for _ in range(dice.between(1, 5)):
            product = dice.pick(dice.pick(baskets))
            viewed = _track("Product Viewed", _described(product)) | {"anonymousId": f"stranger-{number}"}
            yield from speaker.say("web", at, viewed)
            at += dice.between(8, 150) * 1000


def _kiosks(people: Sequence[Visitor], seed: str, end: Instant) -> Iterator[Simulated]:
    """Three kiosks where one customer after another signs in: devices that are nobody's."""
    speaker = _Speaker(f"{seed}/kiosks")
    for visitor in people:
        dice = Dice(seed, "kiosk", visitor.user_id)
        if dice.chance(0.1):
            at = end - dice.below(DAYS * _DAY)
            ids = {"anonymousId": dice.pick(_KIOSKS), "userId": visitor.user_id}
            yield from speaker.say("kiosk", at, _identify(visitor) | ids)
            yield from speaker.say(
                "kiosk", at + 40_000, _track("Coupons Printed", {"coupons": dice.between(1, 5)}) | ids
            )


def _identify(visitor: Visitor) -> JsonObject:
    message: JsonObject = {"type": "identify", "traits": visitor.traits()}
    card = [{"type": "loyalty_card", "id": str(visitor.household)}]
    return message | ({"context": {"externalIds": card}} if visitor.has_card else {})


def _track(event: str, properties: JsonObject) -> JsonObject:
    return {"type": "track", "event": event, "properties": properties}


def _described(product: Product) -> JsonObject:
    return {
        "product_id": product.id,
        "name": product.name,
        "category": product.category,
        "brand": product.brand,
        "price": product.price,
        "currency": "USD",
    }


def _cart(cart: str, content: Sequence[JsonObject]) -> JsonObject:
    total = round(sum(line["price"] * line["quantity"] for line in content), 2)
    return {"cart_id": cart, "total": total, "currency": "USD", "products": list(content)}
