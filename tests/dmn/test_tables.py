"""Decision tables: each hit policy, defaults, allowed values, and why a table has no answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.evaluate import (
    InputNotAllowedError,
    NoRuleMatchedError,
    SeveralRulesMatchedError,
    evaluate,
)
from engine.dmn.model import read
from engine.dmn.run import ProblemKind
from tests.dmn.drawing import (
    column,
    decision,
    definitions,
    evaluation,
    numbers,
    outcome_of,
    output,
    table,
    value_of,
)

OVERLAPPING = ['>= 5 => "中"', '>= 8 => "高"', '>= 9 => "高"', '< 5 => "低"']
LISTED = '"高", "中", "低"'


def _level(hit: str, **more: Any) -> bytes:
    """点 → 区分, with rules that overlap from 8 upwards."""
    outputs = [output("区分", values=LISTED)]
    drawn = table([column("点")], outputs, OVERLAPPING, hit=hit, **more)
    return definitions(decision("d", drawn))


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        ("FIRST", "中"),
        ("PRIORITY", "高"),
        ("RULE ORDER", ["中", "高", "高"]),
        ("OUTPUT ORDER", ["高", "高", "中"]),
        ("COLLECT", ["中", "高", "高"]),
    ],
)
def test_each_hit_policy_chooses_among_the_rules_that_match(hit: str, expected: Any) -> None:
    model = _level(hit)

    value = value_of(model, "d", 点=9)

    assert value == expected


@pytest.mark.parametrize("hit", ["UNIQUE", "ANY"])
def test_rules_that_contradict_each_other_have_no_answer(hit: str) -> None:
    model = _level(hit)

    outcome = outcome_of(model, "d", 点=9)

    assert outcome.value is None
    assert [problem.kind for problem in outcome.problems] == [ProblemKind.SEVERAL_RULES]
    assert outcome.problems[0].rules == (1, 2, 3)
    assert outcome.matched == ()


def test_any_answers_when_all_matching_rules_agree() -> None:
    rules = ['>= 5 => "中"', '>= 8 => "中"']
    model = definitions(decision("d", table([column("点")], [output()], rules, hit="ANY")))

    outcome = outcome_of(model, "d", 点=9)

    assert outcome.value == "中"
    assert [rule.index for rule in outcome.matched] == [1, 2]


def test_any_does_not_take_one_for_true() -> None:
    rules = ["- => 1", "- => true"]
    model = definitions(decision("d", table([column("点")], [output()], rules, hit="ANY")))

    outcome = outcome_of(model, "d", 点=9)

    assert [problem.kind for problem in outcome.problems] == [ProblemKind.SEVERAL_RULES]


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)]
)
def test_collect_aggregates_what_it_collected(aggregation: str, expected: int) -> None:
    rules = ["> 1 => 10", "> 2 => 20", "> 3 => 30", "> 9 => 40"]
    drawn = table([column("点")], [output()], rules, hit="COLLECT", aggregation=aggregation)
    model = definitions(decision("d", drawn))

    value = value_of(model, "d", 点=5)

    assert value == Decimal(expected)


def test_several_outputs_are_a_context() -> None:
    rules = ['true | - => "標準" | false', 'false | > 3 => "簡略" | true']
    columns, outputs = [column("全員"), column("数")], [output("方式"), output("差異確認")]
    model = definitions(decision("d", table(columns, outputs, rules)))

    value = value_of(model, "d", 全員=False, 数=4)

    assert value == {"方式": "簡略", "差異確認": True}


def test_an_unmatched_table_answers_with_its_defaults() -> None:
    outputs = [output("方式", default='"標準"')]
    model = definitions(decision("d", table([column("点")], outputs, ['> 5 => "簡略"'])))

    outcome = outcome_of(model, "d", 点=1)

    assert outcome.value == "標準"
    assert outcome.matched == outcome.problems == ()


def test_outputs_may_be_computed_from_the_inputs() -> None:
    model = definitions(decision("d", table([column("点")], [output()], ["> 5 => 点 * 2"])))

    assert value_of(model, "d", 点=6) == Decimal(12)


def test_an_empty_output_cell_is_null_and_still_counts_as_a_match() -> None:
    model = definitions(decision("d", table([column("点")], [output()], ["> 5 =>"])))

    outcome = outcome_of(model, "d", 点=6)

    assert outcome.value is None
    assert [rule.index for rule in outcome.matched] == [1]


def test_matched_rules_say_which_conditions_made_them_match() -> None:
    rules = ['>= 50 | - => "達成"', '< 50 | "有" => "未達" # 達成率が半分に満たない']
    columns = [column("達成率"), column("支障")]
    model = definitions(decision("d", table(columns, [output()], rules)))

    matched = outcome_of(model, "d", 達成率=42, 支障="有").matched[0]

    assert (matched.decision, matched.rule_id, matched.index) == ("d", "rule_2", 2)
    assert matched.annotation == "達成率が半分に満たない"
    conditions = [(one.label, one.value, one.test) for one in matched.conditions]
    assert conditions == [("達成率", Decimal(42), "< 50"), ("支障", "有", '"有"')]


def test_an_outcome_says_what_its_columns_saw() -> None:
    drawn = table([column("点 * 2"), column("区分")], [output("答")], ["- | - => 1"])
    model = definitions(decision("d", drawn))

    outcome = outcome_of(model, "d", 点=4, 区分="新規")

    assert outcome.inputs == {"点 * 2": Decimal(8), "区分": "新規"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["方式"], ("方式",)), ([""], ("d",)), (["方式", "差異"], ("方式", "差異"))],
    ids=["named", "without name", "several"],
)
def test_a_model_names_the_outputs_of_a_decision(
    names: list[str], expected: tuple[str, ...]
) -> None:
    answers = " | ".join("1" for _ in names)
    drawn = table([column("点")], [output(name) for name in names], [f"- => {answers}"])
    model = read(definitions(decision("d", drawn)), "d.dmn")

    assert model.output_names("d") == expected


def test_first_does_not_ask_the_rules_after_the_first_hit() -> None:
    rules = ["- => 1", "noSuchFunction(?) => 2"]
    model = definitions(decision("d", table([column("点")], [output()], rules, hit="FIRST")))

    outcome = outcome_of(model, "d", 点=1)

    assert outcome.value == Decimal(1)
    assert outcome.notes == ()


@pytest.mark.parametrize("hit", ["UNIQUE", "FIRST", "COLLECT"])
def test_for_the_product_no_matching_rule_is_an_error(hit: str) -> None:
    drawn = table([column("点")], [output()], ['> 5 => "高"'], hit=hit)
    model = read(definitions(decision("d", drawn)), "d.dmn")

    with pytest.raises(NoRuleMatchedError) as caught:
        evaluate(model, "d", numbers({"点": 1}), evaluation())

    assert caught.value.code == "no_rule_matched"
    assert caught.value.decision == "d"
    assert caught.value.inputs == {"点": Decimal(1)}


def test_for_the_product_contradicting_rules_are_an_error() -> None:
    model = read(_level("UNIQUE"), "d.dmn")

    with pytest.raises(SeveralRulesMatchedError) as caught:
        evaluate(model, "d", numbers({"点": 9}), evaluation())

    assert caught.value.rules == (1, 2, 3)


def test_an_input_outside_the_listed_values_is_an_error_of_its_own() -> None:
    drawn = table([column("区分", values='"新規", "改修"')], [output()], ["- => 1"])
    model = read(definitions(decision("d", drawn)), "d.dmn")

    with pytest.raises(InputNotAllowedError) as caught:
        evaluate(model, "d", {"区分": "廃止"}, evaluation())

    assert caught.value.inputs == {"区分": "廃止"}
