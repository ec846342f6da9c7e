"""Which claims of a foreign file go because the drawing says it, or because ours is fixed?"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.execution.importing_foreign import taken
from engine.execution.importing_work import Work
from engine.execution.item_types import kind_of
from engine.execution.model import GATEWAYS
from engine.execution.xml import children

_UNSAID: Final = ("", "http://www.w3.org/1999/XPath")  # what tools write without meaning it
# What jBPM, whose types are classes of Java, calls the kinds of XML Schema
_CLASSES: Final = {
    "String": "string",
    "Boolean": "boolean",
    "Integer": "int",
    "Long": "long",
    "Short": "short",
    "Float": "float",
    "Double": "double",
    "BigDecimal": "decimal",
    "BigInteger": "integer",
}
_PACKAGES: Final = ("java.lang", "java.math")
_ENDS: Final = {"Diverging": "targetRef", "Converging": "sourceRef"}


def drop_claims(work: Work) -> None:
    """The language of all expressions (FEEL here), types that are classes of a program, the
    publicity of a process, lost directions.
    """
    language = work.root.get("expressionLanguage", "")
    if language not in _UNSAID and "FEEL" not in language.upper():
        del work.root.attrib["expressionLanguage"]
        work.notes.repair(None, "language", f"expressionLanguage = {language}")
    for definition in children(work.root, "itemDefinition"):
        _type(work, definition)
    type_ = work.process.get("processType", "")
    if type_ == "Public":  # what runs is never only a view for others, whatever a tool writes
        taken(work.process, "processType")
        work.notes.repair(work.process, "removed", f"processType = {type_}")
    for gateway in work.nodes(*GATEWAYS):
        _direction(work, gateway)


def _type(work: Work, definition: etree._Element) -> None:
    """A class of a program as the kind of value it holds; without one, any value fits."""
    if kind_of(definition) is not None:
        return
    written = definition.get("structureRef", "").strip()
    package, _, name = written.rpartition(".")
    taken(definition, "structureRef")
    if (not package or package in _PACKAGES) and name in _CLASSES:
        definition.set("structureRef", _CLASSES[name])
        work.notes.repair(definition, "item_type", written, _CLASSES[name])
    else:
        work.notes.repair(definition, "removed", f"structureRef = {written}")


def _direction(work: Work, gateway: etree._Element) -> None:
    """A direction that the flows do not bear out."""
    told = gateway.get("gatewayDirection", "")
    scope = gateway.getparent()
    if told not in _ENDS or scope is None:
        return
    flows = children(scope, "sequenceFlow")
    if sum(flow.get(_ENDS[told]) == gateway.get("id") for flow in flows) > 1:
        taken(gateway, "gatewayDirection")
        work.notes.repair(gateway, "removed", f"gatewayDirection = {told}")
