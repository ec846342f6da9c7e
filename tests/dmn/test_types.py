"""Types of inputs, results and columns: conformance, conversion, allowed values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dmn.drawing import decision, definitions, input_data, literal, outcome_of, value_of

ITEMS = (
    '<itemDefinition name="t点"><typeRef>number</typeRef>'
    "<allowedValues><text>[0..100]</text></allowedValues></itemDefinition>"
    '<itemDefinition name="t人">'
    '<itemComponent name="氏名"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="点"><typeRef>t点</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="t人々" isCollection="true"><typeRef>t人</typeRef></itemDefinition>'
    '<itemDefinition name="t組" isCollection="true"><typeRef>number</typeRef>'
    "<typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>"
)
SATO = {"氏名": "佐藤", "点": Decimal(50)}


def taken(value: Any, type_ref: str) -> Any:
    """What a decision sees of an input of that type."""
    model = definitions(
        ITEMS, input_data("x", type_ref), decision("d", literal("x"), requires=["#in_x"])
    )
    return value_of(model, "d", x=value)


@pytest.mark.parametrize(
    ("value", "type_ref"),
    [
        ("新規", "string"),
        (5, "number"),
        (True, "boolean"),
        (date(2026, 5, 1), "date"),
        (None, "number"),
        (7, "t点"),
        (SATO, "t人"),
        ([SATO, SATO], "t人々"),
        ([], "t人々"),
        ({**SATO, "備考": "x"}, "t人"),
        ([1, Decimal(2)], "Any"),
        ([Decimal(1), Decimal(2)], "t組"),
        (5, "t人.点"),
        (5, "feel:number"),
        (SATO, "own:t人"),
        ([Decimal(1)], "list"),
    ],
)
def test_a_value_of_its_type_is_taken_as_it_is(value: Any, type_ref: str) -> None:
    assert taken(value, type_ref) == value


@pytest.mark.parametrize(
    ("value", "type_ref"),
    [
        ("5", "number"),
        (True, "number"),
        (1, "boolean"),
        (101, "t点"),
        ({"氏名": "佐藤"}, "t人"),
        ({"氏名": "佐藤", "点": Decimal(101)}, "t人"),
        ([SATO, "x"], "t人々"),
        ([Decimal(1)], "t組"),
        (datetime(2026, 5, 1, tzinfo=UTC), "date"),
    ],
)
def test_a_value_of_another_type_becomes_null(value: Any, type_ref: str) -> None:
    assert taken(value, type_ref) is None


def test_a_list_of_one_stands_for_its_element() -> None:
    assert taken(["新規"], "string") == "新規"


def test_a_day_becomes_its_midnight_where_a_moment_is_asked() -> None:
    assert taken(date(2026, 5, 1), "dateTime") == datetime(2026, 5, 1, tzinfo=UTC)


def test_the_note_names_what_did_not_fit() -> None:
    model = definitions(decision("判定", literal('"五"'), type_ref="number"))

    outcome = outcome_of(model, "判定")

    assert outcome.value is None
    assert [note.code for note in outcome.notes] == ["type_mismatch"]
    assert "「判定」の値が型「number」に合わない" in outcome.notes[0].message


def test_conformance_in_expressions_does_not_look_at_allowed_values() -> None:
    model = definitions(ITEMS, decision("d", literal('[101 instance of t点, "x" instance of t点]')))

    assert value_of(model, "d") == [True, False]
