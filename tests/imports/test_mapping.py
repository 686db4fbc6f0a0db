from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.imports import TableMapping, read_mapping
from trenza.imports.values import TYPES, Field, Unfit, value_of
from trenza.kernel import Faulty

ORDERS = """
type: track
event: Order Completed
message_id: {column: order, prefix: order-}
timestamp: {column: bought, format: "%d/%m/%Y %H:%M", zone: Europe/Madrid}
user_id: {column: customer}
identifiers:
  loyalty_card: {column: card}
  email: {column: mail}
properties:
  total: {column: amount, type: number, decimal: ","}
  shipping.country: {column: country, missing: ["-"]}
  currency: EUR
"""
ROW = {
    "order": "7",
    "bought": "02/03/2026 10:30",
    "customer": "u1",
    "card": " 99 ",
    "mail": "ana@example.com",
    "amount": "1.234,50",
    "country": "ES",
}


@pytest.fixture
def orders() -> TableMapping:
    return read_mapping(ORDERS, "orders.map.yaml")


def test_a_row_becomes_the_message_that_the_mapping_describes(orders: TableMapping) -> None:
    assert {
        "type": "track",
        "event": "Order Completed",
        "messageId": "order-7",
        "timestamp": "2026-03-02T09:30:00.000Z",
        "userId": "u1",
        "context": {
            "externalIds": [{"type": "loyalty_card", "id": "99"}],
            "traits": {"email": "ana@example.com"},
        },
        "properties": {"total": 1234.5, "shipping": {"country": "ES"}, "currency": "EUR"},
    } == orders.message(ROW)


def test_an_empty_cell_is_missing(orders: TableMapping) -> None:
    message = orders.message({**ROW, "mail": "  ", "country": "-", "card": ""})

    assert "context" not in message
    assert {"total": 1234.5, "currency": "EUR"} == message["properties"]


def test_an_email_of_an_identify_is_its_trait() -> None:
    mapping = read_mapping("{type: identify, identifiers: {email: {column: mail}}}", "people.map.yaml")

    assert {"type": "identify", "traits": {"email": "ana@example.com"}} == mapping.message(ROW)


def test_a_cell_of_another_type_names_its_column(orders: TableMapping) -> None:
    with pytest.raises(Unfit, match="column `amount`"):
        orders.message({**ROW, "amount": "a lot"})
    with pytest.raises(Unfit, match="column `bought`"):
        orders.message({**ROW, "bought": "2026-03-02"})


def test_all_faults_of_a_mapping_come_at_once() -> None:
    with pytest.raises(Faulty) as caught:
        read_mapping(
            "type: trakc\nproperties:\n  a: {colum: x}\n  b: {column: y, type: integer}\n  b.c: 1\n"
            "csv: {delimiter: ';;'}\ntimestamp: {column: z, zone: Mars/Base}\n",
            "bad.map.yaml",
        )

    assert {(1, 1), (1, 7), (3, 7), (4, 3), (4, 24), (6, 18), (7, 30)} <= {
        (fault.line, fault.column) for fault in caught.value.faults
    }
    assert {"bad.map.yaml"} == {fault.file for fault in caught.value.faults}


@pytest.mark.parametrize("text", ["", "[]", "type", "- type: track", "type: track\ntype: page\n", "a: [", "\t"])
def test_a_document_that_is_no_mapping_is_faulty(text: str) -> None:
    with pytest.raises(Faulty):
        read_mapping(text, "bad.map.yaml")


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        (Field(column="c", type="number"), "1,234.5", 1234.5),
        (Field(column="c", type="number"), "-7", -7),
        (Field(column="c", type="number"), Decimal("1.10"), 1.1),
        (Field(column="c", type="whole"), "7.0", 7),
        (Field(column="c", type="text"), 7.0, "7"),
        (Field(column="c", type="boolean"), "Sí", True),
        (Field(column="c", type="boolean"), "0", False),
        (Field(column="c", type="json"), '{"a": [1]}', {"a": [1]}),
        (Field(column="c", type="instant"), date(2026, 3, 2), "2026-03-02T00:00:00.000Z"),
        (Field(column="c", type="instant", zone="Europe/Madrid"), date(2026, 3, 2), "2026-03-01T23:00:00.000Z"),
        (Field(column="c", type="instant", zone="Europe/Madrid"), "2026-03-02 10:00", "2026-03-02T09:00:00.000Z"),
        (Field(column="c", type="instant", zone="Europe/Madrid"), "2026-03-02T10:00Z", "2026-03-02T10:00:00.000Z"),
        (Field(column="c", type="instant", format="epoch_seconds"), "1.5", "1970-01-01T00:00:01.500Z"),
        (Field(column="c", type="instant", format="epoch_milliseconds"), 1500, "1970-01-01T00:00:01.500Z"),
        (Field(column="c"), datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00.000Z"),
        (Field(column="c"), [1, None], [1, None]),
        (Field(constant="EUR"), None, "EUR"),
    ],
)
def test_cells_are_read_as_the_mapping_says(field: Field, cell: object, expected: object) -> None:
    assert expected == value_of(field, {"c": cell})


@given(
    st.sampled_from(["", *TYPES]),
    st.sampled_from(["", "%Y-%m-%d", "epoch_seconds", "epoch_milliseconds", "%", "\0"]),
    st.one_of(
        st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.datetimes(), st.decimals(), st.dates()
    ),
)
def test_any_cell_has_a_value_or_is_unfit(type_: str, format_: str, cell: object) -> None:
    with suppress(Unfit):
        value_of(Field(column="c", type=type_, format=format_, zone="Europe/Madrid"), {"c": cell})
