"""Is there anything in a diagram that the engine would pass over without a word?

White lists: what is not named here is refused, so that nothing drawn is silently left out.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, AD_HOC, EVENTS, FLOW_NODES, SUBPROCESSES, UNSUPPORTED
from engine.execution.properties import check_names
from engine.execution.resolving import GLOBAL_TASKS
from engine.execution.xml import (
    BPMN,
    DIAGRAM,
    SPIFF,
    children,
    event_definitions,
    extension_children,
    local,
    namespace,
)

_ROOT: Final = frozenset(
    {
        "collaboration",
        "process",
        "message",
        "signal",
        "error",
        "escalation",
        "itemDefinition",
        "category",
        "dataStore",
        "extensionElements",
        "documentation",
        *GLOBAL_TASKS,
    }
)
_PLAIN: Final = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "auditing",
        "monitoring",
        "categoryValueRef",
    }
)
_POOLS: Final = frozenset(
    {
        "documentation",
        "extensionElements",
        "participant",
        "messageFlow",
        "textAnnotation",
        "association",
        "group",
    }
)
_ARTIFACTS: Final = frozenset(
    {"textAnnotation", "association", "group", "dataObject", "dataObjectReference"}
)
_IN_SCOPE: Final = (
    FLOW_NODES | _ARTIFACTS | {"sequenceFlow", "laneSet", "property", "dataStoreReference"}
)
_IN_ACTIVITY: Final = _PLAIN | {
    "property",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
}
_OWN: Final = {"scriptTask": frozenset({"script"})}
_OF_CATCHING: Final = frozenset({"property", "dataOutput", "dataOutputAssociation", "outputSet"})
_OF_THROWING: Final = frozenset({"property", "dataInput", "dataInputAssociation", "inputSet"})
_EXTENSIONS: Final = {
    "scriptTask": frozenset({"properties"}),
    "userTask": frozenset({"properties", "preScript", "postScript", "variableName"}),
    "serviceTask": frozenset({"properties", "preScript", "postScript", "serviceTaskOperator"}),
    "businessRuleTask": frozenset({"properties", "preScript", "postScript", "calledDecisionId"}),
    "sendTask": frozenset({"properties", "preScript", "postScript", "messagePayload"}),
    "receiveTask": frozenset({"properties", "preScript", "postScript", "messageVariable"}),
    "signal": frozenset({"payloadExpression", "variableName"}),
    "error": frozenset({"payloadExpression", "variableName"}),
    "escalation": frozenset({"payloadExpression", "variableName"}),
}
_LANGUAGES: Final = ("", "feel")
_TOLD: Final = {
    "correlationKey": Sentence(
        "照合キーはここでは見られません。イベントの correlationKey 属性に書きます。"
    ),
    "correlationProperty": Sentence(
        "照合キーはここでは見られません。イベントの correlationKey 属性に書きます。"
    ),
    "instructionsForEndUser": Sentence("作業の説明は documentation に書きます。"),
}


def check_palette(report: Report) -> None:
    """Elements, markers and attributes that would not be run."""
    root = report.diagram.root
    _check_root(report, root)
    for collaboration in children(root, "collaboration"):
        for element in children(collaboration):
            if local(element) not in _POOLS:
                _refuse_unsupported(report, element)
    for scope in report.diagram.scopes:
        _check_scope(report, scope.node)
    for _, node in report.diagram.nodes():
        _check_node(report, node)
    _check_languages(report)


def check_extensions(report: Report) -> None:
    """Extensions and attributes of other tools, which the engine does not read."""
    for element in report.diagram.root.iter():
        if namespace(element) == DIAGRAM:
            continue
        if namespace(element) == BPMN and local(element) not in ("extensionElements",):
            _check_attributes(report, element)
            _check_own_extensions(report, element)


def _check_scope(report: Report, node: etree._Element) -> None:
    more = {"ioSpecification"} if local(node) == "process" else _IN_ACTIVITY
    if local(node) == AD_HOC:
        more = more | {"completionCondition"}
    for element in children(node):
        if local(element) in _PLAIN | _IN_SCOPE | more and local(element) not in UNSUPPORTED:
            continue
        _refuse_unsupported(report, element)


def _check_node(report: Report, node: etree._Element) -> None:
    if node.get("implementation", "##unspecified") not in _implementations(node):
        report.refuse(
            node, "implementation", Sentence("implementation は見られません。取り除きます。")
        )
    if local(node) not in SUBPROCESSES | UNSUPPORTED:
        for element in children(node):
            if local(element) not in _content_of(node):
                _refuse_unsupported(report, element)


def _implementations(node: etree._Element) -> frozenset[str]:
    """What says nothing: `##unspecified`, and what the schema says when nothing is written."""
    unsaid = "##WebService" if local(node) in ("serviceTask", "sendTask", "receiveTask") else ""
    return frozenset({"##unspecified", unsaid})


def _content_of(node: etree._Element) -> frozenset[str]:
    kind = local(node)
    if kind in ACTIVITIES:
        return _IN_ACTIVITY | _OWN.get(kind, frozenset())
    if kind in EVENTS:
        told_elsewhere = {local(d) for d in event_definitions(node)} | {"eventDefinitionRef"}
        throws = kind in ("endEvent", "intermediateThrowEvent")
        return _PLAIN | told_elsewhere | (_OF_THROWING if throws else _OF_CATCHING)
    return _PLAIN | ({"activationCondition"} if kind == "complexGateway" else frozenset())


def _check_root(report: Report, root: etree._Element) -> None:
    for element in children(root):
        if local(element) not in _ROOT and not local(element).endswith("EventDefinition"):
            _refuse_unsupported(report, element)
        if local(element) in GLOBAL_TASKS:
            _check_global(report, element)


def _check_global(report: Report, task: etree._Element) -> None:
    """A global task holds nothing that a task of its kind could not hold."""
    kind = GLOBAL_TASKS[local(task)]
    _check_how(report, task)
    for element in children(task):
        if local(element) not in {"documentation", "extensionElements", *_OWN.get(kind, ())}:
            _refuse_unsupported(report, element)


def _check_how(report: Report, task: etree._Element) -> None:
    """Language and implementation of a global task."""
    language = task.get("scriptLanguage", "").strip()
    if language.lower() not in _LANGUAGES:
        report.refuse(
            task,
            "script_format",
            Sentence(
                "スクリプトの言語「%(language)s」は動きません。"
                "FEELの代入（名前 = 式）で書き、scriptLanguage は空にします。",
                language=language,
            ),
        )
    if task.get("implementation", "##unspecified") not in _implementations(task):
        report.refuse(
            task, "implementation", Sentence("implementation は見られません。取り除きます。")
        )


def _check_languages(report: Report) -> None:
    for element in report.diagram.root.iter(f"{{{BPMN}}}*"):
        language = element.get("language", "").strip()
        if language.lower() not in _LANGUAGES and "/FEEL" not in language.upper():
            report.refuse(
                element,
                "expression_language",
                Sentence(
                    "式の言語「%(language)s」は使えません。FEELで書き、language は空にします。",
                    language=language,
                ),
            )
    for flow in report.diagram.root.iter(f"{{{BPMN}}}sequenceFlow"):
        if flow.get("isImmediate", "true") != "true":
            report.refuse(
                flow, "not_immediate", Sentence("isImmediate は見られません。取り除きます。")
            )


def _check_attributes(report: Report, element: etree._Element) -> None:
    if element is report.diagram.root:
        return
    for attribute in map(str, element.attrib):
        space = etree.QName(attribute).namespace
        if space and "XMLSchema-instance" not in space:
            report.refuse(
                element,
                "foreign_attribute",
                Sentence(
                    "ほかの製品の属性「%(localname)s」は読まれません。"
                    "この製品の属性（properties）に書き直します。",
                    localname=etree.QName(attribute).localname,
                ),
            )


def _check_own_extensions(report: Report, element: etree._Element) -> None:
    seen: set[str] = set()
    for entry in extension_children(element):
        name = local(entry)
        if entry.tag in seen:
            report.refuse(
                element,
                "duplicate_extension",
                Sentence(
                    "「%(name)s」が2つあり、片方しか読まれません。1つにまとめます。", name=name
                ),
            )
        seen.add(str(entry.tag))
        if namespace(entry) != SPIFF:
            report.refuse(
                element,
                "foreign_extension",
                Sentence(
                    "ほかの製品の拡張「%(name)s」は読まれません。"
                    "この製品の属性（properties）に書き直します。",
                    name=name,
                ),
            )
        elif name not in _extensions_of(element):
            told = _TOLD.get(name, Sentence("取り除きます。"))
            report.refuse(
                element,
                "unknown_extension",
                Sentence("拡張「%(name)s」はここでは使えません。%(told)s", name=name, told=told),
            )
    check_names(report, element)


def _extensions_of(element: etree._Element) -> frozenset[str]:
    kind = GLOBAL_TASKS.get(local(element), local(element))
    if kind in _EXTENSIONS:
        return _EXTENSIONS[kind]
    if kind == "messageEventDefinition":
        parent = element.getparent()
        throws = parent is not None and local(parent) in ("endEvent", "intermediateThrowEvent")
        return frozenset({"messagePayload" if throws else "messageVariable"})
    if kind in ACTIVITIES:
        return frozenset({"properties", "preScript", "postScript"})
    return frozenset({"properties"}) if kind in FLOW_NODES | {"process"} else frozenset()


def _refuse_unsupported(report: Report, element: etree._Element) -> None:
    kind = local(element)
    if kind == "import":
        code, told = (
            "import",
            Sentence("ほかのファイルの取込みは行いません。このファイルの中に描きます。"),
        )
    else:
        code = "unsupported_element"
        plain = Sentence(
            "「%(kind)s」は実行されません。取り除くか、使える要素で描き直します。", kind=kind
        )
        told = _TOLD.get(kind, plain)
    report.refuse(element, code, told)
