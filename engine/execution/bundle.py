"""How does a folder of files become a process that can be run, or a list of what is wrong with it?

A bundle is one process folder: the diagram, its forms, its examples.  Decisions are shared and lie
in a folder of their own (`_decisions`).  A bundle is read once per version and never changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.dmn.check import check as check_decision
from engine.dmn.model import Model
from engine.dmn.model import read as read_decision
from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.execution import lint_flow, lint_interface, lint_kinds, lint_names, properties
from engine.execution.bundle_files import beside_faults, file_faults, read_forms
from engine.execution.bundle_hash import content_hash
from engine.execution.entries import event_entries
from engine.execution.interfaces import called_by, handed_back
from engine.execution.lint import check
from engine.execution.lint_report import Report
from engine.execution.model import (
    AD_HOC,
    HUMAN,
    Diagram,
    Element,
    Known,
    OperationSpec,
    Scope,
    view,
)
from engine.execution.parsing import Program, parse
from engine.execution.properties import ONE_PER_KEY, UserTaskProperties
from engine.execution.resolving import resolved
from engine.execution.scripting import FeelEngine
from engine.execution.workflow import FastWorkflow, quiet_library
from engine.execution.xml import (
    child,
    event_definitions,
    extension,
    local,
    read_diagram,
    text,
)
from engine.feel.expression import Expression
from engine.feel.script import Script
from engine.forms.schema import Form

__all__ = [
    "Bundle",
    "Element",
    "Folders",
    "Known",
    "OperationSpec",
    "UserTaskProperties",
    "content_hash",
]

_log = logging.getLogger(__name__)
MAX_FINDINGS: Final = 200
DECISIONS: Final = "_decisions"  # the folder of the shared decisions


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A process that can be run, with all it needs; shared by many instances, never changed.

    `inputs` and `outputs`: the declared interface, None when none is declared.
    `message_starts`: (message name, id of the element it begins an instance at).
    `start_form`: form key or None.
    `expressions`, `scripts`: source text -> compiled.  `warnings`: findings that do not refuse.
    """

    key: str
    name: str
    prefix: str | None
    trace: tuple[str, ...]
    starters: frozenset[str]
    subject: Expression | None
    files: Mapping[str, bytes]
    hash: str
    process: Any
    subprocesses: Mapping[str, Any]
    forms: Mapping[str, Form]
    elements: Mapping[str, Element]
    user_tasks: Mapping[str, UserTaskProperties]
    inputs: tuple[str, ...] | None
    outputs: tuple[str, ...] | None
    message_starts: tuple[tuple[str, str], ...]
    start_form: str | None
    called: frozenset[str]
    decisions: frozenset[str]
    operations: frozenset[str]
    expressions: Mapping[str, Expression]
    scripts: Mapping[str, Script]
    warnings: tuple[Finding, ...]

    def starts_once_per_key(self, message: str) -> bool:
        """Whether at most one instance runs for each key of the message it has started by."""
        return any(
            name == message and self.elements[id_].properties.get(ONE_PER_KEY) == "true"
            for name, id_ in self.message_starts
        )


@dataclass(frozen=True, kw_only=True)
class Folders:
    """What several folders hold that are published together."""

    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    decisions: Mapping[str, Model] = field(default_factory=dict)


def read_bundle(key: str, files: Mapping[str, bytes], known: Known) -> Bundle:
    """The process of one folder, compiled.  `files`: name inside the folder -> content.

    Raises:
        RefusedError: something in it could not be run exactly; all findings at once.
    """
    report, parts, findings = _checked(key, files, known)
    if findings:
        raise RefusedError(findings)
    lint_names.check_names(report, parts.inputs)
    lint_flow.check_flow(report, parts.inputs)
    lint_kinds.check_kinds(report, parts.inputs)
    return _bundle(key, files, report, parts)


