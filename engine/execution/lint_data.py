"""Are the data of a diagram declared: each with one name, a known kind and a place to live?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.data_parts import Item, is_placeholder
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, EVENTS
from engine.execution.xml import BPMN, child, children, local, text

_ONE = ("inputDataItem", "outputDataItem")
_DECLARED = ("dataObject", "property", "dataInput", "dataOutput", "dataStore", *_ONE)
_OPERATIONS = {"dataInputAssociation": "register.read", "dataOutputAssociation": "register.write"}


def check_data(report: Report) -> None:
    """Data objects, properties, inputs and outputs, data stores."""
    for scope in report.diagram.scopes:
        _check_scope(report, scope.node)
    for _, node in report.diagram.nodes(*(ACTIVITIES | EVENTS)):
        _check_own(report, node)
    _check_claims(report)
    for tag in _DECLARED:
        for node in report.diagram.root.iter(f"{{{BPMN}}}{tag}"):
            _check_declaration(report, node)
    for reference in report.diagram.root.iter(f"{{{BPMN}}}dataObjectReference"):
        _check_reference(report, reference)
    for reference in report.diagram.root.iter(f"{{{BPMN}}}dataStoreReference"):
        _check_store(report, reference)


def _check_own(report: Report, node: etree._Element) -> None:
    flow = report.data.dataflow(node)
    for items in (flow.inputs, flow.outputs):  # what goes in and comes out may be one thing
        _check_once(report, (*items, *flow.properties))
    for item in (*flow.inputs, *flow.outputs, *flow.properties):
        _check_name(report, item)


def _check_scope(report: Report, scope: etree._Element) -> None:
    nodes = children(scope, "dataObject", "property")
    items = [report.data.item(node) for node in nodes if not is_placeholder(node)]
    flow = report.data.dataflow(scope)
    used = _used(report)
    for item in items:
        if item.id in used:
            _check_name(report, item)
    interface = [*flow.inputs, *flow.outputs]
    _check_once(report, [*items, *{item.name: item for item in interface}.values()])
    labels = defaultdict(set)
    for reference in children(scope, "dataObjectReference"):
        labels[reference.get("dataObjectRef", "")].add(reference.get("name", ""))
    for item in items:
        if item.node is not None and not item.node.get("name") and len(labels[item.id] - {""}) > 1:
            report.refuse(
                item.node,
                "data_object_names",
                Sentence(
                    "同じデータオブジェクトが違う名前（%(names)s）で描かれています。同じ名前にするか、別のデータオブジェクトにします。",
                    names="、".join(sorted(labels[item.id] - {""})),
                ),
            )


def _used(report: Report) -> set[str]:
    """Ids of the items that an association names."""
    ends = [
        text(end)
        for tag in _OPERATIONS
        for association in report.diagram.root.iter(f"{{{BPMN}}}{tag}")
        for end in children(association, "sourceRef", "targetRef")
    ]
    return {report.data.item(report.data.nodes[id_]).id for id_ in ends if id_ in report.data.nodes}


def _check_once(report: Report, items: Iterable[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.name in seen and item.node is not None:
            report.refuse(
                item.node,
                "duplicate_data_name",
                Sentence(
                    "データの名前「%(name)s」が2回使われています。片方を別の名前にします。",
                    name=item.name,
                ),
            )
        seen.add(item.name)


def _check_name(report: Report, item: Item) -> None:
    if item.node is not None:
        report.variable(item.node, item.name, Sentence("データの名前"))


def _check_declaration(report: Report, node: etree._Element) -> None:
    if child(node, "dataState") is not None:
        report.refuse(
            node,
            "data_state",
            Sentence(
                "状態（dataState）はここでは見られません。データオブジェクトの参照に書きます。"
            ),
        )
    if report.data.item(node).kind is None:
        definition = report.data.definition(node)
        written = "" if definition is None else definition.get("structureRef", "")
        report.refuse(
            node,
            "unknown_type",
            Sentence(
                "データの種類「%(written)s」は確かめられません。xsd:string、"
                "xsd:decimal、xsd:boolean、xsd:date などにするか、"
                "取り除きます。",
                written=written,
            ),
        )
    reference = node.get("itemSubjectRef")
    if reference and report.data.definition(node) is None:
        report.refuse(
            node,
            "missing_ref",
            Sentence(
                "itemSubjectRef が指す「%(reference)s」がこのファイルにありません。取り除きます。",
                reference=reference,
            ),
        )


def _check_claims(report: Report) -> None:
    """What is said of a store, or a second time of an object, and would not be kept to."""
    for store in report.diagram.root.iter(f"{{{BPMN}}}dataStore"):
        if store.get("capacity") or store.get("isUnlimited", "true").strip() not in ("true", "1"):
            report.refuse(
                store,
                "store_capacity",
                Sentence("台帳の件数に上限（capacity）は付けられません。取り除きます。"),
            )
    for tag in ("dataStore", "dataStoreReference", "dataObjectReference", *_ONE):
        for node in report.diagram.root.iter(f"{{{BPMN}}}{tag}"):
            if node.get("itemSubjectRef") or (tag in _ONE and node.get("isCollection") == "true"):
                report.refuse(
                    node,
                    "item_type",
                    Sentence(
                        "データの種類（itemSubjectRef、isCollection）はここでは見られません。"
                        "取り除きます。"
                    ),
                )
    process = report.diagram.process
    flow = None if process is None else report.data.dataflow(process)
    for item in () if flow is None else (*flow.inputs, *flow.outputs):
        if item.node is not None and (item.kind or item.is_collection):
            report.refuse(
                item.node,
                "item_type",
                Sentence(
                    "業務フローの受渡しの種類は確かめられません。種類と isCollection を取り除き、"
                    "中のデータオブジェクトに書きます。"
                ),
            )


def _check_reference(report: Report, reference: etree._Element) -> None:
    named = reference.get("dataObjectRef", "")
    home = reference.getparent()
    found = report.data.nodes.get(named)
    if found is None or local(found) != "dataObject":
        report.refuse(
            reference,
            "missing_ref",
            Sentence(
                "dataObjectRef が指す「%(named)s」がこのファイルにありません。描き直します。",
                named=named,
            ),
        )
    elif home is not None and found.getparent() not in (home, *home.iterancestors()):
        report.refuse(
            reference,
            "data_out_of_scope",
            Sentence("別のサブプロセスの中のデータオブジェクトは見えません。外側の枠に置きます。"),
        )


def _check_store(report: Report, reference: etree._Element) -> None:
    store = report.data.store_of(reference)
    if reference.get("dataStoreRef") and store is None:
        report.refuse(
            reference,
            "missing_ref",
            Sentence(
                "dataStoreRef が指す「%(reference)s」がこのファイルにありません。"
                "参照先を作るか、取り除きます。",
                reference=reference.get("dataStoreRef"),
            ),
        )
        return
    code = report.data.item(reference).name
    if code not in report.known.registers:
        report.refuse(
            reference,
            "unknown_register",
            Sentence(
                "データストア「%(code)s」に当たる台帳がありません。"
                "名前を台帳の記号（R01 など）で始めます。",
                code=code,
            ),
        )
    if child(reference, "dataState") is not None:
        report.refuse(
            reference,
            "data_state",
            Sentence("台帳に状態（dataState）は付けられません。取り除きます。"),
        )
    for tag, operation in _OPERATIONS.items():
        for association in report.diagram.root.iter(f"{{{BPMN}}}{tag}"):
            _check_operation(report, association, reference, operation)


def _check_operation(
    report: Report, association: etree._Element, reference: etree._Element, operation: str
) -> None:
    ends = {text(end) for end in children(association, "sourceRef", "targetRef")}
    if reference.get("id") in ends and operation not in report.known.operations:
        report.refuse(
            association,
            "unknown_operation",
            Sentence(
                "台帳とのデータの関連に要る「%(operation)s」という処理がありません。取り除きます。",
                operation=operation,
            ),
        )
