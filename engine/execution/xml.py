"""How does the text of a diagram become XML elements without doing harm?

No document type, no entity, no network, bounded size; then the BPMN 2.0 schema, whose findings are
told in Japanese sentences and never in the words of the schema checker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.spiff.parser import VALIDATOR

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence, later

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MAX_BYTES: Final = 2_000_000
MAX_ELEMENTS: Final = 20_000

_DOCTYPE: Final = Sentence(
    "文書型宣言（DOCTYPE）や実体参照のあるファイルは読み込みません。宣言を取り除きます。"
)
# The parser compares these with the text "true"; the schema also allows "1" and white space.
CLAIMS: Final = frozenset(
    {
        "cancelActivity",
        "cancelRemainingInstances",
        "instantiate",
        "isCollection",
        "isExecutable",
        "isForCompensation",
        "isImmediate",
        "isInterrupting",
        "isSequential",
        "parallelMultiple",
        "testBefore",
        "triggeredByEvent",
    }
)
_SENTENCES: Final = (
    (
        "SCHEMAV_ELEMENT_CONTENT",
        "unexpected_element",
        later("「%(name)s」はこの場所に置けません。要素の名前と順序を直します。"),
    ),
    (
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2",
        "unexpected_attribute",
        later("「%(name)s」に、BPMN 2.0 にない属性があります。取り除きます。"),
    ),
    (
        "SCHEMAV_CVC_COMPLEX_TYPE_4",
        "missing_attribute",
        later("「%(name)s」に必要な属性が足りません。図の上でつなぎ直します。"),
    ),
    (
        "SCHEMAV_CVC_COMPLEX_TYPE_2",
        "unexpected_content",
        later("「%(name)s」に、置けない文字または要素が入っています。取り除きます。"),
    ),
    (
        "SCHEMAV_CVC_",
        "bad_value",
        later(
            "「%(name)s」に、形式の合わない値があります。"
            "真偽は true か false、識別子は英数字にします。"
        ),
    ),
)
_PLAIN_ID: Final = re.compile(r"'id': '[^\W\d][\w.-]*' is")
_STRAY: Final = re.compile(r"The attribute '([^'{}]+)' is not allowed")
_schema_lock = Lock()  # the checker keeps its last errors in the shared schema object


def read_xml(content: bytes, file: str) -> etree._Element:
    """The root of an XML file, without comments and processing instructions.

    Comments go first because they would cut a script in two: only the text before the first
    comment would be run.

    Raises:
        RefusedError: too large, no XML, a document type, or too many elements.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            "file_too_large",
            Sentence(
                "ファイルが大きすぎます（%(count)sバイト、"
                "上限%(max_bytes)sバイト）。業務フローを分けます。",
                count=f"{len(content):,}",
                max_bytes=f"{MAX_BYTES:,}",
            ),
            file,
        )
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in content:
            raise _refused("xml_doctype", _DOCTYPE, file) from error
        raise _no_xml(error, file) from error
    if b"<!DOCTYPE" in content or _has_doctype(root):
        raise _refused("xml_doctype", _DOCTYPE, file)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _refused(
            "too_many_elements",
            Sentence(
                "要素が多すぎます（上限%(max_elements)s）。業務フローを分けます。",
                max_elements=f"{MAX_ELEMENTS:,}",
            ),
            file,
        )
    return root


def read_diagram(content: bytes, file: str) -> etree._Element:
    """The `definitions` element of a BPMN 2.0 file; yes-or-no attributes in one spelling.

    Raises:
        RefusedError: as `read_xml`, or the file is XML but no BPMN 2.0.
    """
    root = read_xml(content, file)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _refused(
            "not_bpmn",
            Sentence("BPMN 2.0 の業務フローではありません。最上位は definitions 要素にします。"),
            file,
        )
    VALIDATOR.preprocess(root)
    for element in root.iter():
        for attribute in CLAIMS & set(map(str, element.attrib)):
            value = str(element.attrib[attribute]).strip()
            element.set(attribute, {"1": "true", "0": "false"}.get(value, value))
    for parameter in root.iter(f"{{{SPIFF}}}parameter"):
        parameter.set("type", "any")  # the parser wants one and nobody looks at it
    return root


