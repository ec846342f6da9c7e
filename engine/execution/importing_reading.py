"""How does a file that another tool wrote become a tree, whatever its encoding and its prefixes?"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.execution.importing_notes import Notes
from engine.execution.xml import BPMN, DIAGRAM, MAX_BYTES, SPIFF, local, namespace, read_xml

PREFIXES: Final = {
    "activiti": "http://activiti.org/bpmn",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "bizagi": "http://www.bizagi.com/bpmn20",
    "bpmn": BPMN,
    "bpmn2": BPMN,
    "bpmndi": DIAGRAM,
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "drools": "http://www.jboss.org/drools",
    "flowable": "http://flowable.org/bpmn",
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "omgdc": "http://www.omg.org/spec/DD/20100524/DC",
    "omgdi": "http://www.omg.org/spec/DD/20100524/DI",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "semantic": BPMN,
    "signavio": "http://www.signavio.com",
    "spiffworkflow": SPIFF,
    "tns": "http://www.jboss.org/drools",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
# The first found in a file says who wrote it: editors of one tool keep the words of an older one.
_TOOLS: Final = (
    ("zeebe", "Camunda 8"),
    ("camunda", "Camunda 7"),
    ("operaton", "Camunda 7"),
    ("flowable", "Flowable"),
    ("activiti", "Activiti"),
    ("drools", "jBPM"),
    ("signavio", "Signavio"),
    ("bizagi", "Bizagi"),
)
_EXPORTERS: Final = (
    ("signavio", "Signavio"),
    ("bizagi", "Bizagi"),
    ("jbpm", "jBPM"),
    ("flowable", "Flowable"),
    ("activiti", "Activiti"),
    ("bpmn-js", "bpmn.io"),
    ("bpmn.io", "bpmn.io"),
    ("camunda", "bpmn.io"),  # a drawing of its modeler without a word of its engines
)
EXECUTED: Final = frozenset({"Camunda 7", "Camunda 8", "Flowable", "Activiti", "jBPM"})
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING: Final = re.compile(
    rb"^[^<]{0,8}<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']"
)
_KNOWN_CODES: Final = re.compile(
    r"utf-?(8|16|32)|shift_?jis|sjis|cp932|ms932|windows-?\d+\w?|euc-?jp|iso-2022-jp"
    r"|iso-?8859-\d+|latin-?1|us-ascii|ascii",
    re.IGNORECASE,
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES: Final = ("utf-8", "cp932", "cp1252")
_USED: Final = re.compile(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED: Final = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_ROOT: Final = re.compile(r"<(?![?!])([A-Za-z_][\w.:-]*)")


def read_foreign(content: bytes, file: str, notes: Notes) -> etree._Element:
    """The `definitions` element of the file, in the namespace of BPMN 2.0.

    Raises:
        RefusedError: too large, no XML, a document type, or no BPMN.
    """
    if len(content) > MAX_BYTES:
        read_xml(content, file)  # tells it
    text = _decoded(content, notes)
    try:
        root = read_xml(text.encode("utf-8", "replace"), file)
    except RefusedError as error:
        mended = _with_prefixes(text, notes) if error.findings[0].code == "not_xml" else None
        if mended is None:
            raise
        root = read_xml(mended.encode("utf-8", "replace"), file)
    if local(root) != "definitions":
        raise _refused(file)
    return _renamed(root, notes)


def tool_of(root: etree._Element) -> str:
    """Which tool wrote the file; empty if that cannot be seen, or if it was our own."""
    used = {uri for element in root.iter() for uri in _uris(element)} | set(root.nsmap.values())
    for prefix, name in _TOOLS:
        if PREFIXES[prefix] in used:
            return name
    if any(
        "executionPlatform" in str(name) and "Cloud" in root.get(str(name), "")
        for name in root.attrib
    ):
        return "Camunda 8"
    told = f"{root.get('exporter', '')} {root.get('targetNamespace', '')}".lower()
    return next((name for word, name in _EXPORTERS if word in told), "")


def _uris(element: etree._Element) -> Iterator[str]:
    yield namespace(element)
    for name in element.attrib:
        yield etree.QName(name).namespace or ""


def _decoded(content: bytes, notes: Notes) -> str:
    """The text without its declaration; what was not plain UTF-8 is told."""
    text, code = _text_and_code(content, notes)
    text = text.removeprefix("\ufeff")
    if code != "utf-8":
        notes.repair(None, "encoding", code, "utf-8")
    return _DECLARATION.sub("", text, count=1)


def _text_and_code(content: bytes, notes: Notes) -> tuple[str, str]:
    told = next((code for mark, code in _MARKS if content.startswith(mark)), "")
    found = told or _by_zeros(content) or _declared(content)
    text = _try(content, found) if found else None
    if text is not None:
        return text, found
    for guess in _GUESSES:
        text = _try(content, guess)
        if text is not None:
            if guess != "utf-8":
                notes.ask(None, "encoding", guess)
            return text, guess if guess != "utf-8" or not found else f"{found}?"
    return content.decode("utf-8", "replace"), "utf-8"


def _by_zeros(content: bytes) -> str:
    if content[:1] == b"<" and content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:2] == b"\0<" else ""


def _declared(content: bytes) -> str:
    found = _ENCODING.match(content[:200])
    name = found[1].decode("ascii", "replace").lower() if found else "utf-8"
    if not _KNOWN_CODES.fullmatch(name):
        return ""
    if name in ("shift_jis", "shift-jis", "sjis", "windows-31j", "ms932"):
        return "cp932"  # what Windows means by that name
    return "utf-8" if name == "utf8" else name


def _try(content: bytes, code: str) -> str | None:
    try:
        return content.decode(code)
    except (UnicodeError, LookupError):
        return None


def _with_prefixes(text: str, notes: Notes) -> str | None:
    """The text with the namespaces that its root forgot; None if that is not what is wrong."""
    missing = sorted(set(_USED.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"})
    start = _ROOT.search(text)
    known = [prefix for prefix in missing if prefix in PREFIXES]
    if start is None or not known:
        return None
    for prefix in known:
        notes.repair(None, "prefix", prefix, PREFIXES[prefix])
    added = "".join(f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in known)
    return f"{text[: start.end()]}{added}{text[start.end() :]}"


def _renamed(root: etree._Element, notes: Notes) -> etree._Element:
    """The tree with the elements of its root's namespace in that of BPMN."""
    written = namespace(root)
    if written == BPMN:
        return root
    for element in root.iter():
        if namespace(element) == written:
            element.tag = f"{{{BPMN}}}{local(element)}"
    notes.repair(None, "namespace", written, BPMN)
    return root


def _refused(file: str) -> RefusedError:
    message = Sentence(
        "BPMN 2.0 の業務フローではありません。描いた道具で「BPMN 2.0 XML」として書き出し直します。"
    )
    return RefusedError([Finding(code="not_bpmn", message=message, file=file)])
