from pathlib import Path

from msgspec.structs import replace

from trenza.identity import IdentifierType, IdentifierTypes

_PAGE = Path(__file__).parents[2] / "docs/reference/identifier-types.md"


def test_an_unknown_type_is_a_weak_token() -> None:
    assert ("token", 90, 3) == (
        (found := IdentifierTypes().get("till_id")).kind,
        found.priority,
        found.people,
    )


def test_a_setting_takes_the_place_of_a_default() -> None:
    types = IdentifierTypes([IdentifierType(name="email", kind="account", priority=2, people=1, normaliser="email")])

    assert "account" == types.get("email").kind
    assert ["user_id", "email"] == [each.name for each in types.listed()[:2]]


def test_the_page_tells_every_type_as_it_is() -> None:
    page = _PAGE.read_text(encoding="utf-8")

    for each in IdentifierTypes().listed():
        row = (
            f"| `{each.name}` | {each.kind} | {each.priority} | {each.people} | {each.neighbours}"
            f" | {each.per_person} | {each.normaliser} |"
        )
        assert row in page


def test_a_hash_has_the_limits_of_its_plain_type() -> None:
    types = IdentifierTypes([replace(IdentifierTypes().get("email"), people=7, per_person=4)])
    found = types.get("email_sha256")

    assert (7, 4, "sha256") == (found.people, found.per_person, found.normaliser)
