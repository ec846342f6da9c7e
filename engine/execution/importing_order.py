"""In which order does the schema want the children of an element?

One rank per name and kind of parent; children of one rank keep the order of the file.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Final

from lxml import etree

from engine.execution.importing_notes import Notes
from engine.execution.model import ACTIVITIES, EVENTS, FLOW_NODES, SCOPES, UNSUPPORTED
from engine.execution.xml import BPMN, local, namespace

_HEAD: Final = ("documentation", "extensionElements")
_FLOW_HEAD: Final = (*_HEAD, "auditing", "monitoring", "categoryValueRef")
_ROLES: Final = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_LOOPS: Final = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_ACTIVITY: Final = (
    *(*_FLOW_HEAD, "incoming", "outgoing", "ioSpecification", "property"),
    *("dataInputAssociation", "dataOutputAssociation", _ROLES, _LOOPS),
)
_ARTIFACTS: Final = ("association", "group", "textAnnotation")
_ELEMENTS: Final = tuple(
    FLOW_NODES | {"sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference"}
)
_EVENT: Final = (
    *(*_FLOW_HEAD, "incoming", "outgoing", "property", "dataInput", "dataOutput"),
    *("dataInputAssociation", "dataOutputAssociation", "inputSet", "outputSet"),
)
_ORDERS: Final[dict[str, tuple[str | tuple[str, ...], ...]]] = {
    "process": (
        *(*_HEAD, "auditing", "monitoring", "supportedInterfaceRef", "ioSpecification"),
        *("ioBinding", "property", "laneSet", _ELEMENTS, _ARTIFACTS, _ROLES),
        *("correlationSubscription", "supports"),
    ),
    "collaboration": (
        *(*_HEAD, "participant", "messageFlow", _ARTIFACTS, "conversationNode"),
        *("conversationAssociation", "participantAssociation", "messageFlowAssociation"),
        *("correlationKey", "choreographyRef", "conversationLink"),
    ),
    "multiInstanceLoopCharacteristics": (
        *(*_HEAD, "loopCardinality", "loopDataInputRef", "loopDataOutputRef"),
        *("inputDataItem", "outputDataItem", "complexBehaviorDefinition", "completionCondition"),
    ),
    "sequenceFlow": (*_FLOW_HEAD, "conditionExpression"),
    "lane": (*_HEAD, "partitionElement", "flowNodeRef", "childLaneSet"),
    "laneSet": (*_HEAD, "lane"),
    "ioSpecification": (*_HEAD, "dataInput", "dataOutput", "inputSet", "outputSet"),
    "standardLoopCharacteristics": (*_HEAD, "loopCondition"),
}


def mend_order(root: etree._Element, notes: Notes) -> None:
    """Children where the schema wants them; one line for each element that was mixed up."""
    for element in list(root.iter(f"{{{BPMN}}}*")):
        ranks = _RANKS.get(_kind(element))
        inner = list(element)
        if ranks is None or not all(namespace(one) == BPMN for one in inner):
            continue
        ordered = [one for _, one in sorted(_ranked_children(inner, ranks), key=itemgetter(0))]
        if ordered != inner:
            moved = ", ".join(dict.fromkeys(map(local, inner)))
            element[:] = ordered
            notes.repair(element, "order", moved, ", ".join(dict.fromkeys(map(local, ordered))))


def _ranked_children(
    inner: list[etree._Element], ranks: dict[str, int]
) -> list[tuple[int, etree._Element]]:
    return [(ranks.get(local(one), len(ranks)), one) for one in inner]


def _kind(element: etree._Element) -> str:
    """The name of the order that holds for the element."""
    kind = local(element)
    if kind in _ORDERS:
        return kind
    if kind in SCOPES | {"adHocSubProcess"}:
        return "scope"
    if kind in EVENTS:
        return "event"
    if kind in ACTIVITIES:
        return "activity"
    return "gateway" if kind in FLOW_NODES - UNSUPPORTED else ""


def _ranked(order: tuple[str | tuple[str, ...], ...]) -> dict[str, int]:
    return {
        name: rank
        for rank, names in enumerate(order)
        for name in ((names,) if isinstance(names, str) else names)
    }


_RANKS: Final = {
    **{kind: _ranked(order) for kind, order in _ORDERS.items()},
    "activity": _ranked(_ACTIVITY),
    "event": _ranked(_EVENT),
    "gateway": _ranked((*_FLOW_HEAD, "incoming", "outgoing")),
    "scope": _ranked((*_ACTIVITY, "laneSet", _ELEMENTS, _ARTIFACTS)),
}