def reload_bundle(key: str, files: Mapping[str, bytes], known: Known) -> Bundle:
    """The process of a version that is in service: what would be refused today is a warning.

    Its instances go on although a rule has become stricter or a register has gone since.

    Raises:
        RefusedError: it cannot be put together at all.
    """
    report, parts, findings = _checked(key, files, known)
    if report.diagram.process is None:
        raise RefusedError(findings)
    report.warnings += findings
    return _bundle(key, files, report, parts)


def read_folders(folders: Mapping[str, Mapping[str, bytes]], known: Known) -> Folders:
    """Several folders published together: they may call each other and share `_decisions`.

    Raises:
        RefusedError: the findings of all folders; the file name says in which folder.
    """
    findings: list[Finding] = []
    decisions = _decisions(folders.get(DECISIONS, {}), findings)
    processes = {key: files for key, files in folders.items() if key != DECISIONS}
    around = replace(
        known,
        processes=known.processes | frozenset(processes),
        calls={**known.calls, **{key: called_by(key, files) for key, files in processes.items()}},
        outputs={**known.outputs, **{key: handed_back(key, f) for key, f in processes.items()}},
        decisions={**known.decisions, **decisions},
    )
    bundles: dict[str, Bundle] = {}
    for key, files in processes.items():
        try:
            bundles[key] = read_bundle(key, files, around)
        except RefusedError as error:
            findings += _inside(key, error.findings)
    if findings:
        raise RefusedError(findings)
    return Folders(bundles=bundles, decisions=decisions)


