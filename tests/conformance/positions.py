"""Every event definition in every place an event may stand, as a tiny model.

The event in question is always called `x`.  `ALLOWED` is what BPMN 2.0 has (its table of events);
everything else is drawn as well, since a file may hold it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.execution.drawing import diagram, flow, flows, node, script, timer, user_task

MESSAGE = '<bpmn:messageEventDefinition id="d_message" messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition id="d_signal" signalRef="s"/>'
ROOTS = (
    '<bpmn:message id="m" name="NAME"/><bpmn:signal id="s" name="NAME"/>'
    '<bpmn:error id="e" name="e" errorCode="E1"/>'
    '<bpmn:escalation id="c" name="c" escalationCode="C1"/>'
)
KINDS = {
    "none": "",
    "message": MESSAGE,
    "timer date": timer("timeDate", 'now() + duration("PT2H")'),
    "timer duration": timer("timeDuration", "PT2H"),
    "timer cycle": timer("timeCycle", "R2/PT2H"),
    "signal": SIGNAL,
    "error": '<bpmn:errorEventDefinition id="d_error" errorRef="e"/>',
    "escalation": '<bpmn:escalationEventDefinition id="d_escalation" escalationRef="c"/>',
    "conditional": '<bpmn:conditionalEventDefinition id="d_condition">'
    "<bpmn:condition>n &gt; 1</bpmn:condition></bpmn:conditionalEventDefinition>",
    "link": '<bpmn:linkEventDefinition id="d_link" name="away"/>',
    "compensate": '<bpmn:compensateEventDefinition id="d_compensate"/>',
    "cancel": '<bpmn:cancelEventDefinition id="d_cancel"/>',
    "terminate": '<bpmn:terminateEventDefinition id="d_terminate"/>',
    "multiple": MESSAGE + SIGNAL,
    "parallel multiple": MESSAGE + SIGNAL,
}
HANDLER = script("u = 1", isForCompensation="true").replace('"compute"', '"undo"')
TIE = node("association", "tie", sourceRef="rim", targetRef="undo")
THROW = (
    node("intermediateThrowEvent", "pressed", SIGNAL.replace("d_", "p_"))
    + node("endEvent", "gone")
    + flows("fork", "press", "pressed", "gone")
)
PRESSED = {  # what stands behind the task `press`
    "conditional": node("endEvent", "gone") + flows("fork", "press", "gone"),
    "signal": THROW,
    "multiple": THROW,
    "parallel multiple": THROW,
}
TIMERS = frozenset({"timer date", "timer duration", "timer cycle"})
COMMON = TIMERS | {"message", "signal", "conditional", "multiple", "parallel multiple"}
ALLOWED = {
    "startEvent": COMMON | {"none"},
    "startEvent of a subProcess": frozenset({"none"}),
    "event subProcess, interrupting": COMMON | {"error", "escalation", "compensate"},
    "event subProcess, non-interrupting": COMMON | {"escalation"},
    "intermediateCatchEvent": COMMON | {"link"},
    "intermediateThrowEvent": frozenset(
        {"none", "message", "signal", "escalation", "compensate", "link", "multiple"}
    ),
    "boundaryEvent, interrupting": COMMON | {"error", "escalation", "cancel", "compensate"},
    "boundaryEvent, non-interrupting": COMMON | {"escalation"},
    "endEvent": frozenset(
        {
            "none",
            "message",
            "signal",
            "error",
            "escalation",
            "cancel",
            "compensate",
            "terminate",
            "multiple",
        }
    ),
}


def names() -> Iterator[tuple[str, str, str]]:
    """(name of the row, place, kind of definition)."""
    for place in ALLOWED:
        event, _, manner = place.partition(", ")
        for kind in KINDS:
            yield ", ".join(filter(None, (event, kind, manner))), place, kind


def model(place: str, kind: str) -> bytes:
    """The event `x` in that place, and around it what it needs to be whole."""
    more = {"parallelMultiple": "true"} if kind == "parallel multiple" else {}
    draw = {
        "startEvent": _start,
        "startEvent of a subProcess": _inner_start,
        "event subProcess, interrupting": _event_subprocess,
        "event subProcess, non-interrupting": _event_subprocess,
        "boundaryEvent, interrupting": _boundary,
        "boundaryEvent, non-interrupting": _boundary,
        "endEvent": _end,
    }.get(place, _between)
    return draw(place, kind, more).replace(b"NAME", sent(place, kind).encode())


def sent(place: str, kind: str) -> str:
    """What the message and the signal of that model are called."""
    return f"{place} {kind}".replace(",", "").replace(" ", "_")


def _start(place: str, kind: str, more: dict[str, str]) -> bytes:
    thrower = (
        node("startEvent", "begin")
        + user_task("press")
        + node("intermediateThrowEvent", "pressed", SIGNAL.replace("d_", "p_"))
        + node("endEvent", "gone")
        + flows("begin", "press", "pressed", "gone")
    )
    return diagram(
        node("startEvent", "x", KINDS[kind], **more),
        user_task("work"),
        node("endEvent", "finish"),
        flows("x", "work", "finish"),
        thrower if kind in ("signal", "multiple") else "",
        roots=ROOTS,
    )


def _inner_start(place: str, kind: str, more: dict[str, str]) -> bytes:
    inner = (
        node("startEvent", "x", KINDS[kind], **more)
        + user_task("work")
        + node("endEvent", "done")
        + flows("x", "work", "done")
    )
    return _line(node("subProcess", "frame", inner), "frame")


def _event_subprocess(place: str, kind: str, more: dict[str, str]) -> bytes:
    more["isInterrupting"] = "false" if "non-" in place else "true"
    inner = (
        node("startEvent", "x", KINDS[kind], **more)
        + user_task("answer")
        + node("endEvent", "done")
        + flows("x", "answer", "done")
    )
    apart = node("subProcess", "apart", inner, triggeredByEvent="true")
    if kind in ("error", "escalation"):
        return _line(_host(kind) + apart, "work")
    if kind != "compensate":
        return _line(user_task("work") + apart, "work", press=kind)
    frame = (
        node("startEvent", "inside")
        + user_task("work")
        + node("endEvent", "over")
        + flows("inside", "work", "over")
    )
    back = node("intermediateThrowEvent", "back", KINDS["compensate"].replace("d_", "b_"))
    return _line(node("subProcess", "frame", frame + apart) + back, "frame", "back")


def _between(place: str, kind: str, more: dict[str, str]) -> bytes:
    x = node(place, "x", KINDS[kind], **more)
    if kind == "link":
        return _linked(place, x)
    if kind == "compensate":
        return _line(_undoable() + x, "work", "x", more=TIE)
    press = kind if "Catch" in place else ""
    return _line(user_task("work") + x + user_task("after"), "work", "x", "after", press=press)


def _linked(place: str, x: str) -> bytes:
    other = "intermediateThrowEvent" if "Catch" in place else "intermediateCatchEvent"
    there = node(other, "there", KINDS["link"].replace("d_link", "d_there"))
    first, second = ("there", "x") if "Catch" in place else ("x", "there")
    return diagram(
        node("startEvent", "begin"),
        x,
        there,
        user_task("after"),
        node("endEvent", "finish"),
        flows("begin", first),
        flows(second, "after", "finish"),
    )


def _boundary(place: str, kind: str, more: dict[str, str]) -> bytes:
    more["cancelActivity"] = "false" if "non-" in place else "true"
    x = node("boundaryEvent", "x", KINDS[kind], attachedToRef="work", **more)
    if kind == "compensate":
        throw = node("intermediateThrowEvent", "back", KINDS["compensate"].replace("d_", "b_"))
        tie = TIE.replace("rim", "x")
        return _line(user_task("work") + x + HANDLER + throw, "work", "back", more=tie)
    host = user_task("work")
    if kind in ("cancel", "error", "escalation"):
        host = _host(kind)
    away = node("endEvent", "away") + flow("x", "away")
    return _line(host + x + away, "work", press=kind)


def _host(kind: str) -> str:
    """A frame that throws what is caught at its rim."""
    inner = (
        node("startEvent", "inside")
        + user_task("do")
        + node("endEvent", "thrown", KINDS[kind].replace("d_", "t_"))
        + flows("inside", "do", "thrown")
    )
    return node("transaction" if kind == "cancel" else "subProcess", "work", inner)


def _end(place: str, kind: str, more: dict[str, str]) -> bytes:
    x = node("endEvent", "x", KINDS[kind], **more)
    if kind == "cancel":
        inner = node("startEvent", "inside") + user_task("work") + x + flows("inside", "work", "x")
        rim = node("boundaryEvent", "rim", KINDS[kind].replace("d_", "r_"), attachedToRef="frame")
        return _line(
            node("transaction", "frame", inner)
            + rim
            + node("endEvent", "away")
            + flow("rim", "away"),
            "frame",
        )
    undoable = kind == "compensate"
    return diagram(
        node("startEvent", "begin"),
        _undoable() if undoable else user_task("work"),
        x,
        flows("begin", "work", "x"),
        TIE if undoable else "",
        roots=ROOTS,
    )


def _undoable() -> str:
    """The task `work` with a handler that takes it back."""
    rim = node(
        "boundaryEvent", "rim", KINDS["compensate"].replace("d_", "r_"), attachedToRef="work"
    )
    return user_task("work") + rim + HANDLER


def _line(nodes: str, *ids: str, more: str = "", press: str = "") -> bytes:
    """A process in one line.

    `press`: the kind of event.  What something in the instance has to bring about, the task
    `press` beside the line does.
    """
    pressed = press in PRESSED
    beside = node("parallelGateway", "fork") + user_task("press") if pressed else ""
    beside += PRESSED.get(press, "")
    return diagram(
        node("startEvent", "begin"),
        beside,
        nodes,
        node("endEvent", "finish"),
        flows("begin", *(["fork"] if pressed else []), *ids, "finish"),
        more,
        roots=ROOTS,
    )
