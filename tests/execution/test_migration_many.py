"""A thousand cases, stopped anywhere, go to a changed version or stay: none is damaged.

The process is drawn like the preparation of a go-live: plans, then ways side by side with a task
for each office, a sub-process, a call, a wait for a message or a day, and a decision that may go
back.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from engine.execution.bundle import Bundle
from engine.execution.data import data_of
from engine.execution.migration import NotMigratableError
from engine.execution.step import EndKind
from tests.execution.drawing import diagram, flow, flows, node, read, timer, user_task
from tests.execution.migrating import OTHERS, moved_to
from tests.execution.running import Case, House

CASES = 1_000
MOST_STEPS = 400
ROOTS = '<bpmn:message id="m1" name="msg.ready"/>'
Parts = dict[str, str]
Change = Callable[[Parts], None]


def offices(condition: str = "") -> str:
    more = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return (
        "<bpmn:multiInstanceLoopCharacteristics>"
        "<bpmn:loopDataInputRef>部署</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>回答一覧</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="課" name="課"/><bpmn:outputDataItem id="回答" name="回答"/>'
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


TEAM = node("exclusiveGateway", "team_over") + flows("split", "team", "team_over", "meet")


def sub(id_: str, *ids: str, start: str) -> str:
    inner = [
        node("startEvent", start),
        *(user_task(one) for one in ids),
        node("endEvent", f"{id_}_e"),
    ]
    return node("subProcess", id_, "".join(inner) + flows(start, *ids, f"{id_}_e"))


def reminder(value: str, **more: str) -> str:
    return (
        node("boundaryEvent", "late", timer("timeDuration", value), attachedToRef="ask", **more)
        + user_task("remind")
        + node("endEvent", "reminded")
        + flows("late", "remind", "reminded")
    )


def first() -> Parts:
    """The parts of the first version, by name; a change puts others in their places."""
    variable = "<spiffworkflow:variableName>回答</spiffworkflow:variableName>"
    ask = user_task("ask", offices()).replace(
        "</bpmn:extensionElements>", variable + "</bpmn:extensionElements>", 1
    )
    return {
        "ends": node("startEvent", "begin") + node("endEvent", "finish"),
        "plan": user_task("plan") + user_task("review") + flows("begin", "plan", "review", "split"),
        "gates": node("parallelGateway", "split") + node("parallelGateway", "meet"),
        "ask": ask + flows("split", "ask", "meet"),
        "late": reminder('"P3D"', cancelActivity="false"),
        "team": sub("team", "draft", "check", start="team_s") + TEAM,
        "limit": node(
            "boundaryEvent", "limit", timer("timeDuration", '"P20D"'), attachedToRef="team"
        )
        + flow("limit", "team_over"),
        "call": node("callActivity", "approve", calledElement="approval")
        + flows("split", "approve", "meet"),
        "wait": node("eventBasedGateway", "which")
        + node("intermediateCatchEvent", "ready", '<bpmn:messageEventDefinition messageRef="m1"/>')
        + node("intermediateCatchEvent", "day", timer("timeDuration", '"P9D"'))
        + node("exclusiveGateway", "either")
        + user_task("train")
        + flows("split", "which", "ready", "either", "train", "meet")
        + flows("which", "day", "either"),
        "decide": user_task("decide")
        + node("exclusiveGateway", "good", default="good_to_report")
        + user_task("redo")
        + user_task("report")
        + flows("meet", "decide", "good", "report", "finish")
        + flow("good", "redo", "やり直し")
        + flow("redo", "decide"),
        "data": node("dataObject", "部署") + node("dataObject", "回答一覧"),
    }


def drawn(parts: Parts) -> Bundle:
    return read(diagram(*parts.values(), roots=ROOTS), OTHERS)


def step_inserted(parts: Parts) -> None:
    parts["ask"] = parts["ask"].replace(
        flows("ask", "meet"), user_task("sum") + flows("ask", "sum", "meet")
    )
    parts["decide"] += user_task("sign")
    parts["decide"] = parts["decide"].replace(
        flows("report", "finish"), flows("report", "sign", "finish")
    )


def step_removed(parts: Parts) -> None:
    parts["plan"] = user_task("plan") + flows("begin", "plan", "split")
    parts["team"] = sub("team", "check", start="team_s") + TEAM


def step_renamed(parts: Parts) -> None:
    for name, text in parts.items():
        parts[name] = text.replace("review", "survey").replace("train", "teach")


def events_added(parts: Parts) -> None:
    for id_ in ("plan", "decide", "approve", "train"):
        parts["call"] += (
            node("boundaryEvent", f"{id_}_late", timer("timeDuration", '"P2D"'),
                 attachedToRef=id_, cancelActivity="false")
            + user_task(f"{id_}_call") + node("endEvent", f"{id_}_called")
            + flows(f"{id_}_late", f"{id_}_call", f"{id_}_called")
        )  # fmt: skip


def events_removed(parts: Parts) -> None:
    del parts["late"], parts["limit"]


def events_changed(parts: Parts) -> None:
    parts["late"] = reminder('"P5D"', cancelActivity="false")
    parts["wait"] = parts["wait"].replace("P9D", "P1D")


def reminder_interrupts(parts: Parts) -> None:
    parts["late"] = reminder('"P3D"').replace("endEvent", "exclusiveGateway")
    parts["ask"] = parts["ask"].replace(flows("ask", "meet"), flows("ask", "reminded", "meet"))


def enough_answers(parts: Parts) -> None:
    parts["ask"] = parts["ask"].replace(offices(), offices("done &gt;= 2"))


def other_collection(parts: Parts) -> None:
    parts["ask"] = parts["ask"].replace("回答一覧", "結果一覧")
    parts["data"] = parts["data"].replace("回答一覧", "結果一覧")


def way_added(parts: Parts) -> None:
    parts["more"] = user_task("publish") + flows("split", "publish", "meet")


def way_removed(parts: Parts) -> None:
    parts["wait"] = ""


def one_after_the_other(parts: Parts) -> None:
    parts["ask"] = parts["ask"].replace(flows("split", "ask", "meet"), flow("ask", "meet"))
    parts["call"] = parts["call"].replace(
        flows("split", "approve", "meet"), flows("split", "approve", "ask")
    )


def taken_into_the_team(parts: Parts) -> None:
    parts["wait"] = (
        parts["wait"]
        .replace(user_task("train"), "")
        .replace(flows("either", "train", "meet"), flow("either", "meet"))
    )
    parts["team"] = sub("team", "draft", "train", "check", start="team_s") + TEAM


CHANGES: tuple[Change, ...] = (
    step_inserted, step_removed, step_renamed, events_added, events_removed, events_changed,
    reminder_interrupts, enough_answers, other_collection, way_added, way_removed,
    one_after_the_other, taken_into_the_team,
)  # fmt: skip


def stopped(bundle: Bundle, dice: random.Random) -> Case:
    """A case somewhere on its way."""
    case = Case(bundle, House(), reloads=False).begin(
        {"部署": ["一", "二", "三"], "やり直し": False}
    )
    for _ in range(dice.randrange(22)):
        if not waits(case):
            return stopped(bundle, dice)
        act(case, dice)
    return case if waits(case) else stopped(bundle, dice)


def waits(case: Case) -> bool:
    return bool(case.tasks or case.timers or case.calls or case.subscriptions)


def act(case: Case, dice: random.Random) -> None:
    """One thing that may happen next; timers ring more seldom than people work."""
    acts: list[Callable[[], Any]] = [
        lambda id_=id_: complete(case, id_, dice) for id_ in sorted(case.tasks)
    ]
    acts += [lambda: case.resume("approval", 承認=True)] * bool(case.calls)
    acts += [lambda: case.deliver("msg.ready")] * bool(case.subscriptions)
    if case.timers and (not acts or dice.random() < 0.2):
        acts = [case.ring]
    dice.choice(acts)()


def complete(case: Case, id_: str, dice: random.Random) -> None:
    element = case.tasks[id_].element_id
    if element == "ask":
        case.complete_id(id_, 課題=element)
        return
    values = {f"印_{element}": id_}
    if element == "decide":
        values["やり直し"] = dice.random() < 0.3
    case.complete_id(id_, **values)


def finish(case: Case, dice: random.Random) -> None:
    """Until it has ended as drawn, without anything having failed."""
    for _ in range(MOST_STEPS):
        if case.step.ended is not None:
            break
        assert case.failures == {}
        assert waits(case)
        act(case, dice)
    assert case.ended.kind == EndKind.COMPLETED


@pytest.fixture(scope="module")
def old() -> Bundle:
    return drawn(first())


@pytest.fixture(scope="module")
def versions() -> list[Bundle]:
    made = []
    for change in CHANGES:
        parts = first()
        change(parts)
        made.append(drawn(parts))
    return made


def test_a_thousand_cases_are_migrated_or_refused_and_all_come_to_their_end(
    old: Bundle, versions: list[Bundle]
) -> None:
    dice = random.Random(8)
    outcomes: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for number in range(CASES):
        case = stopped(old, dice)
        change = number % len(CHANGES)
        known, marks = set(case.live.known), marks_of(case)
        try:
            moved_to(case, versions[change])
        except NotMigratableError as error:
            refusals.update(reason.code for reason in error.reasons)
            outcomes["refused"] += 1
            assert set(case.live.known) == known
        else:
            outcomes["migrated"] += 1
            assert {id_ for kind, id_ in known if kind == "task"} == set(case.tasks)
        case.reloads = number % 10 == 0
        finish(case, dice)
        assert {name: case.variables[name] for name in marks} == marks

    assert min(outcomes.values()) >= CASES / 5, outcomes
    assert {"gone", "bound", "join", "starved", "together", "path"} <= set(refusals), refusals
    assert "check" not in refusals


def marks_of(case: Case) -> dict[str, Any]:
    """What people have entered and nothing takes away: a team that is interrupted loses its own."""

    found = data_of(case.live)
    return {n: v for n, v in found.items() if n in ("印_plan", "印_review")}
