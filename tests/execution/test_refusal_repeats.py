"""Repetitions that would run too often, never end or lose answers are refused."""

from __future__ import annotations

import pytest

from tests.execution.drawing import (
    FORM,
    check_refusal,
    line,
    node,
    properties,
    refused,
    rows,
    user_task,
)

Places = set[tuple[str, str]]


def several(content: str, form: str = "", stored_as: str = "", **attributes: str) -> bytes:
    """A user task `do_it` done several times."""
    repeat = "".join(f' {name}="{value}"' for name, value in attributes.items())
    marks = f"<bpmn:multiInstanceLoopCharacteristics{repeat}>{content}"
    values = {"candidateGroups": "PJMO", **({"formKey": form} if form else {})}
    own = properties(values)
    if stored_as:
        own = own.replace(
            "</bpmn:extensionElements>",
            f"<spiffworkflow:variableName>{stored_as}</spiffworkflow:variableName>"
            "</bpmn:extensionElements>",
        )
    closed = marks + "</bpmn:multiInstanceLoopCharacteristics>"
    return line(("do_it", node("userTask", "do_it", own + closed, name="作業")))


def repeated(content: str = "", **attributes: str) -> bytes:
    """A user task `do_it` with a loop marker."""
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    loop = f"<bpmn:standardLoopCharacteristics{marks}>{content}</bpmn:standardLoopCharacteristics>"
    return line(("do_it", user_task(content=loop)))


OVER_LIST = "<bpmn:loopDataInputRef>対象一覧</bpmn:loopDataInputRef>"
INTO_LIST = "<bpmn:loopDataOutputRef>回答一覧</bpmn:loopDataOutputRef>"
ITEM = '<bpmn:inputDataItem id="対象"/>'
RESULT = '<bpmn:outputDataItem id="答え"/>'
TIMES = "<bpmn:loopCardinality>3</bpmn:loopCardinality>"

REPEATS: dict[str, tuple[bytes, Places]] = {
    "behaviour One": (several(TIMES, behavior="One"), {("multi_instance_behavior", "do_it")}),
    "behaviour None": (several(TIMES, behavior="None"), {("multi_instance_behavior", "do_it")}),
    "neither number nor list": (several(""), {("multi_instance_count", "do_it")}),
    "number and list": (several(TIMES + OVER_LIST), {("multi_instance_count", "do_it")}),
    "negative number": (
        several(TIMES.replace("3", "-1")),
        {("bad_count", "do_it")},
    ),
    "too many": (several(TIMES.replace("3", "1000000")), {("bad_count", "do_it")}),
    "broken number": (several(TIMES.replace("3", "count(")), {("broken_feel", "do_it")}),
    "output without a list": (
        several(OVER_LIST + ITEM + RESULT),
        {("multi_instance_output", "do_it")},
    ),
    "item named like a product name": (
        several(OVER_LIST + ITEM.replace("対象", "案件")),
        {("reserved_name", "do_it")},
    ),
    "item named like a field": (
        several(OVER_LIST + INTO_LIST + ITEM.replace("対象", "回答") + RESULT, "answer", "答え"),
        {("multi_instance_name", "do_it")},
    ),
    "answers that overwrite each other": (
        several(OVER_LIST + ITEM, "answer"),
        {("multi_instance_answers", "do_it")},
    ),
    "answers stored elsewhere": (
        several(OVER_LIST + INTO_LIST + ITEM + RESULT, "answer", "別の名"),
        {("multi_instance_answers", "do_it")},
    ),
    "broken completion condition": (
        several(
            TIMES
            + "<bpmn:completionCondition>done ></bpmn:completionCondition>".replace(
                " >", " &gt;", 1
            )
        ),
        {("broken_feel", "do_it")},
    ),
    "loop without an end": (repeated(), {("loop_without_end", "do_it")}),
    "negative loop maximum": (repeated(loopMaximum="-1"), {("bad_count", "do_it")}),
    "broken loop condition": (
        repeated("<bpmn:loopCondition>x =</bpmn:loopCondition>"),
        {("broken_feel", "do_it")},
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), rows(REPEATS))
def test_a_repetition_that_would_lose_or_overdo_something_is_refused(
    drawn: bytes, expected: Places
) -> None:
    check_refusal(refused(drawn, answer=FORM), expected)


def test_answers_collected_under_the_name_of_the_result_are_accepted() -> None:
    drawn = several(OVER_LIST + INTO_LIST + ITEM + RESULT, "answer", "答え")

    assert refused(drawn, answer=FORM) == []
