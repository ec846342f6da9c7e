"""Data objects, properties, inputs and outputs, associations, data stores."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.conformance.rows import Refusal, Row, refusal
from tests.execution.drawing import (
    diagram,
    extensions,
    flow,
    flows,
    line,
    node,
    properties,
    timer,
)

OBJECT = '<bpmn:dataObject id="quote"/>' + node(
    "dataObjectReference", "quote_drawn", name="見積", dataObjectRef="quote"
)
CHECKED = node(
    "dataObjectReference",
    "quote_checked",
    '<bpmn:dataState name="確認済み"/>',
    name="見積",
    dataObjectRef="quote",
)
MESSAGE = '<bpmn:message id="order" name="data {}"/>'
ORDERED = '<bpmn:messageEventDefinition id="ordered" messageRef="order"/>'
STORE = node("dataStoreReference", "manuals", name="R03 業務手順書")
NEW = '{対象業務: "申請の受付", 種別: "業務手順"}'


def reads(*sources: str, to: str, by: str = "", assign: str = "") -> str:
    """A dataInputAssociation."""
    return _association("dataInputAssociation", sources, to, by, assign)


def writes(*sources: str, to: str, by: str = "", assign: str = "") -> str:
    """A dataOutputAssociation."""
    return _association("dataOutputAssociation", sources, to, by, assign)


def _association(kind: str, sources: tuple[str, ...], to: str, by: str, assign: str) -> str:
    content = "".join(f"<bpmn:sourceRef>{source}</bpmn:sourceRef>" for source in sources)
    content += f"<bpmn:targetRef>{to}</bpmn:targetRef>"
    if by:
        content += f"<bpmn:transformation>{escape(by)}</bpmn:transformation>"
    for one in filter(None, assign.split(";")):
        target, _, source = one.partition("=")
        content += (
            f"<bpmn:assignment><bpmn:from>{escape(source.strip())}</bpmn:from>"
            f"<bpmn:to>{escape(target.strip())}</bpmn:to></bpmn:assignment>"
        )
    return f"<bpmn:{kind}>{content}</bpmn:{kind}>"


def interface(
    *, ins: str = "", outs: str = "", optional: str = "", more: str = "", sets: str = ""
) -> str:
    """An ioSpecification: names of inputs and outputs, which are their ids as well."""
    items = "".join(f'<bpmn:dataInput id="{n}" name="{n}"/>' for n in ins.split())
    items += "".join(f'<bpmn:dataOutput id="{n}" name="{n}"/>' for n in outs.split()) + more
    given = "".join(f"<bpmn:dataInputRefs>{n}</bpmn:dataInputRefs>" for n in ins.split())
    given += "".join(
        f"<bpmn:optionalInputRefs>{n}</bpmn:optionalInputRefs>"
        for n in optional.split()
        if n in ins.split()
    )
    made = "".join(f"<bpmn:dataOutputRefs>{n}</bpmn:dataOutputRefs>" for n in outs.split())
    made += "".join(
        f"<bpmn:optionalOutputRefs>{n}</bpmn:optionalOutputRefs>"
        for n in optional.split()
        if n in outs.split()
    )
    sets = sets or (
        f"<bpmn:inputSet>{given}</bpmn:inputSet><bpmn:outputSet>{made}</bpmn:outputSet>"
    )
    return f"<bpmn:ioSpecification>{items}{sets}</bpmn:ioSpecification>"


def typed(kind: str, name: str) -> str:
    """An ioSpecification with one list of numbers."""
    item = node(kind, name, isCollection="true", itemSubjectRef="number")
    ins, outs = (name, "") if kind == "dataInput" else ("", name)
    plain = f'<bpmn:{kind} id="{name}" name="{name}"/>'
    return interface(ins=ins, outs=outs).replace(plain, item)


def compute(id_: str, text: str, content: str = "") -> tuple[str, str]:
    """A script task; the content (data) stands before the script."""
    return id_, node("scriptTask", id_, content + f"<bpmn:script>{escape(text)}</bpmn:script>")


def ask(id_: str, content: str = "", variable: str = "", **more: str) -> tuple[str, str]:
    """A user task whose answers are stored under one name."""
    stored = f"<spiffworkflow:variableName>{variable}</spiffworkflow:variableName>"
    extension = extensions(stored) if variable else properties({"candidateGroups": "PJMO"})
    return id_, node("userTask", id_, extension + content, **more)


def scoped(*parts: tuple[str, str], inside: str = "", data: str = "") -> tuple[str, str]:
    """A sub-process `inner` in one line."""
    ids = ["inner_begin", *(id_ for id_, _ in parts), "inner_end"]
    content = (
        data
        + inside
        + node("startEvent", "inner_begin")
        + "".join(xml for _, xml in parts)
        + node("endEvent", "inner_end")
        + flows(*ids)
    )
    return "inner", node("subProcess", "inner", content)


def parallel(a: str, b: str, more: str, lower: tuple[str, ...] = ("b",)) -> bytes:
    """Two branches, of `a` and of `b` and what follows it, between a fork and a join."""
    return diagram(
        more,
        node("startEvent", "begin"),
        node("parallelGateway", "fork"),
        a,
        b,
        node("parallelGateway", "join"),
        node("endEvent", "finish"),
        flows("begin", "fork", "a", "join", "finish"),
        flows("fork", *lower, "join"),
    )


TAKE = interface(ins="入力") + reads("quote_drawn", to="入力")
OBJECTS: tuple[Row | Refusal, ...] = (
    Row(
        name="dataObject, written and read by its name",
        model=line(
            compute("write", "見積 = 120", writes(to="quote_drawn")),
            compute("read", "税込 = 見積 * 1.1"),
            more=OBJECT,
        ),
        trace="begin write read finish",
        data={"見積": 120, "税込": 132},
    ),
    Row(
        name="dataObject, null until something is written",
        model=line(compute("read", "空 = 見積 = null"), more=OBJECT),
        trace="begin read finish",
        data={"空": True, "見積": None},
    ),
    Row(
        name="dataObject, filled by the first data",
        model=line(compute("read", "倍 = 見積 * 2"), more=OBJECT),
        given={"見積": 4},
        trace="begin read finish",
        data={"見積": 4, "倍": 8},
    ),
    Row(
        name="dataObject, seen at once by a path beside",
        model=parallel(
            ask("a", variable="見積")[1],
            ask("b")[1] + compute("see", "見えた = 見積.金額")[1],
            OBJECT,
            lower=("b", "see"),
        ),
        play="do a 金額=7\ndo b",
        trace="begin fork a b see join finish",
        data={"見えた": 7},
    ),
    Row(
        name="dataObject, a collection",
        model=line(
            compute("write", '見積 = ["い", "ろ"]'),
            compute("read", "件数 = count(見積)"),
            more=OBJECT.replace('id="quote"/>', 'id="quote" isCollection="true"/>', 1),
        ),
        trace="begin write read finish",
        data={"件数": 2},
    ),
    Row(
        name="dataObject, a collection that gets something else stops the element",
        model=line(
            compute("write", '見積 = "い"'),
            more=OBJECT.replace('id="quote"/>', 'id="quote" isCollection="true"/>', 1),
        ),
        play="incident write\nretry\nincident write",
        trace="begin",
        ends="running",
    ),
    Row(
        name="dataObject in a sub-process, gone when it is left",
        model=line(
            scoped(compute("write", "見積 = 5"), compute("read", "内 = 見積"), inside=OBJECT),
            compute("after", "外 = 見積"),
        ),
        given={"見積": 1},
        trace="begin inner_begin write read inner_end inner after finish",
        data={"内": 5, "外": 1, "見積": 1},
    ),
    Row(
        name="dataObject of the process, written in a sub-process",
        model=line(
            scoped(compute("write", "見積 = 5", writes(to="quote_drawn"))),
            compute("after", "外 = 見積"),
            more=OBJECT,
        ),
        trace="begin inner_begin write inner_end inner after finish",
        data={"外": 5},
    ),
    Row(
        name="property of a process",
        model=diagram(
            node("property", "残り", name="残りの件数"),
            node("startEvent", "begin"),
            compute("write", "残り = 3")[1],
            compute("read", "写し = 残り")[1],
            node("endEvent", "finish"),
            flows("begin", "write", "read", "finish"),
        ),
        trace="begin write read finish",
        data={"写し": 3},
    ),
    Row(
        name="property of an activity",
        model=line(
            compute(
                "work",
                "結果 = メモ + 1",
                node("property", "メモ", itemSubjectRef="number") + reads("quote_drawn", to="メモ"),
            ),
            roots=node("itemDefinition", "number", structureRef="number"),
            more=OBJECT,
        ),
        given={"見積": 2},
        trace="begin work finish",
        data={"結果": 3, "メモ": None},
    ),
    Row(
        name="itemDefinition, a value of its kind",
        model=line(
            compute("write", "見積 = 12.5"),
            roots='<bpmn:itemDefinition xmlns:xsd="http://www.w3.org/2001/XMLSchema" id="money" '
            'structureRef="xsd:decimal"/>',
            more=OBJECT.replace('id="quote"/>', 'id="quote" itemSubjectRef="money"/>', 1),
        ),
        trace="begin write finish",
        data={"見積": 12.5},
    ),
    Row(
        name="itemDefinition, a collection",
        model=line(
            compute("write", "見積 = [1, 2]"),
            roots=node("itemDefinition", "numbers", structureRef="number", isCollection="true"),
            more=OBJECT.replace('id="quote"/>', 'id="quote" itemSubjectRef="numbers"/>', 1),
        ),
        trace="begin write finish",
        data={"見積": [1, 2]},
    ),
    Row(
        name="itemDefinition, a value of another kind stops the element",
        model=line(
            compute("write", '見積 = "十二"'),
            roots='<bpmn:itemDefinition xmlns:xsd="http://www.w3.org/2001/XMLSchema" id="money" '
            'structureRef="xsd:decimal"/>',
            more=OBJECT.replace('id="quote"/>', 'id="quote" itemSubjectRef="money"/>', 1),
        ),
        play="incident write",
        trace="begin",
        ends="running",
    ),
    Row(
        name="dataState, waited for until the object is in it",
        model=parallel(
            ask("a", interface(outs="金額") + writes("金額", to="quote_checked"))[1],
            compute("b", "写し = 入力", interface(ins="入力") + reads("quote_checked", to="入力"))[
                1
            ],
            OBJECT + CHECKED,
        ),
        given={"見積": 1},
        play="open a\nrunning\ndo a 金額=9",
        trace="begin fork a b join finish",
        data={"写し": 9},
    ),
)
INPUTS: tuple[Row | Refusal, ...] = (
    Row(
        name="ioSpecification of a task",
        model=line(
            compute(
                "work",
                "出力 = 入力 * 2",
                interface(ins="入力", outs="出力")
                + reads("quote_drawn", to="入力")
                + writes("出力", to="quote_drawn"),
            ),
            more=OBJECT,
        ),
        given={"見積": 21, "入力": "外の値"},
        trace="begin work finish",
        data={"見積": 42, "入力": "外の値", "出力": None},
    ),
    Row(
        name="dataInput, a collection of a kind",
        model=line(
            compute(
                "work",
                "和 = sum(数々)",
                typed("dataInput", "数々") + reads("quote_drawn", to="数々"),
            ),
            roots=node("itemDefinition", "number", structureRef="number"),
            more=OBJECT,
        ),
        given={"見積": [1, "二"]},
        play="incident work",
        trace="begin",
        ends="running",
    ),
    Row(
        name="dataOutput, a collection of a kind",
        model=line(
            compute(
                "work",
                "数々 = [1, 2]",
                typed("dataOutput", "数々") + writes("数々", to="quote_drawn"),
            ),
            roots=node("itemDefinition", "number", structureRef="number"),
            more=OBJECT,
        ),
        trace="begin work finish",
        data={"見積": [1, 2]},
    ),
    Row(
        name="dataInputAssociation, transformation",
        model=line(
            compute(
                "work",
                "結果 = 入力",
                interface(ins="入力")
                + reads("quote_drawn", "rate", to="入力", by="見積.金額 * 率"),
            ),
            more=OBJECT + node("dataObject", "rate", name="率"),
        ),
        given={"見積": {"金額": 100}, "率": 0.5},
        trace="begin work finish",
        data={"結果": 50},
    ),
    Row(
        name="dataInputAssociation, assignment",
        model=line(
            compute(
                "work",
                "結果 = 入力.合計.税抜 + 入力.合計.税",
                interface(ins="入力")
                + reads(
                    "quote_drawn",
                    to="入力",
                    assign="入力.合計.税抜 = 見積; 入力.合計.税 = 入力.合計.税抜 / 10",
                ),
            ),
            more=OBJECT,
        ),
        given={"見積": 200},
        trace="begin work finish",
        data={"結果": 220},
    ),
    Row(
        name="dataOutputAssociation, assignment to a part",
        model=line(
            compute(
                "work",
                "額 = 8",
                interface(outs="額") + writes("額", to="quote_drawn", assign="見積.金額 = 額"),
            ),
            more=OBJECT,
        ),
        given={"見積": {"件名": "紙", "金額": 1}},
        trace="begin work finish",
        data={"見積": {"件名": "紙", "金額": 8}},
    ),
    Row(
        name="dataOutputAssociation, transformation without source",
        model=line(compute("work", "額 = 8", writes(to="quote_drawn", by="額 + 1")), more=OBJECT),
        trace="begin work finish",
        data={"見積": 9, "額": 8},
    ),
    Row(
        name="dataInputAssociation, failing and tried again",
        model=line(
            compute(
                "work",
                "結果 = 入力",
                interface(ins="入力") + reads("quote_drawn", to="入力", by="見積 + ない"),
            ),
            more=OBJECT,
        ),
        given={"見積": 1},
        play="incident work\nretry\nincident work\nrunning",
        trace="begin",
        ends="running",
    ),
    Row(
        name="inputSet, incomplete: waits for the data",
        model=parallel(
            ask("a", variable="見積")[1], compute("b", "写し = 入力.金額", TAKE)[1], OBJECT
        ),
        play="open a\nrunning\ndo a 金額=3",
        trace="begin fork a b join finish",
        data={"写し": 3},
    ),
    Row(
        name="inputSet, incomplete and nobody left to fill it",
        model=line(compute("work", "写し = 入力", TAKE), more=OBJECT),
        play="incident work\nretry\nincident work\nrunning",
        trace="begin",
        ends="running",
    ),
    Row(
        name="inputSet, an optional input is missing",
        model=line(
            compute(
                "work",
                "なし = 入力 = null",
                interface(ins="入力", optional="入力") + reads("quote_drawn", to="入力"),
            ),
            more=OBJECT,
        ),
        trace="begin work finish",
        data={"なし": True},
    ),
    Row(
        name="inputSet, the first that is complete is taken, and the outputSet that goes with it",
        model=line(
            compute(
                "work",
                "う = if あ = null then い else あ",
                interface(
                    ins="あ い",
                    outs="う え",
                    sets='<bpmn:inputSet id="one"><bpmn:dataInputRefs>あ</bpmn:dataInputRefs>'
                    "<bpmn:outputSetRefs>other</bpmn:outputSetRefs></bpmn:inputSet>"
                    '<bpmn:inputSet id="two"><bpmn:dataInputRefs>い</bpmn:dataInputRefs>'
                    "<bpmn:outputSetRefs>made</bpmn:outputSetRefs></bpmn:inputSet>"
                    '<bpmn:outputSet id="other"><bpmn:dataOutputRefs>え</bpmn:dataOutputRefs>'
                    '</bpmn:outputSet><bpmn:outputSet id="made">'
                    "<bpmn:dataOutputRefs>う</bpmn:dataOutputRefs>"
                    "<bpmn:inputSetRefs>two</bpmn:inputSetRefs></bpmn:outputSet>",
                )
                + reads("nothing", to="あ")
                + reads("quote_drawn", to="い")
                + writes("う", to="quote_drawn"),
            ),
            more=OBJECT + node("dataObject", "nothing", name="未定"),
        ),
        given={"見積": 6},
        trace="begin work finish",
        data={"見積": 6},
    ),
    Row(
        name="outputSet, incomplete: the element stops",
        model=line(
            compute("work", "別 = 1", interface(outs="出力") + writes("出力", to="quote_drawn")),
            more=OBJECT,
        ),
        play="incident work\nretry\nincident work",
        trace="begin",
        ends="running",
    ),
    Row(
        name="outputSet, an optional output is missing",
        model=line(
            compute(
                "work",
                "別 = 1",
                interface(outs="出力", optional="出力") + writes("出力", to="quote_drawn"),
            ),
            more=OBJECT,
        ),
        given={"見積": 1},
        trace="begin work finish",
        data={"見積": 1},
    ),
    Row(
        name="ioSpecification of a user task",
        model=line(
            ask(
                "work",
                interface(ins="入力", outs="回答")
                + reads("quote_drawn", to="入力")
                + writes("回答", to="quote_drawn", by="入力 + 回答.増"),
                variable="回答",
            ),
            more=OBJECT,
        ),
        given={"見積": 5},
        play="do work 増=2",
        trace="begin work finish",
        data={"見積": 7, "回答": None},
    ),
    Row(
        name="ioSpecification of a sub-process",
        model=line(
            (
                "inner",
                node(
                    "subProcess",
                    "inner",
                    interface(ins="入力", outs="出力")
                    + node("property", "控え")
                    + reads("quote_drawn", to="入力")
                    + reads("quote_drawn", to="控え")
                    + writes("出力", to="quote_drawn")
                    + node("startEvent", "inner_begin")
                    + compute(
                        "work",
                        "成果 = 入力 + 控え",
                        interface(outs="成果") + writes("成果", to="出力"),
                    )[1]
                    + node("endEvent", "inner_end")
                    + flows("inner_begin", "work", "inner_end"),
                ),
            ),
            more=OBJECT,
        ),
        given={"見積": 4},
        trace="begin inner_begin work inner_end inner finish",
        data={"見積": 8, "入力": None, "出力": None, "控え": None},
    ),
    Row(
        name="ioSpecification of a call",
        model=line(
            (
                "call",
                node(
                    "callActivity",
                    "call",
                    interface(ins="件名", outs="答え")
                    + reads("quote_drawn", to="件名")
                    + writes("答え", to="quote_drawn"),
                    calledElement="called_with_data",
                ),
            ),
            more=OBJECT,
        ),
        given={"見積": "紙", "ほか": 1},
        beside={
            "called_with_data": {
                "called_with_data.bpmn": diagram(
                    interface(ins="件名", outs="答え 残り"),
                    node("startEvent", "s"),
                    compute("answer", '答え = 件名 + "の答え"\n残り = 1')[1],
                    node("endEvent", "e"),
                    flows("s", "answer", "e"),
                ).replace(b'id="case"', b'id="called_with_data"')
            }
        },
        trace="begin call finish",
        data={"見積": "紙の答え", "残り": None},
    ),
    Row(
        name="ioSpecification of a process, read and written by associations",
        model=diagram(
            interface(ins="件名", outs="成果"),
            node("startEvent", "begin"),
            compute(
                "work",
                "長さ = string length(題)",
                interface(ins="題", outs="長さ")
                + reads("件名", to="題")
                + writes("長さ", to="成果"),
            )[1],
            node("endEvent", "finish"),
            flows("begin", "work", "finish"),
        ),
        given={"件名": "あいう"},
        trace="begin work finish",
        data={"成果": 3, "題": None},
    ),
    Row(
        name="multi-instance over a data object",
        model=line(
            ask(
                "each",
                node(
                    "multiInstanceLoopCharacteristics",
                    "loop",
                    "<bpmn:loopDataInputRef>quote</bpmn:loopDataInputRef>"
                    "<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef>"
                    '<bpmn:inputDataItem id="品"/><bpmn:outputDataItem id="回答"/>',
                    isSequential="true",
                ),
                variable="回答",
            ),
            compute("after", "和 = 回答一覧[1].数 + 回答一覧[2].数"),
            more=OBJECT + node("dataObject", "answers", name="回答一覧"),
        ),
        given={"見積": ["紙", "筆"]},
        play="do each 数=1\ndo each 数=2",
        trace="begin each each after finish",
        data={"和": 3},
    ),
    Row(
        name="multi-instance over a data input",
        model=line(
            ask(
                "each",
                interface(ins="品々", outs="回答一覧")
                + reads("quote_drawn", to="品々")
                + writes("回答一覧", to="quote_drawn")
                + node(
                    "multiInstanceLoopCharacteristics",
                    "loop",
                    "<bpmn:loopDataInputRef>品々</bpmn:loopDataInputRef>"
                    "<bpmn:loopDataOutputRef>回答一覧</bpmn:loopDataOutputRef>"
                    '<bpmn:inputDataItem id="品"/><bpmn:outputDataItem id="回答"/>',
                    isSequential="true",
                ),
                variable="回答",
            ),
            more=OBJECT,
        ),
        given={"見積": ["紙", "筆"]},
        play="do each 数=1\ndo each 数=2",
        trace="begin each each finish",
        data={"見積": [{"数": 1}, {"数": 2}], "品々": None},
    ),
    Row(
        name="dataInputAssociation, a boundary event ends the waiting",
        model=line(
            compute("work", "写し = 入力", TAKE),
            more=OBJECT
            + node("boundaryEvent", "late", timer("timeDuration", "PT1H"), attachedToRef="work")
            + flow("late", "finish"),
        ),
        play="running\nwait 1h",
        trace="begin late finish",
    ),
)
TAKEN = '<bpmn:dataOutput id="内容" name="内容"/>'
EVENTS: tuple[Row | Refusal, ...] = (
    Row(
        name="intermediateCatchEvent, dataOutput",
        model=line(
            (
                "come",
                node(
                    "intermediateCatchEvent",
                    "come",
                    TAKEN
                    + writes("内容", to="quote_drawn", by="内容.金額 * 2")
                    + "<bpmn:outputSet><bpmn:dataOutputRefs>内容</bpmn:dataOutputRefs>"
                    + "</bpmn:outputSet>"
                    + ORDERED,
                ),
            ),
            roots=MESSAGE.format("caught"),
            more=OBJECT,
        ),
        play='start\nsend "data caught" 金額=4',
        trace="begin come finish",
        data={"見積": 8, "内容": None},
    ),
    Row(
        name="startEvent, dataOutput",
        model=diagram(
            OBJECT,
            node("startEvent", "come", TAKEN + writes("内容", to="quote_drawn") + ORDERED),
            compute("read", "額 = 見積.金額")[1],
            node("endEvent", "finish"),
            flows("come", "read", "finish"),
            roots=MESSAGE.format("started"),
        ),
        play='send "data started" 金額=4',
        trace="come read finish",
        data={"見積": {"金額": 4}, "額": 4, "金額": None},
    ),
    Row(
        name="receiveTask, dataOutput",
        model=line(
            (
                "come",
                node(
                    "receiveTask",
                    "come",
                    interface(outs="内容") + writes("内容", to="quote_drawn"),
                    messageRef="order",
                ),
            ),
            roots=MESSAGE.format("received"),
            more=OBJECT,
        ),
        play='start\nsend "data received" 金額=4',
        trace="begin come finish",
        data={"見積": {"金額": 4}, "内容": None},
    ),
    Row(
        name="eventBasedGateway, dataOutput of the event that came",
        model=diagram(
            OBJECT,
            node("startEvent", "begin"),
            node("eventBasedGateway", "wait"),
            node(
                "intermediateCatchEvent",
                "come",
                TAKEN + writes("内容", to="quote_drawn") + ORDERED,
            ),
            node("intermediateCatchEvent", "late", timer("timeDuration", "PT1H")),
            node("endEvent", "finish"),
            flows("begin", "wait", "come", "finish"),
            flows("wait", "late", "finish"),
            roots=MESSAGE.format("chosen"),
        ),
        play='start\nsend "data chosen" 金額=4',
        trace="begin wait come finish",
        data={"見積": {"金額": 4}},
    ),
    Row(
        name="boundaryEvent, not interrupting, dataOutput",
        model=line(
            ask("work"),
            compute("read", "額 = 見積.金額"),
            roots=MESSAGE.format("beside"),
            more=OBJECT
            + node(
                "boundaryEvent",
                "come",
                TAKEN + writes("内容", to="quote_drawn") + ORDERED,
                attachedToRef="work",
                cancelActivity="false",
            )
            + node("endEvent", "noted")
            + flow("come", "noted"),
        ),
        play='start\nsend "data beside" 金額=1\nsend "data beside" 金額=4\ndo work',
        trace="begin come noted come noted work read finish",
        data={"額": 4},
    ),
    Row(
        name="startEvent of an event sub-process, dataOutput",
        model=line(
            ask("work"),
            compute("read", "額 = 見積.金額"),
            roots=MESSAGE.format("handled"),
            more=OBJECT
            + node(
                "subProcess",
                "handle",
                node(
                    "startEvent",
                    "come",
                    TAKEN + writes("内容", to="quote_drawn") + ORDERED,
                    isInterrupting="false",
                )
                + node("endEvent", "handled")
                + flows("come", "handled"),
                triggeredByEvent="true",
            ),
        ),
        play='start\nsend "data handled" 金額=4\ndo work',
        trace="begin come handled handle work read finish",
        data={"額": 4},
    ),
    Row(
        name="throw event, dataInput",
        model=line(
            (
                "tell",
                node(
                    "intermediateThrowEvent",
                    "tell",
                    '<bpmn:dataInput id="中身" name="中身"/>'
                    + reads("quote_drawn", to="中身", by="{金額: 見積}")
                    + "<bpmn:inputSet><bpmn:dataInputRefs>中身</bpmn:dataInputRefs></bpmn:inputSet>"
                    + ORDERED,
                ),
            ),
            (
                "come",
                node(
                    "intermediateCatchEvent",
                    "come",
                    TAKEN
                    + writes("内容", to="quote_drawn", by="内容.金額 + 1")
                    + ORDERED.replace("ordered", "awaited"),
                ),
            ),
            roots=MESSAGE.format("thrown"),
            more=OBJECT,
        ),
        given={"見積": 4},
        trace="begin tell come finish",
        data={"見積": 5, "中身": None},
    ),
    Row(
        name="throw event, dataInput that is no context stops the event",
        model=line(
            (
                "tell",
                node(
                    "intermediateThrowEvent",
                    "tell",
                    '<bpmn:dataInput id="中身" name="中身"/>'
                    + reads("quote_drawn", to="中身")
                    + ORDERED,
                ),
            ),
            roots=MESSAGE.format("wrong"),
            more=OBJECT,
        ),
        given={"見積": 4},
        play="incident tell",
        trace="begin",
        ends="running",
    ),
)
REGISTERS: tuple[Row | Refusal, ...] = (
    Row(
        name="dataStore, written and read",
        model=line(
            compute("note", "題 = 1", writes(to="manuals", by=NEW)),
            compute(
                "read",
                "件数 = count(手順書)",
                interface(ins="手順書")
                + reads("manuals", to="手順書", by='R03[種別 = "業務手順"]'),
            ),
            roots=node("dataStore", "kept", name="R03"),
            more=node("dataStoreReference", "manuals", name="手順書", dataStoreRef="kept"),
        ),
        trace="begin note read finish",
        data={"件数": 1},
    ),
    Row(
        name="dataStoreReference, an entry read and written is its next version",
        model=line(
            compute("note", "題 = 1", writes(to="manuals", by=NEW.replace("業務手順", "改訂"))),
            compute(
                "change",
                '行 = context put(手順書[1], "変更概要", "直した")',
                interface(ins="手順書", outs="行")
                + reads("manuals", to="手順書", by='R03[種別 = "改訂"]')
                + writes("行", to="manuals"),
            ),
            compute(
                "read",
                "版 = 改訂後[-1].版\n概要 = 改訂後[-1].変更概要",
                interface(ins="改訂後") + reads("manuals", to="改訂後", by='R03[種別 = "改訂"]'),
            ),
            more=STORE,
        ),
        trace="begin note change read finish",
        data={"版": 2, "概要": "直した"},
    ),
    Row(
        name="dataStoreReference, a row the register refuses stops the element",
        model=line(
            compute("note", "題 = 1", writes(to="manuals", by="{ない列: 1}")),
            more=STORE,
        ),
        play="incident note\nretry\nincident note",
        trace="begin",
        ends="running",
    ),
    Row(
        name="dataStoreReference, read by the register's code",
        model=line(
            compute(
                "read",
                "型 = R03 instance of list<Any>",
                node("property", "p", name="__targetRef_placeholder") + reads("manuals", to="p"),
            ),
            more=STORE,
        ),
        trace="begin read finish",
        data={"型": True, "R03": None},
    ),
)


def one(content: str, more: str = OBJECT, roots: str = "") -> bytes:
    return line(compute("work", "別 = 1", content), more=more, roots=roots)


REFUSED: tuple[Row | Refusal, ...] = (
    refusal(
        "dataStoreReference, no such register",
        line(compute("work", "別 = 1"), more=node("dataStoreReference", "store", name="倉庫")),
        ("unknown_register", "store"),
    ),
    refusal(
        "dataStore, with a capacity",
        line(
            compute("work", "別 = 1"),
            more=node("dataStoreReference", "store", dataStoreRef="kept"),
            roots=node("dataStore", "kept", name="R03", capacity="5"),
        ),
        ("store_capacity", "kept"),
    ),
    refusal(
        "dataOutputAssociation, of what the element never writes",
        one(writes(to="quote_drawn")),
        ("nothing_written", "work"),
    ),
    refusal(
        "dataOutputAssociation, into a register without saying what",
        one(writes(to="manuals"), STORE),
        ("association_source", "work"),
    ),
    refusal(
        "dataOutputAssociation, into the element's own input",
        one(
            interface(ins="入力", outs="出力", optional="入力") + writes("出力", to="入力"),
        ),
        ("association_target", "work"),
    ),
    refusal(
        "dataInputAssociation, several sources without transformation",
        one(interface(ins="入力") + reads("quote_drawn", "quote", to="入力")),
        ("association_source", "work"),
    ),
    refusal(
        "dataInputAssociation, from a sub-process elsewhere",
        line(
            scoped(compute("deep", "奥 = 1"), inside=OBJECT),
            compute("work", "別 = 1", TAKE),
        ),
        ("data_out_of_scope", "work"),
    ),
    refusal(
        "assignment, to something else",
        one(writes(to="quote_drawn", assign="ほか = 1")),
        ("assignment_target", "work"),
    ),
    refusal(
        "transformation, broken",
        one(writes(to="quote_drawn", by="1 +")),
        ("broken_feel", "work"),
    ),
    refusal(
        "dataInput, required and never filled",
        one(interface(ins="入力")),
        ("input_never_filled", "work"),
    ),
    refusal(
        "dataInput, in no inputSet",
        one(
            interface(
                ins="入力", sets="<bpmn:inputSet></bpmn:inputSet><bpmn:outputSet></bpmn:outputSet>"
            )
            + reads("quote_drawn", to="入力")
        ),
        ("in_no_set", "work"),
    ),
    refusal(
        "whileExecutingInputRefs",
        one(
            interface(
                ins="入力",
                sets="<bpmn:inputSet><bpmn:dataInputRefs>入力</bpmn:dataInputRefs>"
                "<bpmn:whileExecutingInputRefs>入力</bpmn:whileExecutingInputRefs>"
                "</bpmn:inputSet><bpmn:outputSet></bpmn:outputSet>",
            )
            + reads("quote_drawn", to="入力")
        ),
        ("while_executing", "work"),
    ),
    refusal(
        "itemDefinition, of a type nobody knows",
        one(
            "",
            OBJECT.replace('id="quote"/>', 'id="quote" itemSubjectRef="money"/>', 1),
            roots=node("itemDefinition", "money", structureRef="Money"),
        ),
        ("unknown_type", "quote"),
    ),
    refusal(
        "itemDefinition, of what a process hands over",
        diagram(
            interface(ins="件名").replace('name="件名"', 'name="件名" isCollection="true"'),
            node("startEvent", "begin"),
            node("endEvent", "finish"),
            flows("begin", "finish"),
        ),
        ("item_type", "case"),
    ),
    refusal(
        "dataState of a property",
        one(node("property", "メモ", '<bpmn:dataState name="古い"/>')),
        ("data_state", "work"),
    ),
    refusal(
        "dataObject, two of one name",
        one("", OBJECT + node("dataObject", "again", name="見積")),
        ("duplicate_data_name", "again"),
    ),
    refusal(
        "dataObject, drawn with two names",
        one(
            "",
            OBJECT + node("dataObjectReference", "other", name="注文", dataObjectRef="quote"),
        ),
        ("data_object_names", "quote"),
    ),
    refusal(
        "dataObject, of a name that no expression can read",
        one(
            writes(to="quote_drawn", by="1"),
            OBJECT.replace("見積", "見積 書"),
        ),
        ("bad_name", "quote"),
    ),
    refusal(
        "dataOutput of an event that carries nothing",
        line(
            (
                "rest",
                node("intermediateCatchEvent", "rest", TAKEN + timer("timeDuration", "PT1H")),
            )
        ),
        ("event_data", "rest"),
    ),
    refusal(
        "dataOutput, worked out at an event that does not interrupt",
        line(
            ask("work"),
            roots=MESSAGE.format("refused"),
            more=OBJECT
            + node(
                "boundaryEvent",
                "come",
                TAKEN + writes("内容", to="quote_drawn", by="内容.金額") + ORDERED,
                attachedToRef="work",
                cancelActivity="false",
            )
            + node("endEvent", "noted")
            + flow("come", "noted"),
        ),
        ("event_data", "come"),
    ),
    refusal(
        "dataInput of an event, beside an expression of its content",
        line(
            (
                "tell",
                node(
                    "intermediateThrowEvent",
                    "tell",
                    '<bpmn:dataInput id="中身" name="中身"/>'
                    + reads("quote_drawn", to="中身")
                    + ORDERED.replace(
                        "/>",
                        ">"
                        + extensions(
                            "<spiffworkflow:messagePayload>{}</spiffworkflow:messagePayload>"
                        )
                        + "</bpmn:messageEventDefinition>",
                    ),
                ),
            ),
            roots=MESSAGE.format("twice"),
            more=OBJECT,
        ),
        ("two_payloads", "tell"),
    ),
    refusal(
        "ioSpecification of an event sub-process",
        line(
            ask("work"),
            roots=MESSAGE.format("beside too"),
            more=OBJECT
            + node(
                "subProcess",
                "handle",
                TAKE
                + node("startEvent", "come", ORDERED)
                + node("endEvent", "handled")
                + flows("come", "handled"),
                triggeredByEvent="true",
            ),
        ),
        ("event_subprocess_data", "handle"),
    ),
    refusal(
        "receiveTask that begins an instance, dataOutput",
        diagram(
            OBJECT,
            node(
                "receiveTask",
                "come",
                interface(outs="内容") + writes("内容", to="quote_drawn"),
                messageRef="order",
                instantiate="true",
            ),
            node("endEvent", "finish"),
            flows("come", "finish"),
            roots=MESSAGE.format("first"),
        ),
        ("event_data", "come"),
    ),
    refusal(
        "property of an event",
        line(
            (
                "rest",
                node(
                    "intermediateCatchEvent",
                    "rest",
                    node("property", "メモ") + timer("timeDuration", "PT1H"),
                ),
            )
        ),
        ("event_property", "rest"),
    ),
)
ROWS: tuple[Row | Refusal, ...] = (*OBJECTS, *INPUTS, *EVENTS, *REGISTERS, *REFUSED)
