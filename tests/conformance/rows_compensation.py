"""Undoing what is complete."""

from __future__ import annotations

import re

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import diagram, flow, flows, line, node, script, user_task

ERROR = '<bpmn:errorEventDefinition id="e"/>'
UNDO = '<bpmn:compensateEventDefinition id="{}" {}/>'


def step(id_: str, text: str, content: str = "", **attributes: str) -> str:
    """A script task; `content` stands before its script."""
    made = script(text, **attributes).replace('"compute"', f'"{id_}"')
    return made.replace("<bpmn:script>", f"{content}<bpmn:script>")


def undone(*pairs: tuple[str, str]) -> str:
    """What undoes: pairs of an activity and its handler; stands behind the nodes and flows.

    The boundary event of `book` is `book_undone`.  A handler is XML and its id begins it.
    """
    events = "".join(
        node(
            "boundaryEvent",
            f"{activity}_undone",
            UNDO.format(f"d_{activity}", ""),
            attachedToRef=activity,
        )
        for activity, _ in pairs
    )
    ties = "".join(
        node(
            "association",
            f"tie_{activity}",
            sourceRef=f"{activity}_undone",
            targetRef=re.search(r'id="([^"]*)"', handler)[1],  # type: ignore[index]
            associationDirection="One",
        )
        for activity, handler in pairs
    )
    return events + "".join(handler for _, handler in pairs) + ties


def undo_by(activity: str, text: str) -> tuple[str, str]:
    """A script `undo_<activity>`, and what it undoes."""
    return activity, step(f"undo_{activity}", text, isForCompensation="true")


def undo_by_hand(activity: str, handler: str) -> tuple[str, str]:
    """The same with a user task."""
    task = user_task(handler).replace(" name=", ' isForCompensation="true" name=', 1)
    return activity, task


def throw(id_: str = "undo", more: str = "", kind: str = "intermediateThrowEvent") -> str:
    return node(kind, id_, UNDO.format(f"d_{id_}", more))


BOOKED = (
    ("book", step("book", "room = 7")),
    ("pay", step("pay", "paid = 5")),
)
PAIRS = (
    undo_by("book", 'undone = append(undone, "book")'),
    undo_by("pay", 'undone = append(undone, "pay")'),
)
BOTH = undone(*PAIRS)

CANCEL = '<bpmn:cancelEventDefinition id="{}"/>'
INNER = (
    node("startEvent", "first") + "{}" + node("endEvent", "last") + flows("first", "trip", "last")
)
MANY = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
    "<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="item" name="item"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)
TRIP = node(
    "subProcess",
    "trip",
    node("startEvent", "start")
    + "".join(xml for _, xml in BOOKED)
    + node("endEvent", "stop")
    + flows("start", "book", "pay", "stop")
    + BOTH,
)


def apart(definition: str, *middle: str) -> str:
    """An event sub-process with a line from `oops` through `back` to `own_end`."""
    return node(
        "subProcess",
        "apart",
        node("startEvent", "oops", definition)
        + "".join(middle)
        + node("endEvent", "own_end")
        + flows("oops", "back", "own_end"),
        triggeredByEvent="true",
    )


OWN = node(
    "subProcess",
    "trip",
    node("startEvent", "start")
    + "".join(xml for _, xml in BOOKED)
    + node("endEvent", "stop")
    + flows("start", "book", "pay", "stop")
    + apart(
        UNDO.format("d_own", ""),
        throw("undo_one", 'activityRef="book"'),
        step("back", "undone = append(undone, n)"),
    ).replace(flows("oops", "back"), flows("oops", "undo_one", "back"))
    + BOTH,
)


def again(*ids: str) -> str:
    """The event sub-process of `OWN` once more, with other ids."""
    found = OWN[OWN.index('<bpmn:subProcess id="apart"') : OWN.index(BOTH)]
    for id_ in ("apart", "d_own", *ids):
        found = re.sub(rf'(?<=["_]){id_}(?=["_])', f"{id_}2", found)
    return found


