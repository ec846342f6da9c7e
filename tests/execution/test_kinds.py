"""Operations that can have no result are told when a diagram is read, each with its place."""

from __future__ import annotations

import json

import pytest

from engine.domain.errors import Finding
from tests.execution.drawing import (
    KEY,
    diagram,
    flow,
    flows,
    line,
    node,
    read,
    refused,
    script,
    timer,
    user_task,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")
CODES = {"type_clash", "wrong_arguments", "unknown_entry", "unknown_name"}
FORM = json.dumps(
    {
        "schemaVersion": 19,
        "type": "default",
        "id": "form",
        "components": [
            {"type": "number", "id": "n", "key": "金額", "label": "金額"},
            {"type": "textfield", "id": "t", "key": "区分", "label": "区分"},
            {
                "type": "dynamiclist",
                "id": "l",
                "path": "明細",
                "label": "明細",
                "components": [{"type": "number", "id": "a", "key": "額", "label": "額"}],
            },
        ],
    }
).encode()
ASK = ("ask", user_task("ask", formKey="form"))


def gateway(condition: str) -> bytes:
    """A form, then a way with this condition."""
    return diagram(
        BEGIN,
        ASK[1],
        node("exclusiveGateway", "which", default="which_to_finish"),
        FINISH,
        node("endEvent", "other"),
        flows("begin", "ask", "which"),
        flow("which", "other", condition),
        flow("which", "finish"),
    )


def several(repeat: str, *before: tuple[str, str]) -> bytes:
    """A form, then a task that is done several times."""
    marked = (
        f"<bpmn:multiInstanceLoopCharacteristics>{repeat}</bpmn:multiInstanceLoopCharacteristics>"
    )
    return line(ASK, *before, ("do_it", user_task("do_it", marked)))


def warned(content: bytes) -> list[Finding]:
    return [one for one in read(content, form=FORM).warnings if one.code in CODES]


@pytest.mark.parametrize(
    ("content", "element", "said"),
    [
        pytest.param(
            gateway('1 + "円" = 金額'),
            "which_to_other",
            "条件の式の1行3文字目：数値 + 文字列 は計算できません。",
            id="a condition",
        ),
        pytest.param(
            gateway("today()"),
            "which_to_other",
            "条件の式の1行1文字目：条件は真偽値にします（日付になっています）。",
            id="a condition that is none",
        ),
        pytest.param(
            gateway("count(明細, 2) > 1"),
            "which_to_other",
            "関数「count」に渡す値の数が違います（2個）。count(list) と書きます。",
            id="too many arguments",
        ),
        pytest.param(
            gateway("営業日加産(today(), 1)"),
            "which_to_other",
            "関数「営業日加産」はありません。もしかして「営業日加算」ですか。",
            id="an unknown function",
        ),
        pytest.param(
            line(("compute", script("y = 1\nx = 営業日加算(date: today(), day: 3)"))),
            "compute",
            "スクリプトの式の2行5文字目：関数「営業日加算」に引数「day」はありません。"
            "もしかして「days」ですか。",
            id="an unknown argument",
        ),
        pytest.param(
            line(
                ("wait", node("intermediateCatchEvent", "wait", timer("timeDuration", "1 + 2"))),
            ),
            "wait",
            "タイマーは日数と時間の期間にします（数値になっています）。",
            id="a timer",
        ),
        pytest.param(
            several('<bpmn:loopCardinality>"3"</bpmn:loopCardinality>'),
            "do_it",
            "回数は数値にします（文字列になっています）。",
            id="a number of times",
        ),
        pytest.param(
            several(
                "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
                "<bpmn:completionCondition>done + total</bpmn:completionCondition>"
            ),
            "",
            "",
            id="a completion condition of unknown kind",
        ),
        pytest.param(
            several(
                "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
                "<bpmn:completionCondition>count([done])</bpmn:completionCondition>"
            ),
            "do_it",
            "完了の条件は真偽値にします（数値になっています）。",
            id="a completion condition",
        ),
    ],
)
def test_a_diagram_is_refused_for(content: bytes, element: str, said: str) -> None:
    found = refused(content, form=FORM)

    if element:
        assert [one.element_id for one in found] == [element]
        assert said in found[0].message
    else:
        assert found == []


@pytest.mark.parametrize(
    ("content", "element", "said"),
    [
        pytest.param(
            gateway('金額 = "100"'),
            "which_to_other",
            "数値と文字列は比べられません。",
            id="condition",
        ),
        pytest.param(
            gateway("明細[学 > 1].額 = []"), "", "", id="a name in a filter may be an entry"
        ),
        pytest.param(
            gateway("明細.学 = []"),
            "which_to_other",
            "コンテキストに「学」はありません。",
            id="an entry of a row",
        ),
        pytest.param(
            gateway("案件.件目 = 区分"),
            "which_to_other",
            "コンテキストに「件目」はありません。もしかして「件名」ですか。",
            id="a fact of the case",
        ),
        pytest.param(
            several("<bpmn:loopDataInputRef>金額</bpmn:loopDataInputRef>"),
            "do_it",
            "対象の一覧は一覧にします（数値になっています）。",
            id="a list to go through",
        ),
        pytest.param(
            several("<bpmn:loopDataInputRef>明細</bpmn:loopDataInputRef>"), "", "", id="a list"
        ),
        pytest.param(
            line(ASK, ("compute", script("合計 = sum(明細.額)\n文 = 合計 + 区分"))),
            "compute",
            "スクリプトの式の2行8文字目：数値 + 文字列 は計算できません。",
            id="script",
        ),
        pytest.param(
            line(
                ASK,
                ("compute", script("金額 = 区分")),
                ("again", script('x = 金額 + "円"').replace('"compute"', '"again"')),
            ),
            "",
            "",
            id="a name of two kinds",
        ),
        pytest.param(
            gateway("金学 > 100"),
            "which_to_other",
            "「金学」というデータ項目を書き込む場所がありません。名前を確かめます。"
            "もしかして「金額」ですか。",
            id="an unknown name",
        ),
    ],
)
def test_a_diagram_is_warned_of(content: bytes, element: str, said: str) -> None:
    told = [one for one in warned(content) if said and said in one.message]

    if element:
        assert [one.element_id for one in told] == [element]
    else:
        assert warned(content) == []


def test_the_place_is_that_of_the_name_in_the_text() -> None:
    [found] = [
        one
        for one in warned(line(ASK, ("compute", script("x = 金額\ny = 金額 + 金学"))))
        if one.code == "unknown_name"
    ]

    assert found.column == 10
    assert found.file == f"{KEY}.bpmn"
    assert found.line > 1


def test_a_rule_of_a_form_is_told_with_its_field() -> None:
    form = json.loads(FORM)
    form["components"][0]["conditional"] = {"hide": "=区分 + 1"}

    [found] = refused(line(ASK), form=json.dumps(form).encode())

    assert (found.code, found.element_id, found.file) == ("type_clash", "n", "form.form.json")
    assert "hideの式の1行4文字目：文字列 + 数値 は計算できません。" in found.message
