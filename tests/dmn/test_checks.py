"""Gaps, overlaps, contradictions and dead rules of decision tables, with examples of the inputs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.dmn.check import check
from engine.dmn.model import draft
from engine.domain.errors import Finding
from tests.dmn.drawing import column, decision, definitions, input_data, output, table


def faults(
    columns: Sequence[str],
    rules: Sequence[str],
    *,
    outputs: Sequence[str] = (),
    hit: str = "UNIQUE",
    before: str = "",
) -> list[Finding]:
    drawn = table(columns, outputs or [output("答")], rules, hit=hit)
    return check(draft(definitions(before, decision("判定", drawn)), "d.dmn"))


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("columns", "rules"),
    [
        pytest.param(
            [column("点", "number")], ["< 6 => 1", "[6..12) => 2", ">= 12 => 3"], id="numbers"
        ),
        pytest.param(
            [column("点", "number", "1, 2, 3")], ["1 => 1", "2, 3 => 2"], id="listed numbers"
        ),
        pytest.param(
            [column("区分", values='"新規", "改修"')],
            ['"新規" => 1', '"改修" => 2'],
            id="listed texts",
        ),
        pytest.param(
            [column("区分")], ['"新規" => 1', 'not("新規") => 2'], id="a text and all others"
        ),
        pytest.param(
            [column("可否", "boolean"), column("点", "number")],
            ["true | - => 1", "false | < 3 => 2", "false | >= 3 => 3"],
            id="two columns",
        ),
        pytest.param(
            [column("期日", "date")],
            ['< date("2026-04-01") => 1', '>= date("2026-04-01") => 2'],
            id="dates",
        ),
        pytest.param(
            [column("日時")],
            ['< @"2026-04-01T09:00:00" => 1', '>= @"2026-04-01T09:00:00" => 2'],
            id="moments",
        ),
        pytest.param([column("期間")], ['<= @"P3M" => 1', '> @"P3M" => 2'], id="months"),
        pytest.param([column("点")], ["? < 5 => 1", "? >= 5 => 2"], id="comparisons spelt out"),
        pytest.param([column("点")], ["- => 1"], id="nothing asked"),
    ],
)
def test_a_unique_table_that_covers_everything_once_has_no_fault(
    columns: Sequence[str], rules: Sequence[str]
) -> None:
    assert faults(columns, rules) == []


@pytest.mark.parametrize(
    ("columns", "rules", "example"),
    [
        pytest.param([column("点", "number")], ["< 6 => 1", "> 6 => 2"], "点=6", id="a number"),
        pytest.param([column("可否", "boolean")], ["true => 1"], "可否=false", id="a truth value"),
        pytest.param(
            [column("区分", values='"新規", "改修"')],
            ['"新規" => 1'],
            "区分=改修",
            id="a listed text",
        ),
        pytest.param([column("区分")], ['"新規" => 1'], "区分=その他", id="any other text"),
        pytest.param(
            [column("期日", "date")],
            ['<= date("2026-03-31") => 1', '> date("2026-04-01") => 2'],
            "期日=2026-04-01",
            id="a day",
        ),
        pytest.param(
            [column("可否", "boolean"), column("点", "number", "[1..3]")],
            ["true | - => 1", "false | < 2 => 2", "false | > 2 => 3"],
            "可否=false、点=2",
            id="a combination",
        ),
    ],
)
def test_a_gap_is_reported_with_an_example(
    columns: Sequence[str], rules: Sequence[str], example: str
) -> None:
    findings = faults(columns, rules)

    assert codes(findings) == ["table_gap"]
    assert f"（例: {example}）" in findings[0].message
    assert (findings[0].element_id, findings[0].element_name) == ("table", "判定")


def test_a_default_for_every_output_closes_all_gaps() -> None:
    outputs = [output("答", default="0")]

    assert faults([column("点")], ["> 6 => 1"], outputs=outputs) == []


def test_a_default_for_one_output_only_is_reported() -> None:
    outputs = [output("答", default="0"), output("理由")]

    findings = faults([column("点")], ['> 6 => 1 | "多い"'], outputs=outputs)

    assert codes(findings) == ["default_missing"]
    assert "「理由」" in findings[0].message


def test_rules_of_unique_that_apply_together_are_reported_at_the_later_one() -> None:
    rules = ["<= 6 | - => 1", ">= 6 | true => 2", "> 6 | false => 3"]

    findings = faults([column("点"), column("可否", "boolean")], rules)

    assert codes(findings) == ["rules_overlap"]
    assert "規則1と規則2" in findings[0].message
    assert "（例: 点=6、可否=true）" in findings[0].message
    assert findings[0].element_id == "rule_2"


def test_a_catch_all_row_of_unique_overlaps_the_others() -> None:
    findings = faults([column("可否", "boolean")], ["true => 1", "false => 2", "- => 3"])

    assert codes(findings) == ["rules_overlap", "rules_overlap"]


def test_of_very_many_overlaps_the_first_twenty_are_reported() -> None:
    rules = [f"> {number} => 1" for number in range(10)]

    findings = faults([column("点")], rules)

    assert codes(findings).count("rules_overlap") == 20


def test_rules_of_any_that_apply_together_must_agree() -> None:
    rules = ["<= 6 => 1", ">= 6 => 1", "6 => 2"]

    findings = faults([column("点")], rules, hit="ANY")

    assert codes(findings) == ["rules_contradict", "rules_contradict"]
    assert "規則1と規則3" in findings[0].message


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["> 5 => 1", "- => 2"], []),
        (["> 5 => 1", "<= 5 => 2"], ["first_without_end"]),
        ([], ["first_without_end"]),
    ],
    ids=["catch-all at the end", "complete without catch-all", "no rule"],
)
def test_the_last_row_of_first_takes_the_rest(rules: Sequence[str], expected: list[str]) -> None:
    assert codes(faults([column("点")], rules, hit="FIRST")) == expected


def test_a_rule_that_earlier_rules_of_first_leave_nothing_is_reported() -> None:
    rules = ["> 5 => 1", "<= 5 => 2", "[1..9] => 3", "- => 4"]

    findings = faults([column("点", "number")], rules, hit="FIRST")

    assert codes(findings) == ["rule_unreachable"]
    assert "規則3" in findings[0].message


def test_a_cell_that_no_allowed_input_meets_is_reported() -> None:
    columns = [column("区分", values='"新規", "改修"')]

    findings = faults(columns, ['"新規" => 1', '"改修" => 2', '"廃止" => 3'])

    assert codes(findings) == ["rule_unreachable"]
    assert "規則3は、「区分」の欄に合う入力がない" in findings[0].message


def test_a_cell_of_another_type_than_its_column_is_reported() -> None:
    findings = faults([column("点", "number")], ['"高" => 1', "> 5 => 2", "<= 5 => 3"])

    assert "cell_type" in codes(findings)
    assert "（数値）と合いません" in findings[0].message


def test_the_type_of_the_input_data_counts_when_the_column_has_none() -> None:
    rules = ["true => 1", "false => 2"]

    assert faults([column("可否")], rules, before=input_data("可否", "boolean")) == []


def test_allowed_values_of_an_item_definition_bound_the_column() -> None:
    item = (
        '<itemDefinition name="t区分"><typeRef>string</typeRef><allowedValues>'
        '<text>"新規", "改修"</text></allowedValues></itemDefinition>'
    )

    findings = faults([column("区分", "t区分")], ['"新規" => 1'], before=item)

    assert codes(findings) == ["table_gap"]
    assert "区分=改修" in findings[0].message


def test_an_output_outside_its_listed_values_is_reported() -> None:
    outputs = [output("答", values='"高", "低"')]

    findings = faults(
        [column("可否", "boolean")], ['true => "高"', 'false => "中"'], outputs=outputs
    )

    assert codes(findings) == ["output_not_listed"]
    assert findings[0].element_id == "rule_2"


@pytest.mark.parametrize("hit", ["PRIORITY", "OUTPUT ORDER"])
def test_policies_that_sort_need_listed_output_values(hit: str) -> None:
    assert codes(faults([column("点")], ["- => 1"], hit=hit)) == ["priority_without_values"]


def test_cells_that_depend_on_more_than_their_input_need_a_default() -> None:
    rules = ["> 上限 => 1", "<= 上限 => 2"]

    findings = faults([column("点", "number")], rules)
    covered = faults([column("点", "number")], rules, outputs=[output("答", default="0")])

    assert codes(findings) == ["table_gap_unknown"]
    assert covered == []


def test_a_wide_table_of_many_columns_is_looked_through() -> None:
    names = [f"問{number}" for number in range(14)]
    yes_to_all = " | ".join(["true"] * 14)
    first_no = [
        " | ".join([*["true"] * number, "false", *["-"] * (13 - number)]) for number in range(14)
    ]

    findings = faults(
        [column(name, "boolean") for name in names],
        [f"{rule} => 1" for rule in (yes_to_all, *first_no)],
    )

    assert findings == []
