"""Signals: everybody who waits when one is thrown gets it, once, and processes start by it."""

from __future__ import annotations

import pytest

from engine.domain.records import Job
from engine.jobs import embedded, handlers
from engine.jobs.runner_port import Commands
from engine.services import signals
from engine.testing import TestOffice
from tests.execution.drawing import diagram, flows, node, user_task

SIGNAL = '<bpmn:signal id="s" name="一斉"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
CARRIES = (
    '<bpmn:signal id="s" name="一斉"><bpmn:extensionElements>'
    "<spiffworkflow:payloadExpression>{版: 2}</spiffworkflow:payloadExpression>"
    "<spiffworkflow:variableName>知らせ</spiffworkflow:variableName>"
    "</bpmn:extensionElements></bpmn:signal>"
)


def folder(key: str, *content: str, roots: str = SIGNAL) -> dict[str, dict[str, bytes]]:
    drawn = diagram(*content, roots=roots).replace(b'"case"', f'"{key}"'.encode())
    return {key: {f"{key}.bpmn": drawn}}


def thrower(roots: str = SIGNAL) -> dict[str, dict[str, bytes]]:
    return folder(
        "thrower",
        node("startEvent", "begin"),
        user_task("prepare"),
        node("endEvent", "tell", ON_SIGNAL),
        flows("begin", "prepare", "tell"),
        roots=roots,
    )


def starter(roots: str = SIGNAL) -> dict[str, dict[str, bytes]]:
    return folder(
        "starter",
        node("startEvent", "heard", ON_SIGNAL),
        user_task("handle"),
        node("endEvent", "finish"),
        flows("heard", "handle", "finish"),
        roots=roots,
    )


BESIDE = folder(
    "beside",
    node("startEvent", "begin"),
    user_task("work"),
    node("boundaryEvent", "rim", ON_SIGNAL, attachedToRef="work", cancelActivity="false"),
    user_task("told"),
    node("endEvent", "finish"),
    node("endEvent", "done"),
    flows("begin", "work", "finish"),
    flows("rim", "told", "done"),
)


def opened(office: TestOffice) -> list[str]:
    return sorted(task.element_id for task in office.open_tasks())


def test_a_signal_starts_an_instance_where_it_was_thrown(office: TestOffice) -> None:
    office.deploy({**thrower(CARRIES), **starter(CARRIES)})
    case = office.start("thrower")
    office.complete("prepare")

    [started] = office.cases("starter")
    thrown = office.head(case.id)
    head = office.head(started.id)
    assert (head.project_id, head.system_id) == (thrown.project_id, thrown.system_id)
    assert head.started_by == "system:messages"
    assert office.variables(started)["知らせ"] == {"版": 2}


def test_each_throw_starts_one_more_and_an_older_version_none(office: TestOffice) -> None:
    office.deploy({**thrower(), **starter()})
    for _ in range(2):
        office.start("thrower")
        office.complete("prepare")
    assert len(office.cases("starter")) == 2

    plain = node("startEvent", "heard") + user_task("handle") + node("endEvent", "finish")
    office.deploy(folder("starter", plain, flows("heard", "handle", "finish")))
    office.start("thrower")
    office.complete("prepare")

    assert len(office.cases("starter")) == 2


def test_everybody_who_waits_gets_it_and_the_own_instance_too(office: TestOffice) -> None:
    both = folder(
        "both",
        node("startEvent", "begin"),
        node("parallelGateway", "fork"),
        user_task("prepare"),
        node("intermediateThrowEvent", "tell", ON_SIGNAL),
        node("intermediateCatchEvent", "first", ON_SIGNAL),
        node("intermediateCatchEvent", "second", ON_SIGNAL),
        node("intermediateCatchEvent", "late", ON_SIGNAL),
        *(node("endEvent", name) for name in ("e1", "e2", "e3")),
        flows("begin", "fork", "prepare", "tell", "late", "e1"),
        flows("fork", "first", "e2"),
        flows("fork", "second", "e3"),
    )
    office.deploy({**both, **BESIDE})
    office.start("beside")
    office.start("beside")
    case = office.start("both")

    office.complete("prepare")

    trace = office.trace(case)
    assert {"first", "second"} <= set(trace)
    assert "late" not in trace  # it began to wait after the signal was thrown
    assert opened(office) == ["told", "told", "work", "work"]


def test_a_job_that_is_tried_again_hands_it_to_nobody_twice(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.deploy({**thrower(), **starter(), **BESIDE})
    office.start("beside")
    office.start("thrower")
    jobs: list[Job] = []

    def broadcast(engine: Commands, job: Job) -> None:
        jobs.append(job)
        handlers.broadcast_signal(engine, job)

    monkeypatch.setattr(embedded, "HANDLERS", {**handlers.HANDLERS, "broadcast_signal": broadcast})
    office.complete("prepare")
    assert opened(office) == ["handle", "told", "work"]

    handlers.broadcast_signal(office.engine, jobs[0])
    late = signals.Receiver(id="starter")
    assert office.engine.run(signals.deliver, jobs[0].args, late) is False

    assert opened(office) == ["handle", "told", "work"]


def test_who_begins_to_wait_later_does_not_get_it(office: TestOffice) -> None:
    office.deploy({**thrower(), **BESIDE})
    office.start("thrower")
    args = {
        "id": "x",
        "name": "一斉",
        "payload": None,
        "project_id": "p1",
        "thrown_at": office.clock(),
    }
    office.advance(to=office.clock().replace(hour=23))
    office.start("beside")

    assert office.engine.ask(signals.receivers, args) == []
