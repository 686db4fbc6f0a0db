"""The reference says what the code says."""

from pathlib import Path

from tests.api.test_errors import ERRORS

from trenza.access import RIGHTS, ROLES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_http_reference_names_every_right_and_every_code() -> None:
    page = (DOCS / "reference" / "http.md").read_text(encoding="utf-8")

    assert [] == [right for right in RIGHTS if f"| `{right}` |" not in page]
    assert [] == [code for code in ERRORS if f"`{code}`" not in page]


def test_the_guide_names_every_role() -> None:
    page = (DOCS / "howto" / "sign-in-and-let-programs-in.md").read_text(encoding="utf-8")

    assert [] == [role for role in ROLES if f"\n| {role} |" not in page]
