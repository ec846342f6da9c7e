"""How does the text of a decision file become XML elements without doing harm?

No document type, no entity, no network, bounded size and depth.
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence

MAX_BYTES: Final = 2_000_000
MAX_NESTING: Final = 100
_DOCTYPE: Final = "<!DOCTYPE"
_ENCODINGS: Final = ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_NO_DOCTYPE: Final = Sentence("文書型宣言（DOCTYPE）のあるファイルは読み込みません。")
_MODEL_NAMESPACES: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


def parse(content: bytes, file: str) -> etree._Element:
    """The `definitions` element of a decision file of DMN 1.1 to 1.5.

    Raises:
        RefusedError: too large, no XML, a document type, too deep, or no decision model.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            "file_too_large",
            Sentence(
                "ファイルが大きすぎます（上限%(max_bytes)sバイト）。", max_bytes=f"{MAX_BYTES:,}"
            ),
            file,
        )
    if any(_DOCTYPE.encode(encoding) in content for encoding in _ENCODINGS):
        raise _refused("xml_doctype", _NO_DOCTYPE, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _no_xml(error, file) from error
    _require_model(root, file)
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The direct children of the decision namespace with one of these names (none: all of them)."""
    return [
        child
        for child in element
        if etree.QName(child).namespace in _MODEL_NAMESPACES
        and (not names or local(child) in names)
    ]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first direct child of that name."""
    found = children(element, name)
    return found[0] if found else None


def text(element: etree._Element | None) -> str:
    """What stands in the element's `text` child, or the element's own text when it has none."""
    if element is None:
        return ""
    inner = child(element, "text")
    return own_text(element if inner is None else inner)


def own_text(element: etree._Element) -> str:
    """All text inside the element."""
    return "".join(map(str, element.itertext())).strip()


def line_of(element: etree._Element) -> int:
    """The line of the file on which the element begins; 0 when it is not known."""
    line: Any = element.sourceline
    return int(line or 0)


def _require_model(root: etree._Element, file: str) -> None:
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in _MODEL_NAMESPACES:
        raise _refused(
            "not_dmn", Sentence("DMN 1.1から1.5までの判断表のファイルではありません。"), file
        )
    depth, stack = 0, [(root, 1)]
    while stack:
        element, level = stack.pop()
        depth = max(depth, level)
        stack.extend((child, level + 1) for child in element)
    if depth > MAX_NESTING:
        raise _refused(
            "xml_too_deep",
            Sentence(
                "要素の入れ子が深すぎます（上限%(max_nesting)s段）。", max_nesting=MAX_NESTING
            ),
            file,
        )


def _no_xml(error: etree.XMLSyntaxError, file: str) -> RefusedError:
    line, column = error.position
    return RefusedError(
        [
            Finding(
                code="not_xml",
                message=Sentence(
                    "XMLとして読めません（%(line)s行目の%(column)s文字目）。",
                    line=line,
                    column=column,
                ),
                file=file,
                line=line,
                column=column,
            )
        ]
    )


def _refused(code: str, message: str, file: str) -> RefusedError:
    return RefusedError([Finding(code=code, message=message, file=file)])