def transaction(asked: str) -> str:
    """Books and pays, asks beside another task, and is cancelled."""
    return node(
        "transaction",
        "trip",
        node("startEvent", "start")
        + "".join(xml for _, xml in BOOKED)
        + node("parallelGateway", "fork")
        + asked
        + user_task("other")
        + node("endEvent", "stop", CANCEL.format("d_stop"))
        + node("endEvent", "good")
        + flows("start", "book", "pay", "fork", "ask", "stop")
        + flows("fork", "other", "good")
        + BOTH,
    )


ROWS: tuple[Row | Refusal, ...] = (
    Row(
        name="compensation, reverse order of completion",
        given={"undone": []},
        model=line(*BOOKED, ("undo", throw()), more=BOTH),
        trace="begin book pay pay_undone undo_pay book_undone undo_book undo finish",
        data={"undone": ["pay", "book"]},
    ),
    Row(
        name="compensation, one activity",
        given={"undone": []},
        model=line(*BOOKED, ("undo", throw(more='activityRef="book"')), more=BOTH),
        trace="begin book pay book_undone undo_book undo finish",
        data={"undone": ["book"]},
    ),
    Row(
        name="compensation, nothing complete",
        model=diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "choose", default="choose_to_undo"),
            step("book", "n = 1"),
            throw(),
            node("endEvent", "finish"),
            flows("begin", "choose", "undo", "finish"),
            flow("choose", "book", "n > 0"),
            flow("book", "finish"),
            undone(undo_by("book", "n = 0")),
        ),
        given={"n": 0},
        trace="begin choose undo finish",
    ),
    Row(
        name="compensation, once only",
        given={"undone": []},
        model=line(*BOOKED, ("undo", throw()), ("again", throw("again")), more=BOTH),
        trace="begin book pay pay_undone undo_pay book_undone undo_book undo again finish",
    ),
    Row(
        name="compensation, end event",
        model=diagram(
            node("startEvent", "begin"),
            step("book", "n = 1"),
            throw("finish", kind="endEvent"),
            flows("begin", "book", "finish"),
            undone(undo_by("book", "n = 2")),
        ),
        trace="begin book book_undone undo_book finish",
        data={"n": 2},
    ),
    Row(
        name="compensation, by people",
        model=line(
            ("book", user_task("book")),
            ("undo", throw()),
            ("after", user_task("after")),
            more=undone(undo_by_hand("book", "unbook")),
        ),
        play="do book room=7\nopen unbook\ndo unbook why=busy\nopen after\ndo after",
        trace="begin book book_undone unbook undo after finish",
        data={"room": 7, "why": "busy"},
    ),
    Row(
        name="compensation, not waited for",
        model=line(
            ("book", user_task("book")),
            ("undo", throw(more='waitForCompletion="false"')),
            ("after", user_task("after")),
            more=undone(undo_by_hand("book", "unbook")),
        ),
        play="do book\nopen after unbook\ndo after\nrunning\ndo unbook",
        trace="begin book (undo book_undone) after finish unbook",
    ),
    Row(
        name="compensation, not waited for, by several handlers",
        model=line(
            ("book", user_task("book")),
            ("pay", user_task("pay")),
            ("undo", throw(more='waitForCompletion="false"')),
            ("after", user_task("after")),
            more=undone(undo_by_hand("book", "unbook"), undo_by_hand("pay", "unpay")),
        ),
        play="do book\ndo pay\nopen after unpay\ndo unpay\nopen after unbook\ndo after\n"
        "running\ndo unbook",
        trace="begin book pay (undo pay_undone) unpay book_undone after finish unbook",
    ),
    Row(
        name="compensation, data as they were then",
        model=diagram(
            node("startEvent", "begin"),
            node("exclusiveGateway", "again", default="again_to_book"),
            user_task("book"),
            node("exclusiveGateway", "enough", default="enough_to_undo"),
            throw(),
            node("endEvent", "finish"),
            flows("begin", "again", "book", "enough", "undo", "finish"),
            flow("enough", "again", "room < 3"),
            undone(undo_by("book", "freed = append(freed, room)")),
        ),
        given={"freed": []},
        play="do book room=1\ndo book room=2\ndo book room=3",
        trace="begin again book enough again book enough again book enough "
        "book_undone undo_book book_undone undo_book book_undone undo_book undo finish",
        data={"freed": [3, 2, 1], "room": 3},
    ),
    Row(
        name="compensation, sub-process by what is in it",
        model=line(("trip", TRIP), ("undo", throw(more='activityRef="trip"'))),
        given={"undone": []},
        trace="begin start book pay stop trip "
        "pay_undone undo_pay book_undone undo_book undo finish",
        data={"undone": ["pay", "book"]},
    ),
    Row(
        name="compensation, sub-process in a sub-process",
        model=line(
            ("outer", node("subProcess", "outer", INNER.format(TRIP))),
            ("after", user_task("after")),
            ("undo", throw()),
        ),
        given={"undone": []},
        play="do after",
        trace="begin first start book pay stop trip last outer after "
        "pay_undone undo_pay book_undone undo_book undo finish",
        data={"undone": ["pay", "book"]},
    ),
    Row(
        name="compensation, handler of a sub-process instead of what is in it",
        model=line(("trip", TRIP), ("undo", throw()), more=undone(undo_by("trip", "n = 1"))),
        given={"undone": []},
        trace="begin start book pay stop trip trip_undone undo_trip undo finish",
        data={"undone": [], "n": 1},
    ),
    Row(
        name="compensation, sub-process as handler",
        model=line(
            *BOOKED[:1],
            ("undo", throw()),
            more=undone(
                (
                    "book",
                    node(
                        "subProcess",
                        "undo_book",
                        node("startEvent", "s")
                        + user_task("call")
                        + node("endEvent", "e")
                        + flows("s", "call", "e"),
                        isForCompensation="true",
                    ),
                )
            ),
        ),
        play="do call room=8",
        trace="begin book book_undone s call e undo_book undo finish",
        data={"room": 8},
    ),
    Row(
        name="compensation, each run of a multi-instance activity",
        model=line(
            ("book", step("book", "room = item", content=MANY)),
            ("undo", throw()),
            more=undone(undo_by("book", "undone = append(undone, room)")),
        ),
        given={"items": [1, 2, 3], "undone": []},
        trace="begin book book book book_undone undo_book book_undone undo_book "
        "book_undone undo_book undo finish",
        data={"undone": [3, 2, 1]},
    ),
    Row(
        name="compensation, failing handler tried again",
        model=line(
            ("book", user_task("book")),
            ("undo", throw()),
            more=undone(undo_by("book", "n = if flag then missing else 1")),
        ),
        given={"flag": True},
        play="do book\nincident undo_book\nretry\nincident undo_book\nrunning",
        trace="begin book book_undone",
        ends="running",
    ),
    Row(
        name="compensation, cancelled while it runs",
        model=line(
            ("book", user_task("book")),
            ("undo", throw()),
            more=undone(undo_by_hand("book", "unbook")),
        ),
        play="do book\nopen unbook\ncancel",
        trace="begin book book_undone",
        cancelled="unbook undo",
        ends="cancelled",
    ),
    Row(
        name="transaction, cancelled: what is complete in it is undone",
        model=line(
            ("trip", transaction(user_task("ask"))),
            more=node("boundaryEvent", "failed", CANCEL.format("d_failed"), attachedToRef="trip")
            + step("told", "n = 1")
            + flows("failed", "told", "finish"),
        ),
        given={"undone": []},
        play="do ask",
        trace="begin start book pay fork ask pay_undone undo_pay book_undone undo_book "
        "stop failed told finish",
        cancelled="other trip",
        data={"undone": [], "n": 1},  # what happened inside stays inside
    ),
    Row(
        name="transaction, undone after its commit",
        model=line(
            ("trip", TRIP.replace("subProcess", "transaction")),
            ("after", user_task("after")),
            ("undo", throw()),
        ),
        given={"undone": []},
        play="do after",
        trace="begin start book pay stop trip after pay_undone undo_pay book_undone undo_book "
        "undo finish",
        data={"undone": ["pay", "book"]},
    ),
    Row(
        name="compensation, event sub-process of a sub-process",
        model=line(("trip", OWN), ("room", step("room", "n = 9")), ("undo", throw())),
        given={"undone": [], "n": 1},
        trace="begin start book pay stop trip room oops book_undone undo_book undo_one back "
        "own_end apart undo finish",
        data={"undone": ["book", 9]},
    ),
    Row(
        name="compensation, thrown by an event sub-process for the scope around it",
        model=line(
            (
                "trip",
                node(
                    "subProcess",
                    "trip",
                    node("startEvent", "start")
                    + "".join(xml for _, xml in BOOKED)
                    + node("endEvent", "stop", ERROR.replace("/>", ' errorRef="E1"/>'))
                    + flows("start", "book", "pay", "stop")
                    + apart(ERROR.replace('"e"', '"f"'), throw("back"))
                    + BOTH,
                ),
            ),
            roots='<bpmn:error id="E1" name="e" errorCode="E1"/>',
        ),
        given={"undone": []},
        trace="begin start book pay stop oops pay_undone undo_pay book_undone undo_book "
        "back own_end apart trip finish",
        data={"undone": ["pay", "book"]},
    ),
    refusal(
        "compensation, event sub-process of the process",
        line(("work", user_task("work")), more=apart(UNDO.format("d", ""), step("back", "n = 1"))),
        ("unsupported_event", "oops"),
    ),
    refusal(
        "compensation, two event sub-processes of one scope",
        line(
            (
                "trip",
                OWN.replace(BOTH, again("oops", "back", "own_end", "undo_one") + BOTH),
            ),
        ),
        ("same_event_twice", "oops2"),
    ),
    refusal(
        "compensation, without handler",
        line(
            ("book", user_task("book")),
            more=node("boundaryEvent", "b", UNDO.format("d", ""), attachedToRef="book"),
        ),
        ("no_compensation_handler", "b"),
    ),
    refusal(
        "compensation, handler without event",
        line(("book", user_task("book")), more=step("undo_it", "n = 1", isForCompensation="true")),
        ("unused_compensation_handler", "undo_it"),
    ),
    refusal(
        "compensation, nothing to undo",
        line(("book", user_task("book")), ("undo", throw())),
        ("nothing_to_compensate", "undo"),
    ),
    refusal(
        "compensation, unknown activity",
        line(*BOOKED, ("undo", throw(more='activityRef="finish"')), more=BOTH),
        ("nothing_to_compensate", "undo"),
    ),
    refusal(
        "compensation, flow out of the boundary event",
        line(*BOOKED, ("undo", throw()), more=flow("book_undone", "finish") + BOTH),
        ("flow_out_of_compensation", "book_undone"),
    ),
    refusal(
        "compensation, flow into the handler",
        line(*BOOKED, ("undo", throw()), more=flow("undo_book", "finish") + BOTH),
        ("flow_at_compensation_handler", "undo_book"),
    ),
    refusal(
        "compensation, boundary event of a handler",
        line(
            *BOOKED,
            ("undo", throw()),
            more=node("boundaryEvent", "b", ERROR, attachedToRef="undo_book")
            + flow("b", "finish")
            + BOTH,
        ),
        ("boundary_host", "undo_book"),
    ),
    refusal(
        "compensation, two handlers of one activity",
        line(
            *BOOKED,
            ("undo", throw()),
            more=node("boundaryEvent", "b", UNDO.format("d", ""), attachedToRef="book")
            + BOTH
            + node("association", "tie", sourceRef="b", targetRef="undo_pay"),
        ),
        ("same_event_twice", "book_undone"),
    ),
)
