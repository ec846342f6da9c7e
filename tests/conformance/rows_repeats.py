"""Activities done several times: multi-instance and standard loop, on every kind of activity."""

from __future__ import annotations

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import (
    DECISION,
    KEY,
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    operator,
    script,
    timer,
    user_task,
)

ANSWER = extensions("<spiffworkflow:variableName>answer</spiffworkflow:variableName>")
ITEMS = {"items": ["a", "b", "c"]}
CALLED = diagram(
    node("startEvent", "begin"),
    node(
        "scriptTask",
        "double",
        "<bpmn:script>結果 = item + item</bpmn:script>",
    ),
    node("endEvent", "finish"),
    flows("begin", "double", "finish"),
).replace(f'"{KEY}"'.encode(), b'"doubling"')


def several(
    condition: str = "",
    *,
    over: str = "items",
    collects: bool = True,
    in_turn: bool = False,
    inner: str = "",
    **attributes: str,
) -> str:
    """Multi-instance over the list `over`; empty: `n` times."""
    counted = "<bpmn:loopCardinality>n</bpmn:loopCardinality>"
    listed = f"<bpmn:loopDataInputRef>{over}</bpmn:loopDataInputRef>"
    output = "<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef>"
    content = listed if over else counted
    content += output if collects else ""
    content += '<bpmn:inputDataItem id="item"/>'
    content += '<bpmn:outputDataItem id="answer"/>' if collects else ""
    content += inner
    if condition:
        content += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    if in_turn:
        attributes["isSequential"] = "true"
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{shown}>{content}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def loop(condition: str = "", **attributes: str) -> str:
    """A standard loop."""
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    content = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{shown}>{content}</bpmn:standardLoopCharacteristics>"


def each(repeat: str, content: str = ANSWER, kind: str = "userTask") -> tuple[str, str]:
    return "each", node(kind, "each", content + repeat, name="各自")


def computing(repeat: str, text: str = "answer = item + item") -> tuple[str, str]:
    return "each", node("scriptTask", "each", f"{repeat}<bpmn:script>{text}</bpmn:script>")


def inside(*nodes: tuple[str, str]) -> str:
    """The content of a sub-process with these nodes in a line."""
    ids = ["in_begin", *(id_ for id_, _ in nodes), "in_finish"]
    drawn = "".join(xml for _, xml in nodes)
    return node("startEvent", "in_begin") + drawn + node("endEvent", "in_finish") + flows(*ids)


def caught(kind: str, reference: str, *, interrupts: bool) -> str:
    """A boundary event on `each` with a task behind."""
    return (
        node(
            "boundaryEvent",
            "told",
            f'<bpmn:{kind}EventDefinition id="told_d" {kind}Ref="{reference}"/>',
            attachedToRef="each",
            cancelActivity="true" if interrupts else "false",
        )
        + user_task("look")
        + node("endEvent", "seen")
        + flows("told", "look", "seen")
    )


SIGNAL = (
    '<bpmn:signal id="moved" name="moved on"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>numbers</spiffworkflow:variableName>"
    "</bpmn:extensionElements></bpmn:signal>"
)
ESCALATION = (
    '<bpmn:escalation id="half" name="half" escalationCode="HALF"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>numbers</spiffworkflow:variableName>"
    "</bpmn:extensionElements></bpmn:escalation>"
)
ON_MOVE = SIGNAL + '<bpmn:signalEventDefinition id="on_move" signalRef="moved"/>'
ON_HALF = ESCALATION + '<bpmn:escalationEventDefinition id="on_half" escalationRef="half"/>'
HALF = (
    '<bpmn:complexBehaviorDefinition id="c"><bpmn:condition>'
    "numberOfCompletedInstances = 2</bpmn:condition>"
    '<bpmn:event id="thrown"><bpmn:escalationEventDefinition id="x" escalationRef="half"/>'
    "</bpmn:event></bpmn:complexBehaviorDefinition>"
)


