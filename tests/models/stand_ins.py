"""Small processes that stand in for called ones: they write what the real ones would and end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions'
    ' xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' id="d" targetNamespace="urn:unei:test">'
)


def stand_in(
    key: str,
    inputs: Sequence[str] = (),
    writes: Sequence[tuple[str, str]] = (),
    *,
    outcome: str = "完了",
    waits: bool = False,
) -> dict[str, dict[str, bytes]]:
    """A folder to deploy, with a process of that key; its end has 結果 = `outcome`.

    `writes`: (register, FEEL list of entries).  `waits`: a task `wait_<key>` comes first.
    """
    steps = [(f"wait_{key}", _task(f"wait_{key}"))] if waits else []
    steps += [
        (f"write_{number}", _write(f"write_{number}", register, rows))
        for number, (register, rows) in enumerate(writes, 1)
    ]
    steps += [("finish", _script("finish", f'結果 = "{outcome}"'))]
    ids = ["begin", *(name for name, _ in steps), "finished"]
    flows = [
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairwise(ids))
    ]
    body = [
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">',
        _interface(inputs),
        '<bpmn:startEvent id="begin"/>',
        *(text for _, text in steps),
        '<bpmn:endEvent id="finished"/>',
        *flows,
        "</bpmn:process></bpmn:definitions>",
    ]
    return {key: {f"{key}.bpmn": (HEAD + "".join(body)).encode()}}


def _interface(inputs: Sequence[str]) -> str:
    ins = "".join(f'<bpmn:dataInput id="i{n}" name="{name}"/>' for n, name in enumerate(inputs))
    refs = "".join(f"<bpmn:dataInputRefs>i{n}</bpmn:dataInputRefs>" for n in range(len(inputs)))
    return (
        f'<bpmn:ioSpecification>{ins}<bpmn:dataOutput id="o" name="結果"/>'
        f"<bpmn:inputSet>{refs}</bpmn:inputSet>"
        "<bpmn:outputSet><bpmn:dataOutputRefs>o</bpmn:dataOutputRefs></bpmn:outputSet>"
        "</bpmn:ioSpecification>"
    )


def _task(name: str) -> str:
    return (
        f'<bpmn:userTask id="{name}"><bpmn:extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="candidateGroups" value="PJMO"/>'
        "</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
    )


def _write(name: str, register: str, rows: str) -> str:
    parameters = [("register", f'"{register}"'), ("rows", rows)]
    listed = "".join(
        f'<spiffworkflow:parameter id="{key}" type="any" value={quoteattr(value)}/>'
        for key, value in parameters
    )
    return (
        f'<bpmn:serviceTask id="{name}"><bpmn:extensionElements>'
        f'<spiffworkflow:serviceTaskOperator id="register.write" resultVariable="written">'
        f"<spiffworkflow:parameters>{listed}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    )


def _script(name: str, text: str) -> str:
    script = f"<bpmn:script>{escape(text)}</bpmn:script>"
    return f'<bpmn:scriptTask id="{name}">{script}</bpmn:scriptTask>'
