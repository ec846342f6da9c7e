"""Are the register schemas sound, and do they hold every field that a task writes down?"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

REGISTERS = Path(__file__).parents[2] / "config" / "registers"
CODES = [f"R{number:02d}" for number in (*range(1, 22), 26, 33, 34, 45)]
TYPES = {"string", "number", "boolean", "array", "object", "null"}
MEANINGS = {"user", "org", "ref", "file", "yen"}

FIELDS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "register_fields.toml").read_text(encoding="utf-8")
)


def schema(code: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((REGISTERS / f"{code}.json").read_text(encoding="utf-8"))
    return read


def properties_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns and, below them, what their lists hold."""
    found = list(node.get("properties", {}).values())
    for one in list(found):
        found += properties_of(one.get("items", {}))
    return found


def test_the_registers_are_those_of_the_office() -> None:
    files = sorted(file.name for file in REGISTERS.iterdir())

    assert files == [f"{code}.json" for code in CODES]


@pytest.mark.parametrize("code", CODES)
def test_a_schema_says_what_lists_and_numbers_need(code: str) -> None:
    made = schema(code)

    columns = list(made["properties"])
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["x-code"] == code
    assert made["title"]
    assert made["x-labels"]["en"]
    assert made["x-columns"] == columns
    assert {*made["x-list"], *made["required"], made["x-subject"]} <= set(columns)
    assert made["additionalProperties"] is False


@pytest.mark.parametrize("code", CODES)
def test_a_schema_uses_only_known_types(code: str) -> None:
    for column in properties_of(schema(code)):
        kinds = [column["type"]] if isinstance(column["type"], str) else column["type"]

        assert set(kinds) <= TYPES
        assert column.get("x-type") in MEANINGS | {None}
        assert (column.get("x-type") == "ref") == ("x-register" in column)


@pytest.mark.parametrize("code", CODES)
def test_a_column_may_be_empty_unless_it_is_required(code: str) -> None:
    made = schema(code)

    for name, column in made["properties"].items():
        assert ("null" in column["type"]) == (name not in made["required"])


@pytest.mark.parametrize("code", FIELDS)
def test_a_register_has_a_column_for_each_field(code: str) -> None:
    columns = set(schema(code)["properties"])

    assert set(FIELDS[code].split()) - columns == set()


def test_no_two_registers_number_their_records_alike() -> None:
    prefixes = [made["x-prefix"] for made in map(schema, CODES) if "x-prefix" in made]

    assert len(set(prefixes)) == len(prefixes)


def test_only_the_survey_register_is_anonymous() -> None:
    anonymous = [code for code in CODES if schema(code).get("x-anonymous")]

    assert anonymous == ["R11"]