def schema_faults(root: etree._Element) -> Iterator[tuple[etree._Element | None, str, int, str]]:
    """What the BPMN 2.0 schema does not allow: (element, code, line, Japanese sentence).

    Ids used twice are left out here; the check of ids names both places.
    """
    with _schema_lock:
        VALIDATOR.validator.validate(root)
        entries = list(VALIDATOR.validator.error_log)
    for entry in entries:
        element = _element_at(root, entry.path)
        told = _told(entry.type_name, entry.message, element)
        if told is not None:
            yield element, told[0], entry.line, told[1]


def stray_attributes(root: etree._Element) -> list[tuple[etree._Element, str]]:
    """Attributes without a namespace that the BPMN 2.0 schema does not know where they stand."""
    with _schema_lock:
        VALIDATOR.validator.validate(root)
        entries = list(VALIDATOR.validator.error_log)
    found: list[tuple[etree._Element, str]] = []
    for entry in entries:
        named = _STRAY.search(entry.message)
        element = _element_at(root, entry.path) if named else None
        if element is not None and named is not None:
            found.append((element, named[1]))
    return found


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The namespace of the element's name; empty if it has none."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The direct children in the BPMN namespace with one of these names (none: all of them)."""
    return list(element.iterchildren(*(f"{{{BPMN}}}{name}" for name in names or "*")))


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first direct child in the BPMN namespace of that name."""
    return next(iter(children(element, name)), None)


def line_of(element: etree._Element) -> int:
    """The line of the file the element begins in; 0 if unknown."""
    line: Any = element.sourceline
    return int(line or 0)


def event_definitions(event: etree._Element) -> list[etree._Element]:
    """The definitions that stand in the event itself (timer, message, ...)."""
    return [e for e in children(event) if local(e).endswith("EventDefinition")]


def text(element: etree._Element | None) -> str:
    """The text of the element without outer white space; empty for None."""
    return "" if element is None else (element.text or "").strip()


def extension_children(element: etree._Element) -> list[etree._Element]:
    """What stands in the element's own `extensionElements`, of any namespace."""
    return [entry for place in children(element, "extensionElements") for entry in place]


def extension(element: etree._Element, name: str) -> etree._Element | None:
    """The first extension of that name in the product's namespace."""
    for entry in extension_children(element):
        if namespace(entry) == SPIFF and local(entry) == name:
            return entry
    return None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _has_doctype(root: etree._Element) -> bool:
    # In another encoding than UTF-8 the plain search for the declaration does not see it.
    information: Any = root.getroottree().docinfo
    return bool(information.doctype)


def _refused(code: str, message: str, file: str, line: int = 0) -> RefusedError:
    return RefusedError([Finding(code=code, message=message, file=file, line=line)])


def _no_xml(error: etree.XMLSyntaxError, file: str) -> RefusedError:
    line = error.lineno or 0
    column = error.offset or 0
    message = Sentence(
        "XMLとして読めません（%(line)s行%(column)s文字目）。"
        "図の編集画面で開き直し、保存したファイルを使います。",
        line=line,
        column=column,
    )
    finding = Finding(code="not_xml", message=message, file=file, line=line, column=column)
    return RefusedError([finding])


def _element_at(root: etree._Element, path: str | None) -> etree._Element | None:
    if not path:
        return None
    spaces = {str(key): value for key, value in root.nsmap.items() if key}
    try:
        found = root.getroottree().xpath(path, namespaces=spaces)
    except etree.XPathError:
        return None
    first: Any = found[0] if isinstance(found, list) and found else None
    return first if etree.iselement(first) else None


def _told(kind: str, message: str, element: etree._Element | None) -> tuple[str, str] | None:
    if "'xs:ID'" in message and _PLAIN_ID.search(message):
        return None
    name = "" if element is None else local(element)
    if kind == "SCHEMAV_ELEMENT_CONTENT" and "Missing child" in message:
        return "missing_child", Sentence(
            "「%(name)s」の中に必要な要素が足りません。図の上で足します。", name=name
        )
    for start, code, told in _SENTENCES:
        if kind.startswith(start):
            return code, Sentence(told, name=name)
    return "schema", Sentence(
        "「%(name)s」が BPMN 2.0 の書き方に合いません。図の編集画面で描き直します。", name=name
    )
