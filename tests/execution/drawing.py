"""Building blocks for small diagrams: a valid one, and every way to spoil it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine.domain.errors import Finding, RefusedError
from engine.execution.bundle import Bundle, Known, OperationSpec, read_bundle

KEY = "case"
NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:other="http://other.invalid/schema"'
)
OPERATIONS = (
    OperationSpec(
        name="register.write",
        required=frozenset({"register"}),
        optional=frozenset({"id"}),
        needs_one_of=(frozenset({"values", "rows"}),),
    ),
    OperationSpec(
        name="register.count", required=frozenset({"register"}), optional=frozenset({"filter"})
    ),
    OperationSpec(name="people.list", required=frozenset({"roles"})),
    OperationSpec(name="test.echo", optional=frozenset({"value"}), runs="after_commit"),
)
KNOWN = Known(
    roles={"PJMO": "PJMO", "GYOMU": "業務実施部門"},
    operations={spec.name: spec for spec in OPERATIONS},
    registers=frozenset({"R01", "R03"}),
    processes=frozenset({"approval", "manual"}),
    calls={"approval": frozenset(), "manual": frozenset({KEY})},
)
FORM = (
    '{"schemaVersion": 19, "type": "default", "id": "answer", "components": '
    '[{"type": "textfield", "id": "field_1", "key": "回答", "label": "回答"}]}'.encode()
)
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="urn:test">
  <decision id="d01_mode" name="実施方式"><variable name="実施方式"/>
    <literalExpression><text>"通常"</text></literalExpression></decision>
</definitions>""".encode()


def node(kind: str, id_: str, content: str = "", **attributes: str) -> str:
    """One BPMN element; the content is XML."""
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{kind} id="{id_}"{more}>{content}</bpmn:{kind}>'


def flow(source: str, target: str, condition: str | None = None, **attributes: str) -> str:
    """A sequence flow named after its ends."""
    content = ""
    if condition is not None:
        content = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    return node(
        "sequenceFlow",
        attributes.pop("id_", f"{source}_to_{target}"),
        content,
        sourceRef=source,
        targetRef=target,
        **attributes,
    )


def flows(*ids: str) -> str:
    """Flows from each node to the next."""
    return "".join(flow(source, target) for source, target in pairwise(ids))


def extensions(content: str) -> str:
    return f"<bpmn:extensionElements>{content}</bpmn:extensionElements>"


def properties(values: Mapping[str, str]) -> str:
    """The named properties of an element, ready to stand inside it."""
    entries = "".join(
        f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    return extensions(f"<spiffworkflow:properties>{entries}</spiffworkflow:properties>")


def user_task(id_: str = "do_it", content: str = "", **values: str) -> str:
    """A task of PJMO, done without a form unless `formKey` is given."""
    return node(
        "userTask", id_, properties({"candidateGroups": "PJMO", **values}) + content, name="作業"
    )


def operator(id_: str, **parameters: str) -> str:
    """What a service task calls, ready to stand inside it."""
    entries = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value={quoteattr(value)}/>'
        for name, value in parameters.items()
    )
    return extensions(
        f'<spiffworkflow:serviceTaskOperator id="{id_}" resultVariable="結果">'
        f"<spiffworkflow:parameters>{entries}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )


def timer(kind: str, value: str) -> str:
    """A timer definition: `timeDate`, `timeDuration` or `timeCycle`."""
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(value)}</bpmn:{kind}>"
        "</bpmn:timerEventDefinition>"
    )


def script(text: str, **attributes: str) -> str:
    """A script task `compute`."""
    return node("scriptTask", "compute", f"<bpmn:script>{escape(text)}</bpmn:script>", **attributes)


def diagram(*content: str, roots: str = "", attributes: str = 'isExecutable="true"') -> bytes:
    """A file with one process `case` that holds the content; `roots` stand before it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES} '
        f'id="definitions" targetNamespace="urn:test">\n{roots}\n'
        f'<bpmn:process id="{KEY}" name="試験" {attributes}>\n'
        + "\n".join(content)
        + "\n</bpmn:process></bpmn:definitions>"
    ).encode()


def line(*nodes: tuple[str, str], roots: str = "", more: str = "") -> bytes:
    """A process in one line: start, the given (id, XML) nodes, end; `more` stands behind."""
    ids = ["begin", *(id_ for id_, _ in nodes), "finish"]
    drawn = [xml for _, xml in nodes]
    return diagram(
        node("startEvent", "begin"),
        *drawn,
        node("endEvent", "finish"),
        flows(*ids),
        more,
        roots=roots,
    )


def valid() -> bytes:
    """The normal case: start, one user task, end."""
    return line(("do_it", user_task()))


def read(content: bytes, known: Known = KNOWN, **forms: bytes) -> Bundle:
    """The bundle of a folder with this diagram and these forms (key -> content)."""
    files = {f"{key}.form.json": form for key, form in forms.items()}
    return read_bundle(KEY, {f"{KEY}.bpmn": content, **files}, known)


def refused(content: bytes, known: Known = KNOWN, **forms: bytes) -> list[Finding]:
    """The findings for which the diagram is refused; none when it is accepted."""
    try:
        read(content, known, **forms)
    except RefusedError as error:
        return list(error.findings)
    return []


def places(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """What was found: (code, element id)."""
    return {(found.code, found.element_id) for found in findings}


def is_sentence(text: str) -> bool:
    """Whether it is Japanese, ends as a sentence does and shows no innards of the software."""
    return (
        re.search(r"[ぁ-ん]", text) is not None
        and text.endswith(("。", "）。"))
        and not re.search(r"Exception|Traceback|\{http|expected|None\b", text)
    )


def rows(table: Mapping[str, tuple[bytes, set[tuple[str, str]]]]) -> list[object]:
    """The rows of a table of refusals as parameters, named by their keys."""
    return [pytest.param(*row, id=name) for name, row in table.items()]


def check_refusal(findings: list[Finding], expected: set[tuple[str, str]]) -> None:
    """Refused for just that, each time with a sentence, a line and the file."""
    assert places(findings) == expected
    for found in findings:
        assert is_sentence(found.message), found.message
        assert found.line > 1
        assert found.file == f"{KEY}.bpmn"
