import pytest

from trenza.content import count_parts


@pytest.mark.parametrize(
    ("encoding", "units", "parts", "text"),
    [
        ("gsm-7", 0, 1, ""),
        ("gsm-7", 160, 1, "a" * 160),
        ("gsm-7", 161, 2, "a" * 161),
        ("gsm-7", 306, 2, "ñ" * 306),
        ("gsm-7", 307, 3, "ñ" * 307),
        ("gsm-7", 160, 1, "€" * 80),
        ("gsm-7", 162, 2, "€" * 81),
        ("ucs-2", 70, 1, "á" * 70),
        ("ucs-2", 71, 2, "á" * 71),
        ("ucs-2", 134, 2, "á" * 134),
        ("ucs-2", 135, 3, "á" * 135),
        ("ucs-2", 70, 1, "😀" * 35),
        ("ucs-2", 72, 2, "😀" * 36),
    ],
)
def test_parts_are_counted_as_the_networks_count_them(encoding: str, units: int, parts: int, text: str) -> None:
    found = count_parts(text)

    assert (encoding, units, parts) == (found.encoding, found.units, found.parts)


def test_an_extension_character_is_never_cut_in_two() -> None:
    found = count_parts("a" * 152 + "€" + "a" * 152)  # 306 septets would fit in two parts but for the pair at 153

    assert (306, 3) == (found.units, found.parts)


def test_a_surrogate_pair_is_never_cut_in_two() -> None:
    found = count_parts("á" * 66 + "😀" + "á" * 66)

    assert (134, 3) == (found.units, found.parts)


def test_what_makes_a_text_dear_is_named_once() -> None:
    assert ("á", "’") == count_parts("Está aquí: l’Añorada ’á".replace("í", "i")).outside