def _checked(
    key: str, files: Mapping[str, bytes], known: Known
) -> tuple[Report, _Parts, list[Finding]]:
    """What was checked, what was compiled on the way, and all findings in file order."""
    findings = list(file_faults(key, files))
    forms = read_forms(files, findings)
    try:
        root = read_diagram(files.get(f"{key}.bpmn", b""), f"{key}.bpmn")
    except RefusedError as error:
        raise RefusedError(findings or error.findings) from error
    report = check(Report(view(resolved(root), f"{key}.bpmn"), known, forms, frozenset(files)), key)
    parts = _parts(report)
    return report, parts, _sorted([*findings, *report.findings])


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What the checks compile on their way."""

    elements: Mapping[str, Element]
    user_tasks: Mapping[str, UserTaskProperties]
    inputs: tuple[str, ...] | None
    outputs: tuple[str, ...] | None


def _parts(report: Report) -> _Parts:
    diagram = report.diagram
    elements: dict[str, Element] = {}
    user_tasks: dict[str, UserTaskProperties] = {}
    for scope, node in diagram.nodes():
        elements[node.get("id", "")] = _element(report, scope, node)
        if local(node) in HUMAN | {AD_HOC}:
            user_tasks[node.get("id", "")] = properties.compile_task(report, scope, node)
    return _Parts(
        elements=elements,
        user_tasks=user_tasks,
        inputs=lint_interface.inputs(report),
        outputs=lint_interface.outputs(report),
    )


def _element(report: Report, scope: Scope, node: etree._Element) -> Element:
    id_ = node.get("id", "")
    values = properties.of(node)
    lane = report.diagram.lane_of(scope, id_)
    # A user task's rows are checked with its other properties.
    rows = properties.words(values.get("trace", ""))
    if local(node) not in HUMAN | {AD_HOC}:
        properties.trace(report, node, values)
    return Element(
        id=id_,
        name=node.get("name", ""),
        kind=local(node),
        lane=lane,
        role=report.known.role_of(lane) if lane else None,
        properties=values,
        trace=rows,
        documentation=text(child(node, "documentation")),
    )


def _bundle(key: str, files: Mapping[str, bytes], report: Report, parts: _Parts) -> Bundle:
    diagram = report.diagram
    process = diagram.process
    assert process is not None  # noqa: S101  a diagram without one has been refused
    values = properties.of(process)
    program = _program(report, key)
    return Bundle(
        key=key,
        name=process.get("name", "") or key,
        prefix=values.get("prefix"),
        trace=properties.words(values.get("trace", "")),
        starters=_starters(values),
        subject=report.expressions.get(values.get("subject", "")),
        files=dict(files),
        hash=content_hash(files),
        process=program.spec,
        subprocesses=program.scopes,
        forms=report.forms,
        elements=parts.elements,
        user_tasks=parts.user_tasks,
        inputs=parts.inputs,
        outputs=parts.outputs,
        message_starts=tuple(_message_starts(diagram)),
        start_form=_start_form(diagram),
        called=frozenset(n.get("calledElement", "") for _, n in diagram.nodes("callActivity")),
        decisions=frozenset(
            text(extension(n, "calledDecisionId")) for _, n in diagram.nodes("businessRuleTask")
        ),
        operations=frozenset(_operations(diagram)),
        expressions=report.expressions,
        scripts=report.scripts,
        warnings=tuple(report.warnings),
    )


def _program(report: Report, key: str) -> Program:
    """The specification that runs; whatever the parser dislikes becomes a finding.

    A workflow is built of it, but not run: that finds what only shows when elements are joined.

    Raises:
        RefusedError: the parser refuses what the checks let through.
    """
    diagram = report.diagram
    quiet_library()
    try:
        program = parse(diagram.root, key, diagram.file)
        FastWorkflow(program.spec, program.scopes, script_engine=FeelEngine())
    except (SpiffWorkflowException, RecursionError) as error:
        _log.warning("the parser refused %s: %s", key, error)
        places = [
            node for _, node in diagram.nodes() if node.get("id") == getattr(error, "id", None)
        ]
        report.refuse(
            next(iter(places), diagram.root),
            "not_runnable",
            Sentence(
                "この要素を実行できる形に組み立てられません。周りの流れと設定を描き直します。"
            ),
        )
        raise RefusedError(report.findings) from error
    return program


def _starters(values: Mapping[str, str]) -> frozenset[str]:
    written = values.get("starters", properties.DEFAULT_GROUP)
    return frozenset() if written == "none" else frozenset(properties.words(written))


def _top(diagram: Diagram) -> list[etree._Element]:
    return diagram.scopes[0].of_kind("startEvent")


def _message_starts(diagram: Diagram) -> Iterable[tuple[str, str]]:
    for start in event_entries(diagram):
        for definition in [start, *event_definitions(start)]:
            message = diagram.find("message", definition.get("messageRef"))
            if message is not None:
                yield message.get("name", ""), start.get("id", "")


def _start_form(diagram: Diagram) -> str | None:
    found = (properties.of(start).get("formKey") for start in _top(diagram))
    return next((key for key in found if key), None)


def _operations(diagram: Diagram) -> Iterable[str]:
    for _, task in diagram.nodes("serviceTask"):
        operator = extension(task, "serviceTaskOperator")
        if operator is not None:
            yield operator.get("id", "")


def _decisions(files: Mapping[str, bytes], findings: list[Finding]) -> dict[str, Model]:
    models: dict[str, Model] = {}
    for name in sorted(files):
        id_ = name.removesuffix(".dmn")
        if id_ == name:
            findings += _inside(DECISIONS, beside_faults(name))
            continue
        try:
            model = read_decision(files[name], name)
        except RefusedError as error:
            findings += _inside(DECISIONS, error.findings)
            continue
        findings += _inside(DECISIONS, check_decision(model))
        if id_ not in model.decisions:
            message = Sentence("判断の識別子を、ファイルの名前と同じ「%(id)s」にします。", id=id_)
            findings += _inside(
                DECISIONS, [Finding(code="decision_id", message=message, file=name)]
            )
        models[id_] = model
    return models


def _inside(folder: str, findings: Iterable[Finding]) -> list[Finding]:
    return [replace(found, file=f"{folder}/{found.file}") for found in findings]


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    """In file order, at most `MAX_FINDINGS` of them and a note on the rest."""
    found = sorted(findings, key=lambda one: (one.file, one.line, one.element_id))
    rest = len(found) - MAX_FINDINGS
    if rest > 0:
        message = Sentence(
            "このほかに%(rest)s件あります。ここまでを直してから、もう一度確かめます。",
            rest=f"{rest:,}",
        )
        found[MAX_FINDINGS:] = [Finding(code="more_findings", message=message)]
    return found
