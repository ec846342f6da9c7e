"""Boxed expressions: what each computes, and when it has no value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dmn.drawing import decision, definitions, literal, outcome_of, value_of


def value(logic: str, **inputs: Any) -> Any:
    return value_of(definitions(decision("d", logic)), "d", **inputs)


def entry(name: str, logic: str, type_ref: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{typed}/>{logic}</contextEntry>'


def filtered(source: str, match: str) -> str:
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


def quantified(kind: str, source: str, test: str) -> str:
    inside = f"<in>{literal(source)}</in><satisfies>{literal(test)}</satisfies>"
    return f'<{kind} iteratorVariable="x">{inside}</{kind}>'


def loop(source: str, body: str) -> str:
    inside = f"<in>{literal(source)}</in><return>{literal(body)}</return>"
    return f'<for iteratorVariable="x">{inside}</for>'


def choice(condition: str) -> str:
    return (
        f"<conditional><if>{literal(condition)}</if><then>{literal('1')}</then>"
        f"<else>{literal('2')}</else></conditional>"
    )


def function(parameters: str, body: str, kind: str = "FEEL") -> str:
    formal = "".join(
        f'<formalParameter name="{name}" typeRef="{type_ref}"/>'
        for name, _, type_ref in (one.partition(":") for one in parameters.split(",") if one)
    )
    return f'<functionDefinition kind="{kind}">{formal}{literal(body)}</functionDefinition>'


def test_later_entries_of_a_context_see_the_earlier_ones_by_names_with_spaces() -> None:
    logic = (
        f"<context>{entry('基本 額', literal('10'))}{entry('税', literal('基本 額 * 2'))}</context>"
    )

    assert value(logic) == {"基本 額": Decimal(10), "税": Decimal(20)}


def test_the_result_cell_of_a_context_is_its_value() -> None:
    result = f"<contextEntry>{literal('a + 1')}</contextEntry>"

    assert value(f"<context>{entry('a', literal('1'))}{result}</context>") == 2


def test_an_entry_that_does_not_fit_its_type_is_null_with_a_note() -> None:
    logic = f"<context>{entry('a', literal('1'), 'string')}</context>"

    outcome = outcome_of(definitions(decision("d", logic)), "d")

    assert outcome.value == {"a": None}
    assert [note.code for note in outcome.notes] == ["type_mismatch"]


def test_a_relation_is_a_list_of_contexts() -> None:
    row = f"<row>{literal('1')}{literal('2')}</row>"
    logic = f'<relation><column name="a"/><column name="b"/>{row}{row}</relation>'

    assert value(logic) == [{"a": 1, "b": 2}, {"a": 1, "b": 2}]


def test_a_list_holds_the_values_of_its_boxes() -> None:
    assert value(f"<list>{literal('1')}{literal('true')}</list>") == [1, True]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("1 < 2", 1), ("1 > 2", 2), ("null", 2), ('"ja"', None)],
    ids=["true", "false", "null", "no truth value"],
)
def test_a_conditional_chooses_by_a_truth_value(condition: str, expected: int | None) -> None:
    assert value(choice(condition)) == expected


@pytest.mark.parametrize(
    ("source", "match", "expected"),
    [
        ("[1, 2, 3]", "item > 1", [2, 3]),
        ("[1, 2, 3]", "item > 3", []),
        ("[1, 2, 3]", '"no truth value"', None),
        ("[{点: 1}, {点: 9}]", "点 > 5", [{"点": 9}]),
        ("5", "item > 1", None),
    ],
    ids=["some match", "none match", "no truth value", "entries of a context", "no list"],
)
def test_a_filter_keeps_the_elements_that_match(source: str, match: str, expected: Any) -> None:
    assert value(filtered(source, match)) == expected


@pytest.mark.parametrize(
    ("kind", "source", "test", "expected"),
    [
        ("some", "[1, 2]", "x > 1", True),
        ("some", "[1, 2]", "x > 2", False),
        ("some", "[]", "true", False),
        ("some", "[1, null]", "x > 1", None),
        ("every", "[1, 2]", "x > 0", True),
        ("every", "[1, null]", "x > 1", False),
        ("every", "[]", "false", True),
        ("every", "[1, 2]", '"no truth value"', None),
        ("every", "1", "true", None),
    ],
)
def test_quantifiers_have_three_values(kind: str, source: str, test: str, expected: Any) -> None:
    assert value(quantified(kind, source, test)) is expected


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        ("[1, 2, 3]", "x * 2", [2, 4, 6]),
        ("[1..3]", "x", [1, 2, 3]),
        ("[1, 2, 3]", "count(partial)", [0, 1, 2]),
        ("[]", "x", []),
        ("null", "x", None),
    ],
    ids=["a list", "a range", "what came before", "nothing", "no list"],
)
def test_for_computes_its_body_for_each_element(source: str, body: str, expected: Any) -> None:
    assert value(loop(source, body)) == expected


def test_a_function_keeps_the_scope_it_was_defined_in() -> None:
    made = entry("倍", function("n:number", "n * 率"))
    result = f"<contextEntry>{literal('倍(4)')}</contextEntry>"

    assert value(f"<context>{entry('率', literal('3'))}{made}{result}</context>") == 12


def test_a_function_refuses_an_argument_of_another_type() -> None:
    made = entry("f", function("n:number", "1"))
    result = f"<contextEntry>{literal(chr(102) + '(true)')}</contextEntry>"

    assert value(f"<context>{made}{result}</context>") is None


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_a_function_in_another_language_is_never_run(kind: str) -> None:
    made = entry("f", function("n:", "n", kind))
    result = f"<contextEntry>{literal('f(1)')}</contextEntry>"
    model = definitions(decision("d", f"<context>{made}{result}</context>"))

    outcome = outcome_of(model, "d")

    assert outcome.value is None
    assert kind in outcome.notes[0].message


@pytest.mark.parametrize(
    ("bound", "expected"),
    [("n", 4), ("m", None)],
    ids=["by its name", "by a name that is no parameter"],
)
def test_an_invocation_binds_its_arguments(bound: str, expected: int | None) -> None:
    binding = f'<binding><parameter name="{bound}"/>{literal("2")}</binding>'
    called = f"<contextEntry><invocation>{literal('f')}{binding}</invocation></contextEntry>"

    assert value(f"<context>{entry('f', function('n:', 'n * 2'))}{called}</context>") == expected
