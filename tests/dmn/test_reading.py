"""Decision files: what is taken, and what is refused with a place and a Japanese sentence."""

from __future__ import annotations

import pytest

from engine.dmn.model import draft_all, read
from engine.dmn.xml import MAX_BYTES, MAX_NESTING
from engine.domain.errors import Finding, NotFoundError, RefusedError
from tests.dmn.drawing import (
    DMN_15,
    column,
    decision,
    definitions,
    input_data,
    literal,
    output,
    table,
    value_of,
)

VERSIONS = [
    pytest.param("http://www.omg.org/spec/DMN/20151101/dmn.xsd", id="1.1"),
    pytest.param("http://www.omg.org/spec/DMN/20180521/MODEL/", id="1.2"),
    pytest.param("https://www.omg.org/spec/DMN/20191111/MODEL/", id="1.3"),
    pytest.param("https://www.omg.org/spec/DMN/20211108/MODEL/", id="1.4"),
    pytest.param(DMN_15, id="1.5"),
]


def findings_of(content: bytes) -> list[Finding]:
    with pytest.raises(RefusedError) as caught:
        read(content, "d.dmn")
    return list(caught.value.findings)


def codes_of(content: bytes) -> list[str]:
    return [finding.code for finding in findings_of(content)]


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_of_the_standard_is_read(namespace: str) -> None:
    model = definitions(decision("d", literal("1 + 1")), model=namespace)

    assert value_of(model, "d") == 2


def test_text_that_is_no_xml_is_refused_with_its_line() -> None:
    (finding,) = findings_of(b"<definitions>\n<decision></definitions>")

    assert (finding.code, finding.line, finding.file) == ("not_xml", 2, "d.dmn")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    text = definitions(decision("d", literal("1"))).decode().partition("?>")[2]
    declared = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE definitions [<!ENTITY a "b">]>'
    )

    assert codes_of((declared + text).encode(encoding)) == ["xml_doctype"]


def test_a_huge_file_is_refused_before_it_is_parsed() -> None:
    content = definitions(" " * MAX_BYTES)

    assert codes_of(content) == ["file_too_large"]


def test_elements_nested_too_deeply_are_refused() -> None:
    content = definitions("<list>" * MAX_NESTING + "</list>" * MAX_NESTING)

    assert codes_of(content) == ["xml_too_deep"]


def test_another_kind_of_file_is_refused() -> None:
    assert codes_of(b'<definitions xmlns="urn:other"/>') == ["not_dmn"]


def test_every_fault_is_reported_at_once_with_its_cell() -> None:
    first = table([column("点")], [output()], ["== 5 => 1", "> 5 => 2 +"])
    content = definitions(decision("a", first), decision("b", literal("if 1 then 2")))

    findings = findings_of(content)

    assert [finding.code for finding in findings] == ["feel_syntax"] * 3
    assert [finding.element_name for finding in findings] == ["a", "a", "b"]
    assert "等しいは = です" in findings[0].message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(
            decision("d", table([column("a")], [output()], ["- => 1"], hit="LAST")),
            "unknown_hit_policy",
            id="a hit policy that does not exist",
        ),
        pytest.param(
            decision(
                "d",
                table([column("a")], [output()], ["- => 1"], hit="COLLECT", aggregation="AVERAGE"),
            ),
            "unknown_aggregation",
            id="an aggregation that does not exist",
        ),
        pytest.param(
            decision("d", table([column("a")], [output("x"), output("x")], ["- => 1 | 2"])),
            "output_names",
            id="two outputs of one name",
        ),
        pytest.param(
            decision("d", table([column("a"), column("b")], [output()], ["- => 1"])),
            "cell_count",
            id="a rule without a cell for a column",
        ),
        pytest.param(
            decision("d", table([column("a")], [], ["- => 1"])), "no_output", id="no output column"
        ),
        pytest.param(
            decision("d", literal("1")) + decision("d", literal("2")),
            "duplicate_id",
            id="one id twice",
        ),
        pytest.param(
            decision("d", literal("x"), requires=["#in_x"]),
            "missing_requirement",
            id="a required input that is not there",
        ),
        pytest.param(
            decision("d", literal("e"), requires=["#e"])
            + decision("e", literal("d"), requires=["#d"]),
            "requirement_cycle",
            id="decisions that require each other",
        ),
        pytest.param(
            input_data("x", "tNothing") + decision("d", literal("x"), requires=["#in_x"]),
            "unknown_type",
            id="a type that is not defined",
        ),
        pytest.param(
            input_data("x") + decision("d", literal("x + y"), requires=["#in_x"]),
            "unknown_name",
            id="a name that is not among what is required",
        ),
        pytest.param(decision("d", ""), "no_logic", id="a decision without content"),
        pytest.param(
            '<import name="other" namespace="urn:other"/>' + decision("d", literal("1")),
            "missing_import",
            id="an import that is not there",
        ),
        pytest.param(
            decision(
                "d",
                '<literalExpression expressionLanguage="https://www.python.org">'
                "<text>1</text></literalExpression>",
            ),
            "expression_language",
            id="a language other than FEEL",
        ),
        pytest.param(
            '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'
            + decision("d", literal("1")),
            "unknown_type",
            id="a type made of itself",
        ),
    ],
)
def test_models_that_cannot_mean_anything_are_refused(content: str, code: str) -> None:
    findings = findings_of(definitions(content))

    assert code in [finding.code for finding in findings]
    assert all(finding.message.endswith("。") for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "count(xs[点 > 5])",
        "for x in xs return x.点",
        "{a: 1, b: a}.b",
        "some x in xs satisfies x = 1",
    ],
)
def test_names_that_an_expression_brings_along_are_known(text: str) -> None:
    content = definitions(input_data("xs"), decision("d", literal(text), requires=["#in_xs"]))

    assert read(content, "d.dmn").findings == ()


def test_a_cell_that_cannot_be_read_never_matches_in_a_draft() -> None:
    drawn = table([column("点")], [output()], [">> 5 => 1"])

    value = value_of(definitions(decision("d", drawn)), "d", 点=6)

    assert value is None


def test_a_draft_with_too_few_cells_can_still_be_asked() -> None:
    drawn = table([column("点")], [output("a"), output("b")], ["> 5 => 1"])

    value = value_of(definitions(decision("d", drawn)), "d", 点=6)

    assert value == {"a": 1, "b": None}


def test_a_model_finds_what_it_imports_whatever_the_order_of_the_files() -> None:
    user = definitions(
        '<import name="共通" namespace="urn:base"/>',
        decision("d", literal('共通.挨拶 + "!"'), requires=["urn:base#挨拶"]),
        namespace="urn:user",
    )
    base = definitions(decision("挨拶", literal('"どうも"')), namespace="urn:base")

    models = draft_all({"user.dmn": user, "base.dmn": base})

    assert models["user.dmn"].findings == ()


def test_an_unknown_decision_is_not_found() -> None:
    model = read(definitions(decision("d", literal("1"))), "d.dmn")

    with pytest.raises(NotFoundError):
        model.find("e")
