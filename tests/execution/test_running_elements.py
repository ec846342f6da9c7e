"""Tasks, gateways and sub-processes run as BPMN says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain.errors import TaskClosedError
from engine.execution import runner
from engine.execution.step import EndKind
from tests.execution.conftest import Begin
from tests.execution.drawing import diagram, extensions, flow, flows, line, node, script, user_task


def task(id_: str, content: str = "") -> str:
    return user_task(id_, content)


def compute(id_: str, text: str) -> str:
    return script(text).replace('id="compute"', f'id="{id_}"')


BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")


def test_a_user_task_takes_its_values_and_the_name_of_who_did_it(begin: Begin) -> None:
    case = begin(line(("ask", task("ask"))), {"件数": 3})

    case.complete("ask", by="sato", 回答="はい", 期間={"日数": 2})

    assert case.trace == ["begin", "ask", "finish"]
    assert case.ended.kind == EndKind.COMPLETED
    assert case.ended.variables == {
        "件数": Decimal(3),
        "回答": "はい",
        "期間": {"日数": Decimal(2)},
        "完了者": "sato",
    }


def test_a_task_with_variable_name_keeps_its_values_together(begin: Begin) -> None:
    name = extensions("<spiffworkflow:variableName>回答</spiffworkflow:variableName>")
    case = begin(line(("ask", node("userTask", "ask", name, name="聞く"))))

    case.complete("ask", 内容="良い")

    assert case.variables == {"回答": {"内容": "良い"}}


@pytest.mark.parametrize("kind", ["manualTask", "task"])
def test_manual_and_plain_tasks_wait_for_a_person(begin: Begin, kind: str) -> None:
    case = begin(line(("do", node(kind, "do", name="作業"))))

    assert case.open_tasks() == ["do"]

    case.complete("do")

    assert case.ended.kind == EndKind.COMPLETED


def test_a_finished_task_cannot_be_finished_again(begin: Begin) -> None:
    case = begin(line(("one", task("one")), ("two", task("two"))))
    first = case.id_of("one")
    case.complete("one", 値=1)

    with pytest.raises(TaskClosedError):
        runner.complete(case.live, first, {"値": 2}, case.house, "sato")

    case.complete("two")
    assert case.variables == {"値": Decimal(1)}


def test_values_handed_in_are_not_shared_with_the_caller(begin: Begin) -> None:
    rows = [{"名": "一"}]
    case = begin(line(("one", task("one")), ("two", task("two"))))
    case.complete("one", 行=rows)

    rows[0]["名"] = "変わった"
    runner.variables_of(case.live, case.id_of("two"))["行"][0]["名"] = "これも"

    case.complete("two")
    assert case.variables == {"行": [{"名": "一"}]}


def test_a_script_assigns_line_by_line(begin: Begin) -> None:
    case = begin(line(("compute", script("計 = 1 + 2\n倍 = 計 * 2"))))

    assert case.variables == {"計": Decimal(3), "倍": Decimal(6)}


def test_scripts_before_and_after_a_task_run_once(begin: Begin) -> None:
    around = extensions(
        "<spiffworkflow:preScript>回 = 回 + 1</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>後 = 回 * 10</spiffworkflow:postScript>"
    )
    case = begin(
        line(("one", node("manualTask", "one", around, name="作業")), ("two", task("two"))),
        {"回": 0},
    )

    case.complete("one")
    case.complete("two")

    assert case.variables == {"回": Decimal(1), "後": Decimal(10)}


CHOICE = diagram(
    BEGIN,
    node("exclusiveGateway", "which", default="which_to_low"),
    task("high"),
    task("low"),
    node("exclusiveGateway", "meet"),
    FINISH,
    flow("begin", "which"),
    flow("which", "high", "額 > 100"),
    flow("which", "low"),
    flow("high", "meet"),
    flow("low", "meet"),
    flow("meet", "finish"),
)


@pytest.mark.parametrize(("amount", "chosen"), [(200, "high"), (100, "low"), (None, "low")])
def test_an_exclusive_gateway_takes_the_first_true_flow_or_the_default(
    begin: Begin, amount: int | None, chosen: str
) -> None:
    case = begin(CHOICE, {"額": amount})

    assert case.open_tasks() == [chosen]

    case.complete(chosen)
    assert case.trace == ["begin", "which", chosen, "meet", "finish"]


def fork(kind: str, **conditions: str) -> bytes:
    default = {"default": "split_to_c"} if kind == "inclusiveGateway" else {}
    return diagram(
        BEGIN,
        node(kind, "split", **default),
        *(task(name) for name in "abc"),
        node(kind, "join"),
        task("last"),
        FINISH,
        flow("begin", "split"),
        *(flow("split", name, conditions.get(name)) for name in "abc"),
        *(flow(name, "join") for name in "abc"),
        flows("join", "last", "finish"),
    )


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_a_parallel_join_waits_for_all_and_keeps_what_each_path_changed(
    begin: Begin, order: str
) -> None:
    case = begin(fork("parallelGateway"), {"a": 0, "b": 0, "c": 0})

    for name in order:
        assert "last" not in case.open_tasks()
        case.complete(name, **{name: 1})

    assert case.open_tasks() == ["last"]
    case.complete("last")
    assert case.variables == {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}


def test_an_inclusive_gateway_takes_every_true_flow_and_waits_for_these_only(begin: Begin) -> None:
    case = begin(fork("inclusiveGateway", a="x > 1", b="x > 2"), {"x": 3})
    assert case.open_tasks() == ["a", "b"]

    case.complete("b", 二=2)
    assert case.open_tasks() == ["a"]
    case.complete("a", 一=1)

    case.complete("last")
    assert case.variables == {"x": Decimal(3), "一": Decimal(1), "二": Decimal(2)}


def test_an_inclusive_gateway_without_true_flow_takes_the_default(begin: Begin) -> None:
    case = begin(fork("inclusiveGateway", a="x > 1", b="x > 2"), {"x": 0})

    assert case.open_tasks() == ["c"]


def inner(*content: str, id_: str = "inside") -> str:
    return node(
        "subProcess",
        id_,
        node("startEvent", f"{id_}_begin") + "".join(content) + node("endEvent", f"{id_}_finish"),
        name="内側",
    )


def test_a_sub_process_sees_the_data_and_gives_them_back(begin: Begin) -> None:
    inside = inner(
        task("deep"),
        compute("sum_up", "計 = 元 + 追加"),
        flows("inside_begin", "deep", "sum_up", "inside_finish"),
    )
    case = begin(line(("inside", inside), ("after", task("after"))), {"元": 1, "self": 0})

    case.complete("deep", 追加=4)

    assert case.open_tasks() == ["after"]
    case.complete("after")
    assert case.variables["計"] == Decimal(5)
    assert case.trace == [
        "begin",
        "inside_begin",
        "deep",
        "sum_up",
        "inside_finish",
        "inside",
        "after",
        "finish",
    ]


def test_sub_processes_nest(begin: Begin) -> None:
    deepest = inner(task("deep"), flows("c_begin", "deep", "c_finish"), id_="c")
    middle = inner(deepest, flows("b_begin", "c", "b_finish"), id_="b")
    outer = inner(middle, flows("a_begin", "b", "a_finish"), id_="a")
    case = begin(line(("a", outer)))

    case.complete("deep", 値="底")

    assert case.variables == {"値": "底"}
    assert case.trace[-4:] == ["b", "a_finish", "a", "finish"]