MULTIPLE: tuple[Row | Refusal, ...] = (
    Row(
        name="multiInstance, parallel, userTask",
        model=line(each(several())),
        given=ITEMS,
        play="open each each each\ndo each x=1\ndo each x=1\nrunning\ndo each x=1",
        trace="begin each each each finish",
        data={"answers": [{"x": 1}, {"x": 1}, {"x": 1}]},
    ),
    Row(
        name="multiInstance, sequential, userTask",
        model=line(each(several(in_turn=True))),
        given=ITEMS,
        play="open each\ndo each x=1\nopen each\ndo each x=2\nopen each\ndo each x=3",
        trace="begin each each each finish",
        data={"answers": [{"x": 1}, {"x": 2}, {"x": 3}]},
    ),
    Row(
        name="multiInstance, no items",
        model=line(each(several())),
        given={"items": []},
        trace="begin each finish",
        data={"answers": []},
    ),
    Row(
        name="multiInstance, loopCardinality",
        model=line(computing(several(over=""))),
        given={"n": 3},
        trace="begin each each each finish",
        data={"answers": [0, 2, 4]},
    ),
    Row(
        name="multiInstance, parallel, scriptTask",
        model=line(computing(several())),
        given=ITEMS,
        trace="begin each each each finish",
        data={"answers": ["aa", "bb", "cc"]},
    ),
    Row(
        name="multiInstance, sequential, scriptTask",
        model=line(computing(several(in_turn=True))),
        given=ITEMS,
        trace="begin each each each finish",
        data={"answers": ["aa", "bb", "cc"]},
    ),
    Row(
        name="multiInstance, without output",
        model=line(computing(several(collects=False, in_turn=True), "amount = amount + item")),
        given={"items": [1, 2, 3], "amount": 0},
        trace="begin each each each finish",
        data={"amount": 6},
    ),
    Row(
        name="multiInstance, manualTask",
        model=line(each(several(collects=False), "", "manualTask")),
        given=ITEMS,
        play="do each\ndo each\nrunning\ndo each",
        trace="begin each each each finish",
    ),
    Row(
        name="multiInstance, task",
        model=line(each(several(collects=False, in_turn=True), "", "task")),
        given={"items": [1, 2]},
        play="do each\ndo each",
        trace="begin each each finish",
    ),
    Row(
        name="multiInstance, serviceTask",
        model=line(
            (
                "each",
                node(
                    "serviceTask",
                    "each",
                    operator("register.count", register="item") + several(),
                ).replace("結果", "answer"),
            )
        ),
        given={"items": ["R01", "R03"]},
        trace="begin each each finish",
        data={"answers": [0, 0]},
    ),
    Row(
        name="multiInstance, businessRuleTask",
        model=line(
            (
                "each",
                node(
                    "businessRuleTask",
                    "each",
                    extensions(
                        "<spiffworkflow:calledDecisionId>d01_mode</spiffworkflow:calledDecisionId>"
                    )
                    + several().replace('"answer"', '"実施方式"'),
                ),
            )
        ),
        given=ITEMS,
        decisions={"d01_mode.dmn": DECISION},
        trace="begin each each each finish",
        data={"answers": ["通常", "通常", "通常"]},
    ),
    Row(
        name="multiInstance, sendTask",
        model=line(
            (
                "each",
                node(
                    "sendTask",
                    "each",
                    several(collects=False),
                    messageRef="order",
                ),
            ),
            roots='<bpmn:message id="order" name="unwanted"/>',
        ),
        given={"items": [1, 2]},
        trace="begin each each finish",
        messages="unwanted unwanted",
    ),
    Row(
        name="multiInstance, receiveTask",
        model=line(
            (
                "each",
                node(
                    "receiveTask",
                    "each",
                    extensions(
                        "<spiffworkflow:messageVariable>answer</spiffworkflow:messageVariable>"
                    )
                    + several(in_turn=True),
                    messageRef="order",
                ),
            ),
            roots='<bpmn:message id="order" name="one of many"/>',
        ),
        given={"items": [1, 2]},
        play='start\nsend "one of many" v=1\nrunning\nsend "one of many" v=2',
        trace="begin each each finish",
        data={"answers": [{"v": 1}, {"v": 2}]},
    ),
    Row(
        name="multiInstance, subProcess",
        model=line(
            (
                "each",
                node(
                    "subProcess",
                    "each",
                    several()
                    + inside(
                        ("ask", user_task("ask")), ("compute", script("answer = item + said"))
                    ),
                ),
            )
        ),
        given=ITEMS,
        play="open ask ask ask\ndo ask said=!\ndo ask said=!\ndo ask said=!",
        trace="begin in_begin in_begin in_begin " + "ask compute in_finish each " * 3 + "finish",
        data={"answers": ["a!", "b!", "c!"]},
    ),
    Row(
        name="multiInstance, transaction",
        model=line(
            (
                "each",
                node(
                    "transaction",
                    "each",
                    several(in_turn=True) + inside(("compute", script("answer = item"))),
                ),
            )
        ),
        given={"items": [1, 2]},
        trace="begin " + "in_begin compute in_finish each " * 2 + "finish",
        data={"answers": [1, 2]},
    ),
    Row(
        name="multiInstance, callActivity",
        model=line(
            (
                "each",
                node(
                    "callActivity",
                    "each",
                    several().replace('"answer"', '"結果"'),
                    calledElement="doubling",
                ),
            )
        ),
        given=ITEMS,
        beside={"doubling": {"doubling.bpmn": CALLED}},
        trace="begin each each each finish",
        data={"answers": ["aa", "bb", "cc"]},
    ),
    Row(
        name="multiInstance, nested",
        model=line(
            (
                "each",
                node(
                    "subProcess",
                    "each",
                    several()
                    + inside(
                        (
                            "inner",
                            node(
                                "scriptTask",
                                "inner",
                                several(over="item")
                                .replace('"item"', '"one"')
                                .replace('"answer"', '"found"')
                                .replace(">answers<", ">answer<")
                                + "<bpmn:script>found = one * 10</bpmn:script>",
                            ),
                        )
                    ),
                ),
            )
        ),
        given={"items": [[1, 2], [], [3]]},
        trace="begin in_begin in_begin in_begin inner inner inner inner "
        "(in_finish in_finish in_finish each each each) finish",
        data={"answers": [[10, 20], [], [30]]},
    ),
    Row(
        name="multiInstance, completionCondition",
        model=line(each(several("done * 2 &gt; total"))),
        given=ITEMS,
        play="do each x=1\nrunning\ndo each x=1",
        trace="begin each each finish",
        cancelled="each",
        data={"answers": [{"x": 1}, {"x": 1}]},
    ),
    Row(
        name="multiInstance, completionCondition over the results",
        model=line(each(several("count(answers[x = 1]) = 1", in_turn=True))),
        given=ITEMS,
        play="do each x=2\nrunning\ndo each x=1",
        trace="begin each each finish",
        data={"answers": [{"x": 2}, {"x": 1}]},
    ),
    Row(
        name="multiInstance, numbers of BPMN",
        model=line(
            each(
                several(
                    "numberOfInstances = 3 and numberOfActiveInstances = 1 and "
                    "numberOfCompletedInstances = 2 and numberOfTerminatedInstances = 0 "
                    "and loopCounter &gt;= 1"
                )
            )
        ),
        given=ITEMS,
        play="do each x=1\ndo each x=2",
        trace="begin each each finish",
        cancelled="each",
    ),
    Row(
        name="multiInstance, numbers of BPMN in sequence",
        model=line(
            computing(
                several(
                    "numberOfInstances = 2 and numberOfActiveInstances = 0 and total = 3",
                    in_turn=True,
                )
            )
        ),
        given=ITEMS,
        trace="begin each each finish",
        data={"answers": ["aa", "bb"]},
    ),
    Row(
        name="multiInstance, loopCounter",
        model=line(computing(several(), "answer = loopCounter")),
        given=ITEMS,
        trace="begin each each each finish",
        data={"answers": [1, 2, 3]},
    ),
    Row(
        name="multiInstance, boundary timer",
        model=line(
            each(several()),
            more=node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="each")
            + flow("late", "finish"),
        ),
        given=ITEMS,
        play="do each x=1\nwait 2h",
        trace="begin each late finish",
        cancelled="each each",
    ),
    Row(
        name="multiInstance, interrupted",
        model=line(
            each(several(over="", collects=False), ""),
            more=node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="each")
            + flow("late", "finish"),
        ),
        given={"n": 2},
        play="do each x=1\nwait 2h",
        trace="begin each late finish",
        cancelled="each",
        data={"x": None},
    ),
    Row(
        name="multiInstance, terminated with its scope",
        model=diagram(
            node("startEvent", "begin"),
            each(several(over="", collects=False), "")[1],
            user_task("stop"),
            node("endEvent", "over", "<bpmn:terminateEventDefinition/>"),
            flow("begin", "each"),
            flows("begin", "stop", "over"),
        ),
        given={"n": 2},
        play="do each x=1\ndo stop",
        trace="begin each stop over",
        cancelled="each",
        data={"x": 1},
    ),
    Row(
        name="multiInstance, failing condition tried again",
        model=line(each(several("gone &gt; 1"))),
        given=ITEMS,
        play="do each x=1\nincident each\nretry\nincident each\nopen each each",
        trace="begin each",
        ends="running",
    ),
    Row(
        name="multiInstance, behavior None",
        model=line(
            each(several(behavior="None", noneBehaviorEventRef="on_move")),
            roots=ON_MOVE,
            more=caught("signal", "moved", interrupts=False),
        ),
        given={"items": [1, 2]},
        play="do each x=1\nopen each look\ndo each x=2\nopen look look\ndo look\ndo look",
        trace="begin each told each told (finish look seen look seen)",
    ),
    Row(
        name="multiInstance, behavior One",
        model=line(
            each(several(behavior="One", oneBehaviorEventRef="on_half")),
            roots=ON_HALF,
            more=caught("escalation", "half", interrupts=False),
        ),
        given=ITEMS,
        play="do each x=1\nopen each each look\ndo each x=2\ndo each x=3\nopen look\ndo look",
        trace="begin each told each each finish look seen",
    ),
    Row(
        name="multiInstance, behavior One, interrupting",
        model=line(
            each(several(behavior="One", oneBehaviorEventRef="on_half", in_turn=True)),
            roots=ON_HALF,
            more=caught("escalation", "half", interrupts=True),
        ),
        given=ITEMS,
        play="do each x=1\nopen look\ndo look",
        trace="begin each told look seen",
        data={
            "numbers": {
                "loopCounter": 1,
                "numberOfInstances": 1,
                "numberOfActiveInstances": 0,
                "numberOfCompletedInstances": 1,
                "numberOfTerminatedInstances": 0,
            }
        },
    ),
    Row(
        name="multiInstance, behavior Complex",
        model=line(
            each(several(behavior="Complex", inner=HALF)),
            roots=ESCALATION,
            more=caught("escalation", "half", interrupts=False),
        ),
        given=ITEMS,
        play="do each x=1\nopen each each\ndo each x=2\nopen each look\ndo each x=3\ndo look",
        trace="begin each each told each finish look seen",
    ),
    Row(
        name="multiInstance, behavior Complex at the last run, interrupting",
        model=line(
            each(several(behavior="Complex", inner=HALF)),
            roots=ESCALATION,
            more=caught("escalation", "half", interrupts=True),
        ),
        given={"items": [1, 2]},
        play="do each x=1\ndo each x=2\nopen look\ndo look",
        trace="begin each each told look seen",
    ),
    refusal(
        "multiInstance, behavior without event",
        line(each(several(behavior="None"))),
        ("multi_instance_behavior", "each"),
    ),
    refusal(
        "multiInstance, behavior with an event that is not there",
        line(each(several(behavior="One", oneBehaviorEventRef="gone"))),
        ("missing_ref", "each"),
    ),
    refusal(
        "multiInstance, complexBehaviorDefinition without Complex",
        line(each(several(inner=HALF)), roots=ESCALATION),
        ("multi_instance_behavior", "each"),
    ),
    refusal(
        "multiInstance, behavior with a message",
        line(
            each(
                several(
                    behavior="Complex",
                    inner=HALF.replace(
                        "escalationEventDefinition", "messageEventDefinition"
                    ).replace("escalationRef", "messageRef"),
                )
            ),
            roots='<bpmn:message id="half" name="half"/>',
        ),
        ("multi_instance_behavior", "each"),
    ),
)
LOOPS: tuple[Row | Refusal, ...] = (
    Row(
        name="standardLoop, loopCondition after each round",
        model=line(each(loop("n &lt; 2"), "", "manualTask")),
        given={"n": 5},
        play="do each n=1\nrunning\ndo each n=2",
        trace="begin each each finish",
    ),
    Row(
        name="standardLoop, testBefore",
        model=line(
            (
                "each",
                node(
                    "scriptTask",
                    "each",
                    loop("n &lt; 3", testBefore="true") + "<bpmn:script>n = n + 1</bpmn:script>",
                ),
            )
        ),
        given={"n": 1},
        trace="begin each each finish",
        data={"n": 3},
    ),
    Row(
        name="standardLoop, testBefore that never holds",
        model=line(each(loop("false", testBefore="true"), "", "manualTask")),
        trace="begin each finish",
    ),
    Row(
        name="standardLoop, loopMaximum",
        model=line(
            (
                "each",
                node(
                    "scriptTask",
                    "each",
                    loop(loopMaximum="4") + "<bpmn:script>n = n + 1</bpmn:script>",
                ),
            )
        ),
        given={"n": 0},
        trace="begin each each each each finish",
        data={"n": 4},
    ),
    Row(
        name="standardLoop, loopMaximum before loopCondition",
        model=line(
            (
                "each",
                node(
                    "scriptTask",
                    "each",
                    loop("true", loopMaximum="2") + "<bpmn:script>n = n + 1</bpmn:script>",
                ),
            )
        ),
        given={"n": 0},
        trace="begin each each finish",
        data={"n": 2},
    ),
    Row(
        name="standardLoop, loopCounter",
        model=line(
            (
                "each",
                node(
                    "scriptTask",
                    "each",
                    loop("loopCounter &lt; 3") + "<bpmn:script>n = n + loopCounter</bpmn:script>",
                ),
            )
        ),
        given={"n": 0},
        trace="begin each each each finish",
        data={"n": 6},
    ),
    Row(
        name="standardLoop, userTask",
        model=line(("each", node("userTask", "each", loop("again"), name="各回"))),
        play="do each again=true\ndo each again=false",
        trace="begin each each finish",
    ),
    Row(
        name="standardLoop, subProcess",
        model=line(
            (
                "each",
                node(
                    "subProcess",
                    "each",
                    loop("n &lt; 2") + inside(("compute", script("n = n + 1"))),
                ),
            )
        ),
        given={"n": 0},
        trace="begin " + "in_begin compute in_finish each " * 2 + "finish",
        data={"n": 2},
    ),
    Row(
        name="standardLoop, callActivity",
        model=line(
            (
                "each",
                node(
                    "callActivity",
                    "each",
                    loop("loopCounter &lt; 3"),
                    calledElement="doubling",
                ),
            )
        ),
        given={"item": 1},
        beside={"doubling": {"doubling.bpmn": CALLED}},
        trace="begin each each each finish",
        data={"結果": 2},
    ),
    Row(
        name="standardLoop, serviceTask",
        model=line(
            (
                "each",
                node(
                    "serviceTask",
                    "each",
                    operator("register.count", register='"R01"') + loop(loopMaximum="2"),
                ),
            )
        ),
        trace="begin each each finish",
        data={"結果": 0},
    ),
    Row(
        name="standardLoop, receiveTask",
        model=line(
            ("each", node("receiveTask", "each", loop(loopMaximum="2"), messageRef="order")),
            roots='<bpmn:message id="order" name="twice"/>',
        ),
        play="start\nsend twice\nrunning\nsend twice",
        trace="begin each each finish",
    ),
    Row(
        name="standardLoop, sendTask",
        model=line(
            ("each", node("sendTask", "each", loop(loopMaximum="2"), messageRef="order")),
            roots='<bpmn:message id="order" name="unheard"/>',
        ),
        trace="begin each each finish",
        messages="unheard unheard",
    ),
    Row(
        name="standardLoop, boundary timer",
        model=line(
            each(loop("true"), "", "manualTask"),
            more=node("boundaryEvent", "late", timer("timeDuration", "PT2H"), attachedToRef="each")
            + flow("late", "finish"),
        ),
        play="do each\ndo each\nwait 2h",
        trace="begin each each late finish",
        cancelled="each",
    ),
    refusal(
        "standardLoop, without end",
        line(each(loop(), "", "manualTask")),
        ("loop_without_end", "each"),
    ),
    refusal(
        "standardLoop, loopMaximum below 1",
        line(each(loop(loopMaximum="-1"), "", "manualTask")),
        ("bad_count", "each"),
    ),
)
ROWS = MULTIPLE + LOOPS
