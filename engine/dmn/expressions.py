"""Which boxed expression stands in an element: XML -> tree, table cells included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml import etree

from engine.dmn import tree
from engine.dmn.xml import child, children, line_of, local, own_text, text
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence

_FEEL: Final = ("feel", "/feel/", "urn:feel")


class Reader:
    """Reads the expressions of one file and remembers what is wrong in them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._boxes: dict[str, Callable[[etree._Element], tree.Expression]] = {
            "literalExpression": self._literal,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self.function,
            "invocation": self._invocation,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iterator,
            "some": self._iterator,
            "every": self._iterator,
            "decisionTable": self._table,
        }

    def name(self, written: str) -> str:
        """A name as FEEL compares it: runs of white space count as one space."""
        return " ".join(written.split())

    def variable(self, element: etree._Element, otherwise: str = "") -> tree.Variable:
        return tree.Variable(
            name=self.name(element.get("name", "")) or otherwise, type_ref=_type_ref(element)
        )

    def logic(self, element: etree._Element | None) -> tree.Expression | None:
        """The first boxed expression directly inside the element."""
        for one in [] if element is None else children(element):
            box = self._boxes.get(local(one))
            if box is not None:
                return box(one)
        return None

    def tests(self, element: etree._Element | None) -> tree.Literal | None:
        """Unary tests such as allowed values; None when there are none."""
        written = text(element)
        if element is None or not written:
            return None
        self._require_feel(element)
        return tree.Literal(id=element.get("id", ""), text=written, line=line_of(element))

    def function(self, element: etree._Element) -> tree.FunctionBox:
        return tree.FunctionBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            language=element.get("kind", "FEEL"),
            parameters=tuple(self.variable(one) for one in children(element, "formalParameter")),
            body=self.logic(element),
        )

    def _literal(self, element: etree._Element) -> tree.Literal:
        self._require_feel(element)
        return tree.Literal(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            text=text(element),
            line=line_of(element),
        )

    def _context(self, element: etree._Element) -> tree.ContextBox:
        entries = []
        for one in children(element, "contextEntry"):
            named = child(one, "variable")
            variable = None if named is None else self.variable(named)
            entries.append(tree.ContextEntry(variable=variable, value=self.logic(one)))
        return tree.ContextBox(
            id=element.get("id", ""), type_ref=_type_ref(element), entries=tuple(entries)
        )

    def _several(self, element: etree._Element) -> tuple[tree.Expression, ...]:
        boxes = ((self._boxes.get(local(one)), one) for one in children(element))
        return tuple(box(one) for box, one in boxes if box is not None)

    def _list(self, element: etree._Element) -> tree.ListBox:
        return tree.ListBox(
            id=element.get("id", ""), type_ref=_type_ref(element), items=self._several(element)
        )

    def _relation(self, element: etree._Element) -> tree.RelationBox:
        return tree.RelationBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            columns=tuple(self.variable(one) for one in children(element, "column")),
            rows=tuple(self._several(one) for one in children(element, "row")),
        )

    def _invocation(self, element: etree._Element) -> tree.InvocationBox:
        bindings = []
        for one in children(element, "binding"):
            parameter = child(one, "parameter")
            named = "" if parameter is None else self.name(parameter.get("name", ""))
            bindings.append((named, self.logic(one)))
        return tree.InvocationBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            function=self.logic(element),
            bindings=tuple(bindings),
        )

    def _conditional(self, element: etree._Element) -> tree.ConditionalBox:
        return tree.ConditionalBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            condition=self.logic(child(element, "if")),
            then=self.logic(child(element, "then")),
            otherwise=self.logic(child(element, "else")),
        )

    def _filter(self, element: etree._Element) -> tree.FilterBox:
        return tree.FilterBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            source=self.logic(child(element, "in")),
            match=self.logic(child(element, "match")),
        )

    def _iterator(self, element: etree._Element) -> tree.IteratorBox:
        kind = tree.Kind(local(element))
        body = child(element, "return" if kind is tree.Kind.FOR else "satisfies")
        return tree.IteratorBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            kind=kind,
            variable=self.name(element.get("iteratorVariable", "")),
            source=self.logic(child(element, "in")),
            body=self.logic(body),
        )

    def _table(self, element: etree._Element) -> tree.TableBox:
        inputs = tuple(self._input(one) for one in children(element, "input"))
        outputs = tuple(self._output(one) for one in children(element, "output"))
        rules = children(element, "rule")
        return tree.TableBox(
            id=element.get("id", ""),
            type_ref=_type_ref(element),
            hit_policy=self._hit_policy(element),
            aggregation=self._aggregation(element),
            inputs=inputs,
            outputs=outputs,
            rules=tuple(
                self._rule(one, index, (len(inputs), len(outputs)))
                for index, one in enumerate(rules, 1)
            ),
        )

    def _input(self, element: etree._Element) -> tree.Input:
        expression = child(element, "inputExpression")
        written = tree.Literal() if expression is None else self._literal(expression)
        return tree.Input(
            id=element.get("id", ""),
            label=element.get("label", "") or written.text,
            expression=written,
            values=self.tests(child(element, "inputValues")),
        )

    def _output(self, element: etree._Element) -> tree.Output:
        default = child(element, "defaultOutputEntry")
        written = None if default is None else self._literal(default)
        return tree.Output(
            id=element.get("id", ""),
            name=self.name(element.get("name", "")),
            label=element.get("label", ""),
            type_ref=_type_ref(element),
            values=self.tests(child(element, "outputValues")),
            default=written if written is not None and written.text else None,
        )

    def _rule(self, element: etree._Element, index: int, columns: tuple[int, int]) -> tree.Rule:
        inputs = tuple(self._literal(one) for one in children(element, "inputEntry"))
        outputs = tuple(self._literal(one) for one in children(element, "outputEntry"))
        notes = [text(one) for one in children(element, "annotationEntry")]
        described = child(element, "description")
        if described is not None and not any(notes):
            notes = [own_text(described)]
        if (len(inputs), len(outputs)) != columns:
            self._add(
                "cell_count",
                Sentence("規則%(index)sの欄の数が列の数と合いません。", index=index),
                element,
            )
        return tree.Rule(
            id=element.get("id", ""),
            index=index,
            inputs=_filled(inputs, columns[0]),
            outputs=_filled(outputs, columns[1]),
            annotation="、".join(note for note in notes if note),
        )

    def _hit_policy(self, element: etree._Element) -> tree.HitPolicy:
        written = element.get("hitPolicy", "UNIQUE")
        try:
            return tree.HitPolicy(written.replace("_", " "))
        except ValueError:
            self._add(
                "unknown_hit_policy",
                Sentence("ヒットポリシー「%(written)s」は使えません。", written=written),
                element,
            )
            return tree.HitPolicy.UNIQUE

    def _aggregation(self, element: etree._Element) -> tree.Aggregation | None:
        written = element.get("aggregation")
        if written is None:
            return None
        try:
            return tree.Aggregation(written)
        except ValueError:
            self._add(
                "unknown_aggregation",
                Sentence("集計「%(written)s」は使えません。", written=written),
                element,
            )
            return None

    def _require_feel(self, element: etree._Element) -> None:
        written = element.get("expressionLanguage")
        if written and not written.lower().endswith(_FEEL):
            self._add(
                "expression_language",
                Sentence(
                    "式の言語はFEELに限ります（「%(written)s」と書かれています）。", written=written
                ),
                element,
            )

    def _add(self, code: str, message: str, element: etree._Element) -> None:
        self.findings.append(
            Finding(
                code=code,
                message=message,
                element_id=element.get("id", ""),
                file=self.file,
                line=line_of(element),
            )
        )


def _filled(cells: tuple[tree.Literal, ...], count: int) -> tuple[tree.Literal, ...]:
    """As many cells as there are columns, so that a draft with too few can still be looked at."""
    return (cells + (tree.Literal(),) * count)[:count]


def _type_ref(element: etree._Element) -> str:
    """The type written as an attribute, or as a child element as DMN 1.1 drafts did."""
    written = element.get("typeRef")
    if written is None:
        inner = child(element, "typeRef")
        written = "" if inner is None else inner.text or ""
    return written.strip()
