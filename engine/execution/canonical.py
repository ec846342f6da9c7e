"""What of a model file means something?  The rest must not make a new version.

Editors write the same model in many ways.  Everything dropped or turned into one spelling here is
named with its reason; whatever is not named counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lxml import etree

from engine.domain.errors import Finding, RefusedError
from engine.execution.xml import BPMN, DIAGRAM, local, namespace, read_xml

_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DRAWING: Final = frozenset(
    {
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DMN/20180521/DC/",
        "http://www.omg.org/spec/DMN/20180521/DI/",
    }
)
_DECISIONS: Final = "omg.org/spec/DMN/"
_LENGTHS: Final = frozenset({"x", "y", "width", "height"})

# Which tool wrote the file says nothing about the model.
_EXPORTER: Final = frozenset({"exporter", "exporterVersion"})

# The values that BPMN 2.0 and DMN give an attribute that is left out: editors leave them out.
_DEFAULTS: Final = {
    "behavior": "All",
    "cancelActivity": "true",
    "cancelRemainingInstances": "true",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "gatewayDirection": "Unspecified",
    "isCollection": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "isSequential": "false",
    "instantiate": "false",
    "parallelMultiple": "false",
    "startQuantity": "1",
    "testBefore": "false",
    "textFormat": "text/plain",
    "triggeredByEvent": "false",
    "waitForCompletion": "true",
}
_DECISION_DEFAULTS: Final = {"hitPolicy": "UNIQUE", "textFormat": "text/plain"}

# The flows of a node stand in the sequence flows themselves, which name both their ends.
_REPEATED: Final = frozenset({"incoming", "outgoing"})
# A box that holds nothing is drawn and run as if it were not there.
_EMPTY: Final = frozenset({"extensionElements", "BPMNLabel"})

_FORM_MARKS: Final = frozenset({"exporter", "executionPlatform", "executionPlatformVersion"})


def canonical_xml(content: bytes, file: str) -> bytes:
    """A diagram or decision as C14N 2.0: prefixes, blank text and comments do not count either.

    Raises:
        RefusedError: it cannot be read.
    """
    root = read_xml(content, file)
    for element in list(root.iter()):
        _plain(element)
    for element in list(root.iter()):
        _order(element)
    text = etree.canonicalize(
        root,
        with_comments=False,
        strip_text=True,
        rewrite_prefixes=True,
        qname_aware_attrs=[_XSI_TYPE],
    )
    return str(text).encode()


def _plain(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None and _says_nothing(element):
        parent.remove(element)
        return
    if local(element) == "definitions":
        _drop(element, _EXPORTER & set(map(str, element.attrib)))
    defaults = _DECISION_DEFAULTS if _DECISIONS in namespace(element) else {}
    if namespace(element) == BPMN:
        defaults = _DEFAULTS
    _drop(element, {name for name, value in defaults.items() if element.get(name) == value})
    if namespace(element) in _DRAWING:
        _measure(element)


def _says_nothing(element: etree._Element) -> bool:
    name = local(element)
    if namespace(element) == BPMN and name in _REPEATED:
        return True
    is_empty = len(element) == 0 and not element.attrib and not (element.text or "").strip()
    return is_empty and name in _EMPTY


def _drop(element: etree._Element, names: Iterable[Any]) -> None:
    for name in names:
        del element.attrib[name]


def _measure(element: etree._Element) -> None:
    """Coordinates as numbers: 80, 80.0 and 8e1 are one place, and so are 0 and nothing."""
    for name in _LENGTHS & set(map(str, element.attrib)):
        try:
            length = Decimal(str(element.get(name)).strip())
        except InvalidOperation:
            continue
        if length == 0 and name in ("x", "y"):
            del element.attrib[name]
        else:
            element.set(name, _number(length))


def _order(element: etree._Element) -> None:
    """Sets in one order: the nodes of a lane, and the shapes and edges of a drawing.

    Which of two shapes that overlap lies on top does not hang on their order in the file: the
    diagrams are drawn in the order of the model.
    """
    name = local(element)
    if namespace(element) == BPMN and name == "lane":
        nodes = [child for child in element if local(child) == "flowNodeRef"]
        _sort(element, nodes, lambda one: (one.text or "").strip())
    if namespace(element) == DIAGRAM and name == "BPMNPlane":
        _sort(element, list(element), lambda one: (one.get("bpmnElement", ""), one.get("id", "")))


def _sort(
    parent: etree._Element,
    children: list[etree._Element],
    rank: Callable[[etree._Element], tuple[str, str] | str],
) -> None:
    if not children:
        return
    place = parent.index(children[0])
    for child in children:
        parent.remove(child)
    for child in sorted(children, key=rank, reverse=True):
        parent.insert(place, child)


def canonical_json(content: bytes, file: str) -> bytes:
    """JSON with its entries in alphabetical order, and numbers in one spelling; forms as below.

    Raises:
        RefusedError: it cannot be read.
    """
    try:
        entries = json.loads(content, parse_float=_written)
    except (ValueError, RecursionError) as error:
        message = "JSONとして読めません。"
        raise RefusedError([Finding(code="not_json", message=message, file=file)]) from error
    if file.endswith(".form.json") and isinstance(entries, dict):
        entries = _form(entries)
    return json.dumps(entries, sort_keys=True, ensure_ascii=False).encode()


def _written(text: str) -> int | str:
    """A number with a point: 1.0 is 1; others keep their digits, marked as no text."""
    number = Decimal(text)
    whole = number.to_integral_value() if number.is_finite() else number
    return int(number) if number == whole and abs(whole) < 10**15 else f"\0{_number(number)}"


def _number(number: Decimal) -> str:
    text = format(number.normalize(), "f") if number.is_finite() else str(number)
    return "0" if text == "-0" else text


def _form(form: dict[str, Any]) -> dict[str, Any]:
    """The form without what only its editor needs."""
    kept = {name: value for name, value in form.items() if name not in _FORM_MARKS}
    kept["components"] = list(_components(form.get("components")))
    return kept


def _components(raw: Any) -> Iterator[Any]:
    for component in raw if isinstance(raw, list) else ():
        yield _component(component) if isinstance(component, dict) else component


def _component(component: dict[str, Any]) -> dict[str, Any]:
    """One component.

    The editor makes up the ids, which nothing refers to: values have keys.  It puts every
    component into a row of its own making; only a width chosen by hand says something.
    Entries without value, empty groups and `false` are how it writes "not set".
    """
    kept = {name: value for name, value in component.items() if name not in ("id", "layout")}
    layout = component.get("layout")
    width = layout.get("columns") if isinstance(layout, dict) else None
    if width is not None:
        kept["layout"] = layout
    if isinstance(component.get("validate"), dict):
        rules = component["validate"].items()
        kept["validate"] = {n: v for n, v in rules if v is not None and v is not False and v != ""}
    if "components" in component:
        kept["components"] = list(_components(component["components"]))
    return {name: value for name, value in kept.items() if not _is_unset(name, value)}


def _is_unset(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name in ("validate", "appearance", "conditional", "properties"):
        return bool(value == {})
    return value is False and name in ("readonly", "disabled", "multiple")
