"""What did another tool write at an element, and how do our own words get there?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.execution.properties import of
from engine.execution.xml import BPMN, SPIFF, child, children, extension, local, namespace

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_BEFORE_EXTENSIONS: Final = ("documentation",)


class Foreign:
    """The words of other tools at one element; each is taken once and then gone.

    `close` leaves nothing of them in the element.
    """

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._attributes: dict[str, str] = {}
        for key in map(str, element.attrib):
            if (etree.QName(key).namespace or _XSI) not in (_XSI, BPMN):
                self._attributes[key] = str(element.attrib[key])
        self._entries = [
            entry
            for block in children(element, "extensionElements")
            for entry in block
            if namespace(entry) not in (SPIFF, BPMN)
        ]

    def attribute(self, *names: str) -> str | None:
        """The value of the first of these attributes, of whatever tool; empty counts as none."""
        for key in list(self._attributes):
            if etree.QName(key).localname in names:
                return self._attributes.pop(key).strip() or None
        return None

    def entries(self, *names: str) -> list[etree._Element]:
        """The extension elements of these names, in the order of the file."""
        found = [entry for entry in self._entries if local(entry) in names]
        self._entries = [entry for entry in self._entries if local(entry) not in names]
        return found

    def entry(self, name: str) -> etree._Element | None:
        found = self.entries(name)
        return found[0] if found else None

    def rest(self) -> Iterator[tuple[str, str]]:
        """What nobody took: (local name, what it said)."""
        for key, value in self._attributes.items():
            yield etree.QName(key).localname, f"{shown(self.element, key)} = {value}"
        for entry in self._entries:
            yield local(entry), said(entry)

    def close(self) -> None:
        """Take everything foreign out of the element."""
        for key in map(str, list(self.element.attrib)):
            if (etree.QName(key).namespace or _XSI) not in (_XSI, BPMN):
                del self.element.attrib[key]
        for block in children(self.element, "extensionElements"):
            for entry in list(block):
                if namespace(entry) not in (SPIFF, BPMN):
                    block.remove(entry)
            if not len(block):
                self.element.remove(block)


def shown(element: etree._Element, name: str) -> str:
    """An attribute or element as the file writes it, with its prefix."""
    qualified = etree.QName(name)
    for prefix, uri in element.nsmap.items():
        if uri == qualified.namespace and prefix:
            return f"{prefix!s}:{qualified.localname}"
    return qualified.localname


def said(entry: etree._Element) -> str:
    """A foreign element with all it says, for people."""
    parts = [shown(entry, str(entry.tag))]
    for one in entry.iter():
        parts += [f"{etree.QName(k).localname}={v!s}" for k, v in one.attrib.items()]
        if (one.text or "").strip():
            parts.append((one.text or "").strip())
    return " ".join(parts)


def set_property(element: etree._Element, name: str, value: str) -> None:
    """Write one of our properties; one that is there already stays."""
    if name in of(element):
        return
    block = _own(element, "properties")
    etree.SubElement(block, f"{{{SPIFF}}}property", {"name": name, "value": _clean(value)})


def replace_property(element: etree._Element, name: str, value: str) -> None:
    """Write one of our properties in the place of what stood there."""
    for one in _own(element, "properties"):
        if one.get("name") == name:
            one.set("value", _clean(value))
            return
    set_property(element, name, value)


def set_extension(element: etree._Element, name: str, value: str) -> None:
    """Write one of our extensions that hold a text."""
    _own(element, name).text = _clean(value)


def add_line(element: etree._Element, name: str, line: str) -> None:
    """One more assignment at the end of `preScript` or `postScript`."""
    block = _own(element, name)
    block.text = f"{block.text}\n{line}" if block.text else _clean(line)


def taken(element: etree._Element, name: str) -> str:
    """The value of an attribute that is gone now; empty if there was none."""
    value = element.get(name)
    if value is None:
        return ""
    del element.attrib[name]
    return value.strip()


def new_child(element: etree._Element, name: str, at: int | None = None) -> etree._Element:
    made = etree.Element(f"{{{BPMN}}}{name}")
    element.insert(len(element) if at is None else at, made)
    return made


def _own(element: etree._Element, name: str) -> etree._Element:
    found = extension(element, name)
    if found is not None:
        return found
    block = child(element, "extensionElements")
    if block is None:
        at = sum(1 for _ in children(element, *_BEFORE_EXTENSIONS))
        block = new_child(element, "extensionElements", at)
    return etree.SubElement(block, f"{{{SPIFF}}}{name}", nsmap={"spiffworkflow": SPIFF})


def _clean(value: str) -> str:
    """The text without signs that no XML file can hold."""
    return "".join(
        sign for sign in value if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff")
    )
