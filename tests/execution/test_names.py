"""Reading a name that nothing, or not every way, has written is told as a warning."""

from __future__ import annotations

import pytest

from engine.execution.bundle import Known, read_bundle, read_folders
from tests.execution.drawing import (
    FORM,
    KEY,
    KNOWN,
    diagram,
    extensions,
    flow,
    flows,
    is_sentence,
    line,
    node,
    places,
    properties,
    read,
    script,
    timer,
    user_task,
)

BEGIN, FINISH = node("startEvent", "begin"), node("endEvent", "finish")


def warned(content: bytes, known: Known = KNOWN, **forms: bytes) -> set[tuple[str, str]]:
    """The warnings about names."""
    found = [w for w in read(content, known, **forms).warnings if w.code.endswith("_name")]
    assert all(is_sentence(warning.message) for warning in found)
    return places(found)


def compute(id_: str, text: str) -> str:
    return script(text).replace('id="compute"', f'id="{id_}"')


def branches(left: str, right: str, kind: str) -> bytes:
    """Two scripts side by side, joined before one that reads `合計`."""
    choice = kind == "exclusiveGateway"
    return diagram(
        BEGIN,
        compute("prepare", "x = 1"),
        node(kind, "split", **({"default": "split_to_right"} if choice else {})),
        compute("left", left),
        compute("right", right),
        node(kind, "join"),
        compute("sum_up", "y = 合計"),
        FINISH,
        flows("begin", "prepare", "split"),
        flow("split", "left", "x = 1" if choice else None),
        flow("split", "right"),
        flow("left", "join"),
        flow("right", "join"),
        flows("join", "sum_up", "finish"),
    )


def test_a_name_that_nothing_writes_is_told() -> None:
    assert ("unknown_name", "compute") in warned(line(("compute", script("y = 件数 + 1"))))


def test_a_name_written_by_a_form_is_known() -> None:
    drawn = line(("do_it", user_task(formKey="answer")), ("compute", script("y = 回答")))

    assert warned(drawn, answer=FORM) == set()


def test_a_name_read_before_its_form_is_told() -> None:
    drawn = line(("compute", script("y = 回答")), ("do_it", user_task(formKey="answer")))

    assert warned(drawn, answer=FORM) == {("unset_name", "compute")}


def test_a_name_of_which_one_way_knows_nothing_is_told() -> None:
    drawn = branches("合計 = 1", "他 = 1", "exclusiveGateway")

    assert warned(drawn) == {("unset_name", "sum_up")}


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(branches("合計 = 1", "合計 = 2", "exclusiveGateway"), id="both ways write"),
        pytest.param(branches("合計 = 1", "他 = 1", "parallelGateway"), id="parallel ways meet"),
        pytest.param(
            line(("do_it", user_task()), ("compute", script("y = 完了者"))), id="the engine writes"
        ),
        pytest.param(line(("compute", script("y = 案件.番号\nz = 設定.a"))), id="always in scope"),
    ],
)
def test_a_name_that_every_way_writes_is_known(drawn: bytes) -> None:
    assert warned(drawn) == set()


def test_a_name_written_after_a_deadline_is_unset_on_the_way_of_the_deadline() -> None:
    drawn = diagram(
        BEGIN,
        user_task(formKey="answer"),
        node("boundaryEvent", "late", timer("timeDuration", "P1D"), attachedToRef="do_it"),
        compute("tell", "y = 回答"),
        FINISH,
        flows("begin", "do_it", "finish"),
        flows("late", "tell", "finish"),
    )

    assert warned(drawn, answer=FORM) == {("unset_name", "tell")}


def test_a_condition_may_read_what_the_element_before_it_wrote() -> None:
    drawn = diagram(
        BEGIN,
        user_task(formKey="answer"),
        node("exclusiveGateway", "which", default="which_to_finish"),
        node("endEvent", "other"),
        FINISH,
        flows("begin", "do_it", "which"),
        flow("which", "other", '回答 = "はい"'),
        flow("which", "finish"),
    )

    assert warned(drawn, answer=FORM) == set()


def test_what_a_sub_process_writes_is_known_behind_it() -> None:
    inner = (
        node("startEvent", "in_begin")
        + compute("inside", "合計 = x")
        + node("endEvent", "in_end")
        + flows("in_begin", "inside", "in_end")
    )
    drawn = line(
        ("first", compute("first", "x = 1")),
        ("part", node("subProcess", "part", inner)),
        ("last", compute("last", "y = 合計")),
    )

    assert warned(drawn) == set()


def test_declared_inputs_are_known_from_the_start() -> None:
    drawn = diagram(
        '<bpmn:ioSpecification><bpmn:dataInput id="i" name="件名"/><bpmn:inputSet>'
        "<bpmn:dataInputRefs>i</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet/>"
        "</bpmn:ioSpecification>",
        BEGIN,
        compute("use", "y = 件名"),
        FINISH,
        flows("begin", "use", "finish"),
    )

    assert warned(drawn) == set()


def test_the_outputs_of_a_called_process_are_known() -> None:
    called = node("callActivity", "call", calledElement="approval")
    drawn = line(("call", called), ("compute", script("y = 決裁結果\nz = 決済結果")))
    known = Known(roles=KNOWN.roles, processes=KNOWN.processes, outputs={"approval": ("決裁結果",)})

    bundle = read_bundle(KEY, {f"{KEY}.bpmn": drawn}, known)

    told = [w.message for w in bundle.warnings if w.code == "unknown_name"]
    assert len(told) == 1
    assert "「決済結果」" in told[0]


def test_without_a_declared_interface_only_the_result_comes_back() -> None:
    caller = line(
        ("call", node("callActivity", "call", calledElement="other")),
        ("compute", script("y = 結果")),
    )
    other = line(("do_it", user_task())).replace(b'process id="case"', b'process id="other"')

    found = read_folders({KEY: {f"{KEY}.bpmn": caller}, "other": {"other.bpmn": other}}, KNOWN)

    assert "unknown_name" not in {w.code for w in found.bundles[KEY].warnings}


def test_a_message_whose_entries_become_variables_may_write_any_name() -> None:
    drawn = diagram(
        node("startEvent", "go", '<bpmn:messageEventDefinition messageRef="m"/>'),
        compute("use", "y = 何か"),
        FINISH,
        flows("go", "use", "finish"),
        roots='<bpmn:message id="m" name="msg.x"/>',
    )
    kept = drawn.replace(
        b'<bpmn:messageEventDefinition messageRef="m"/>',
        (
            '<bpmn:messageEventDefinition messageRef="m">'
            + extensions("<spiffworkflow:messageVariable>届</spiffworkflow:messageVariable>")
            + "</bpmn:messageEventDefinition>"
        ).encode(),
    )

    assert warned(drawn) == set()
    assert warned(kept) == {("unknown_name", "use"), ("unset_name", "use")}


def test_a_property_of_a_task_that_reads_an_unknown_name_is_told() -> None:
    drawn = line(("do_it", node("userTask", "do_it", properties({"assignee": "起案者"}))))

    assert ("unknown_name", "do_it") in warned(drawn)
