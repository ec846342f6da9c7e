"""Small processes for tests: `{key: {file: content}}` as `deploy` takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
  id="definitions" targetNamespace="http://unei.invalid/tests">
"""


def folder(
    key: str, nodes: Iterable[str], flows: Iterable[tuple[str, ...]], **more: str
) -> dict[str, dict[str, bytes]]:
    """A process of these nodes.  `flows`: (from, to), (from, to, FEEL condition) or
    (from, to, FEEL condition or nothing, name).

    `roots`: messages and the like; `properties`: of the process; `interface`: ioSpecification.
    """
    body = "\n".join([*nodes, *(_flow(*flow) for flow in flows)])
    text = (
        f"{HEAD}{more.get('roots', '')}"
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">'
        f"{extensions(more.get('properties', ''))}{more.get('interface', '')}"
        f"{body}</bpmn:process></bpmn:definitions>"
    )
    return {key: {f"{key}.bpmn": text.encode()}}


def line(key: str, *nodes: str, **more: str) -> dict[str, dict[str, bytes]]:
    """The nodes one after the other, between `begin` and `finish`."""
    ids = ["begin", *(node.split('id="', 1)[1].split('"', 1)[0] for node in nodes), "finish"]
    around = [node("startEvent", "begin"), *nodes, node("endEvent", "finish")]
    return folder(key, around, list(pairwise(ids)), **more)


def node(kind: str, id_: str, inner: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{kind} id="{id_}" name="{id_}"{written}>{inner}</bpmn:{kind}>'


def user_task(id_: str, inner: str = "", loop: str = "", **properties: str) -> str:
    """A user task; properties by their names in the diagram."""
    return node("userTask", id_, extensions(props(properties), inner) + loop)


def props(values: Mapping[str, str]) -> str:
    if not values:
        return ""
    written = "".join(
        f'<spiffworkflow:property name="{name}" value="{escaped(value)}"/>'
        for name, value in values.items()
    )
    return f"<spiffworkflow:properties>{written}</spiffworkflow:properties>"


def extensions(*parts: str) -> str:
    inner = "".join(parts)
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def service(id_: str, operation: str, result: str = "", **parameters: str) -> str:
    """A service task; parameters are FEEL."""
    written = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value="{escaped(value)}"/>'
        for name, value in parameters.items()
    )
    name = f' resultVariable="{result}"' if result else ""
    operator = (
        f'<spiffworkflow:serviceTaskOperator id="{operation}"{name}>'
        f"<spiffworkflow:parameters>{written}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )
    return node("serviceTask", id_, extensions(operator))


def script(id_: str, text: str) -> str:
    return node("scriptTask", id_, f"<bpmn:script>{escaped(text)}</bpmn:script>")


def call(id_: str, called: str, before: str = "", after: str = "") -> str:
    scripts = (
        f"<spiffworkflow:preScript>{escaped(before)}</spiffworkflow:preScript>" * bool(before)
    ) + (f"<spiffworkflow:postScript>{escaped(after)}</spiffworkflow:postScript>" * bool(after))
    return node("callActivity", id_, extensions(scripts), calledElement=called)


def interface(inputs: Iterable[str], outputs: Iterable[str]) -> str:
    ins = "".join(f'<bpmn:dataInput id="in_{n}" name="{name}"/>' for n, name in enumerate(inputs))
    outs = "".join(
        f'<bpmn:dataOutput id="out_{n}" name="{name}"/>' for n, name in enumerate(outputs)
    )
    return (
        f"<bpmn:ioSpecification>{ins}{outs}<bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"
    )


def message(name: str) -> str:
    return f'<bpmn:message id="{message_id(name)}" name="{name}"/>'


def message_id(name: str) -> str:
    return name.replace(".", "_")


def message_event(
    kind: str, id_: str, name: str, payload: str = "", variable: str = "", key: str = ""
) -> str:
    """An event that throws (with `payload`) or catches (into `variable`) a message."""
    inner = ""
    if payload:
        inner = f"<spiffworkflow:messagePayload>{escaped(payload)}</spiffworkflow:messagePayload>"
    if variable:
        inner = f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>"
    definition = (
        f'<bpmn:messageEventDefinition id="{id_}_d" messageRef="{message_id(name)}">'
        f"{extensions(inner)}</bpmn:messageEventDefinition>"
    )
    own = extensions(props({"correlationKey": key})) if key else ""
    return node(kind, id_, own + definition)


def timer(kind: str, id_: str, expression: str, how: str = "timeDuration", **more: str) -> str:
    definition = (
        f'<bpmn:timerEventDefinition id="{id_}_d"><bpmn:{how} xsi:type="bpmn:tFormalExpression">'
        f"{escaped(expression)}</bpmn:{how}></bpmn:timerEventDefinition>"
    )
    return node(kind, id_, definition, **more)


def parallel_users(id_: str, collection: str, item: str, **properties: str) -> str:
    """One user task for each item of a list, all at once; answers in the list `回答一覧`."""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>回答一覧</bpmn:loopDataOutputRef>"
        f'<bpmn:inputDataItem id="{item}" name="{item}"/>'
        '<bpmn:outputDataItem id="回答" name="回答"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    variable = "<spiffworkflow:variableName>回答</spiffworkflow:variableName>"
    return user_task(id_, inner=variable, loop=loop, **properties)


def declared(*names: str) -> str:
    """Declarations of the collections that multi-instance tasks use."""
    return "".join(f'<bpmn:property id="{name}" name="{name}"/>' for name in names)


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _flow(start: str, end: str, condition: str = "", label: str = "") -> str:
    inner, name = "", f' name="{escaped(label)}"' if label else ""
    if condition:
        inner = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escaped(condition)}</bpmn:conditionExpression>"
        )
    return (
        f'<bpmn:sequenceFlow id="{start}_to_{end}" sourceRef="{start}" targetRef="{end}"{name}>'
        f"{inner}</bpmn:sequenceFlow>"
    )


def ad_hoc(key: str, condition: str = "", **attributes: str) -> dict[str, dict[str, bytes]]:
    """An inquiry with things to do in any order: `call_them`, `write_them` then `file_it`."""
    names = {
        "call_them": "電話で確認する",
        "write_them": "文書で照会する",
        "file_it": "回答を綴じる",
    }
    tasks = "".join(user_task(id_, candidateGroups="PJMO") for id_ in names)
    flow = node("sequenceFlow", "f", sourceRef="write_them", targetRef="file_it")
    ends = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    own = extensions(props({"candidateGroups": "PJMO"}))
    part = node("adHocSubProcess", "look_into", own + tasks + flow + ends, **attributes)
    report = user_task("report", candidateGroups="PJMO")
    made = line(key, part, report, properties=props({"prefix": "照"}))
    content = made[key][f"{key}.bpmn"].decode()
    for id_, name in {
        **names,
        "look_into": "照会する",
        "report": "結果を報告する",
        key: "照会",
    }.items():
        content = content.replace(f'name="{id_}"', f'name="{name}"')
    return {key: {f"{key}.bpmn": content.encode()}}
