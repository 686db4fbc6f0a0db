"""Who the simulator lets visit: a part of the real households, each with an invented name, address and phone.

Addresses are of the domain kept for examples (RFC 2606), phones of the numbers kept for fiction (555-0100 to 555-0199),
so that nothing the demo sends could ever reach anybody.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from trenza.demo.dice import Dice
from trenza.kernel import JsonObject

_SHARE: Final = 0.36
_FIRST_NAMES: Final = {
    "es": ("Ana", "Lucía", "Carmen", "Elena", "Marta", "Sofía", "Diego", "Javier", "Luis", "Pablo", "Raúl", "Íñigo"),
    "en": ("Emma", "Olivia", "Grace", "Hannah", "Ruth", "Zoe", "James", "Liam", "Noah", "Owen", "Peter", "Samuel"),
}
_LAST_NAMES: Final = {
    "es": ("García", "Fernández", "Núñez", "Rodríguez", "Moreno", "Muñoz", "Ortega", "Peña", "Ramírez", "Vega"),
    "en": ("Adams", "Brown", "Clark", "Evans", "Foster", "Hughes", "Miller", "O'Neill", "Parker", "Wright"),
}
_AREAS: Final = (
    201,
    202,
    203,
    205,
    206,
    207,
    208,
    209,
    210,
    212,
    213,
    214,
    215,
    216,
    217,
    218,
    219,
    224,
    225,
    228,
    229,
    231,
    234,
    239,
    240,
    248,
    251,
    252,
    253,
    254,
    256,
    260,
    262,
    267,
    269,
    270,
    272,
    276,
    281,
    301,
    302,
    303,
    304,
    305,
    307,
    308,
    309,
    310,
    312,
    313,
    314,
    315,
)
_PLAIN: Final = str.maketrans("áéíóúñÍ'", "aeiounI-")


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """One person of a household who uses the shop's site, app or telephone."""

    household: int
    user_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    language: str
    timezone: str
    laptop: str
    """Anonymous id of the browser."""
    telephone: str
    """Device id of the app; empty where there is none."""
    token: str
    """Push token of the app; empty where push is off."""
    has_card: bool = True
    """False for the second adult: they use the family's tablet, but sign in without the card."""

    def traits(self) -> JsonObject:
        """What they tell when they sign in."""
        told = {
            "email": self.email,
            "phone": self.phone,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "language": self.language,
        }
        return told | ({"timezone": self.timezone} if self.timezone else {})


def visitors(households: Iterable[int], seed: str) -> Iterator[Visitor]:
    """The visitors of these households, the same for the same seed."""
    for household in households:
        dice = Dice(seed, "household", household)
        if dice.chance(_SHARE):
            first = _visitor(household, 1, dice)
            yield first
            if dice.chance(0.12):
                second = _visitor(household, 2, dice)
                yield msgspec.structs.replace(second, laptop=first.laptop, has_card=False)


def _visitor(household: int, number: int, dice: Dice) -> Visitor:
    language = "es" if dice.chance(0.55) else "en"
    first_name = dice.pick(_FIRST_NAMES[language])
    last_name = dice.pick(_LAST_NAMES[language])
    name = f"{household}-{number}"
    has_app = dice.chance(0.5)
    return Visitor(
        household=household,
        user_id=f"shopper-{name}",
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}.{name}@example.com".lower().translate(_PLAIN),
        phone=_phone(household, number),
        language=language,
        timezone=dice.pick(("America/New_York",) * 7 + ("America/Chicago",) * 2 + ("",)),
        laptop=f"browser-{name}",
        telephone=f"phone-{name}" if has_app else "",
        token=f"token-{name}" if has_app and dice.chance(0.7) else "",
    )


def _phone(household: int, number: int) -> str:
    """An own number among those kept for fiction: 100 in each area."""
    area, line = divmod(household * 2 + number, 100)
    return f"+1{_AREAS[area % len(_AREAS)]}55501{line:02d}"
