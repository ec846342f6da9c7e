"""Requirement graphs: decisions, functions, services and imports, and who sees whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.evaluate import evaluate, invoke
from engine.dmn.model import draft, draft_all, read
from engine.feel.errors import BudgetExceededError
from tests.dmn.drawing import (
    column,
    decision,
    definitions,
    evaluation,
    input_data,
    literal,
    numbers,
    outcome_of,
    output,
    table,
    value_of,
)


def knowledge(
    name: str, body: str, parameters: str = "", *, result: str = "", needs: str = ""
) -> str:
    """A business knowledge model with untyped parameters, separated by commas."""
    formal = "".join(f'<formalParameter name="{one}"/>' for one in parameters.split(",") if one)
    required = (
        f'<knowledgeRequirement><requiredKnowledge href="#{needs}"/></knowledgeRequirement>'
        if needs
        else ""
    )
    typed = f' typeRef="{result}"' if result else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"{typed}/>'
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )


def service(name: str, outputs: list[str], data: str = "", given: str = "") -> str:
    """A decision service over the input data `data` and the input decision `given`."""
    made = "".join(f'<outputDecision href="#{one}"/>' for one in outputs)
    taken = f'<inputDecision href="#{given}"/>' if given else ""
    read_in = f'<inputData href="#in_{data}"/>' if data else ""
    return (
        f'<decisionService id="{name}" name="{name}"><variable name="{name}"/>'
        f"{made}{taken}{read_in}</decisionService>"
    )


def test_a_decision_uses_the_decisions_and_inputs_it_requires() -> None:
    model = definitions(
        input_data("点"),
        decision("倍", literal("点 * 2"), requires=["#in_点"]),
        decision("d", literal("倍 + 点"), requires=["#倍", "#in_点"]),
    )

    assert value_of(model, "d", 点=3) == 9


def test_names_with_spaces_and_signs_are_one_name_where_they_are_required() -> None:
    model = definitions(
        input_data("支出 - 実績"),
        decision("d", literal("支出 - 実績 + 1"), requires=["#in_支出 - 実績"]),
    )

    assert value_of(model, "d", **{"支出 - 実績": 3}) == 4


def test_a_required_decision_hides_an_input_of_its_name() -> None:
    model = definitions(
        decision("点", literal("1")), decision("d", literal("点"), requires=["#点"])
    )

    assert value_of(model, "d", 点=5) == 1


def test_variables_of_a_process_need_not_be_declared_as_inputs() -> None:
    model = definitions(decision("d", literal("点 + 1")))

    assert value_of(model, "d", 点=5) == 6


def test_a_decision_that_several_require_is_computed_once() -> None:
    rules = ["- => 1"]
    model = definitions(
        decision("base", table([column("点")], [output()], rules)),
        decision("left", literal("base"), requires=["#base"]),
        decision("right", literal("base"), requires=["#base"]),
        decision("d", literal("left + right"), requires=["#left", "#right"]),
    )

    outcome = outcome_of(model, "d", 点=1)

    assert outcome.value == 2
    assert [rule.decision for rule in outcome.matched] == ["base"]


def test_a_chain_of_a_thousand_decisions_is_computed() -> None:
    chain = [decision("d0", literal("1"))] + [
        decision(f"d{n}", literal(f"d{n - 1} + 1"), requires=[f"#d{n - 1}"]) for n in range(1, 1000)
    ]

    assert value_of(definitions(*chain), "d999") == 1000


def test_a_function_is_called_with_names_or_by_place() -> None:
    model = definitions(
        knowledge("差", literal("a - b"), "a,b"),
        decision("d", literal("差(5, 2) + 差(b: 1, a: 2)"), knowledge=["#差"]),
    )

    assert value_of(model, "d") == 4


def test_a_function_may_use_another_and_have_a_table_inside() -> None:
    rules = ['> 5 => "高"', '<= 5 => "低"']
    model = definitions(
        knowledge("区分", table([column("点")], [output()], rules), "点"),
        knowledge("表示", literal('"→" + 区分(点)'), "点", needs="区分"),
        decision("d", literal("表示(6)"), knowledge=["#表示"]),
    )

    outcome = outcome_of(model, "d")

    assert outcome.value == "→高"
    assert [(rule.decision, rule.index) for rule in outcome.matched] == [("区分", 1)]


def test_a_function_sees_neither_the_inputs_nor_what_its_caller_sees() -> None:
    model = definitions(
        knowledge("f", literal("点")), decision("d", literal("f()"), knowledge=["#f"])
    )

    assert value_of(model, "d", 点=5) is None


def test_the_result_of_a_function_is_converted_to_its_type() -> None:
    model = definitions(
        knowledge("f", literal("[7]"), result="number"),
        knowledge("g", literal('"7"'), result="number"),
        decision("d", literal("[f(), g()]"), knowledge=["#f", "#g"]),
    )

    assert value_of(model, "d") == [Decimal(7), None]


def test_a_function_may_call_itself() -> None:
    body = literal("if n <= 1 then 1 else n * 階乗(n - 1)")
    model = definitions(
        knowledge("階乗", body, "n"), decision("d", literal("階乗(5)"), knowledge=["#階乗"])
    )

    assert value_of(model, "d") == 120


def test_a_function_with_deep_boxes_that_never_ends_exceeds_its_budget() -> None:
    deep = "<list>" * 40 + literal("f(n + 1)") + "</list>" * 40
    model = definitions(knowledge("f", deep, "n"), decision("d", literal("f(1)"), knowledge=["#f"]))

    with pytest.raises(BudgetExceededError):
        value_of(model, "d")


def test_decisions_that_require_each_other_end_without_value_in_a_draft() -> None:
    model = definitions(
        decision("d", literal("e"), requires=["#e"]), decision("e", literal("d"), requires=["#d"])
    )

    assert value_of(model, "d") is None


def test_a_function_that_never_ends_exceeds_its_budget() -> None:
    model = definitions(
        knowledge("f", literal("f(n + 1)"), "n"), decision("d", literal("f(1)"), knowledge=["#f"])
    )

    with pytest.raises(BudgetExceededError):
        value_of(model, "d")


def _with_service() -> bytes:
    return definitions(
        input_data("点", "number"),
        decision("中間", literal("点 * 100"), requires=["#in_点"], type_ref="number"),
        decision("結果", literal("点 + 中間"), requires=["#in_点", "#中間"]),
        decision("別", literal("1")),
        service("計算", ["結果"], "点", "中間"),
        service("両方", ["結果", "別"], "点"),
        decision("d", literal("[計算(1, 2), 計算(中間: 5, 点: 1)]"), knowledge=["#計算"]),
        decision("e", literal('計算(1, "2")'), knowledge=["#計算"]),
        decision("f", literal("計算(1)"), knowledge=["#計算"]),
    )


def test_a_service_takes_input_data_first_and_does_not_compute_what_it_is_given() -> None:
    assert value_of(_with_service(), "d") == [3, 6]


@pytest.mark.parametrize("name", ["e", "f"], ids=["a wrong type", "a missing argument"])
def test_a_service_called_wrongly_has_no_result(name: str) -> None:
    assert value_of(_with_service(), name) is None


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("計算", {"点": 1, "中間": 2}, 3),
        ("計算", {"点": 1, "中間": "x"}, None),
        ("両方", {"点": 1}, {"結果": 101, "別": 1}),
    ],
    ids=["all arguments", "one of a wrong type", "several outputs"],
)
def test_a_service_can_be_invoked_from_outside(
    name: str, given: dict[str, Any], expected: Any
) -> None:
    model = draft(_with_service(), "d.dmn")

    outcome = invoke(model, name, numbers(given), evaluation())

    assert outcome.value == expected


def test_a_function_can_be_invoked_from_outside() -> None:
    model = read(definitions(knowledge("差", literal("a - b"), "a,b")), "d.dmn")

    outcome = invoke(model, "差", numbers({"b": 1, "a": 3}), evaluation())

    assert outcome.value == 2


def test_imported_elements_and_types_are_seen_behind_the_name_of_their_import() -> None:
    base = definitions(
        '<itemDefinition name="t人"><itemComponent name="氏 名"><typeRef>string</typeRef>'
        "</itemComponent></itemDefinition>",
        input_data("人", "t人"),
        decision("名乗り", literal('"私は" + 人.氏 名'), requires=["#in_人"]),
        knowledge("強調", literal('文 + "！"'), "文"),
        namespace="urn:base",
    )
    user = definitions(
        '<import name="共通 部品" namespace="urn:base"/>',
        input_data("相手", "共通 部品.t人"),
        decision(
            "d",
            literal('共通 部品.強調(共通 部品.名乗り + "、" + 相手.氏 名)'),
            requires=["urn:base#名乗り", "#in_相手"],
            knowledge=["urn:base#強調"],
        ),
        namespace="urn:user",
    )
    model = draft_all({"user": user, "base": base})["user"]

    outcome = evaluate(
        model, "d", {"人": {"氏 名": "佐藤"}, "相手": {"氏 名": "鈴木"}}, evaluation()
    )

    assert model.findings == ()
    assert outcome.value == "私は佐藤、鈴木！"
