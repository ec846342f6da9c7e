"""Where do the checks of a diagram put what they find, and how do they read an expression?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from lxml import etree

from engine.domain.errors import Finding, InvalidError
from engine.domain.values import name
from engine.execution.model import FLOW_NODES, Diagram, Known
from engine.execution.xml import BPMN, line_of, local, namespace
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import Expression, compile_expression, compile_script
from engine.feel.script import Script
from engine.forms.schema import Form

RESERVED_NAMES = frozenset({"案件", "設定"})  # always in scope, never assigned by a model
ENGINE_NAMES = RESERVED_NAMES | {"完了者", "代理の本人"}  # the engine writes these at completions
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAMED = FLOW_NODES | {
    "association",
    "collaboration",
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "error",
    "escalation",
    "lane",
    "message",
    "messageFlow",
    "participant",
    "process",
    "sequenceFlow",
    "signal",
    "textAnnotation",
}


class Report:
    """Collects findings of one diagram; compiles each expression once.

    `forms`: those that could be read; `files`: the names of all files in the folder.
    """

    def __init__(
        self, diagram: Diagram, known: Known, forms: Mapping[str, Form], files: Collection[str]
    ) -> None:
        self.diagram = diagram
        self.known = known
        self.forms = forms
        self.files = files
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []
        self.expressions: dict[str, Expression] = {}
        self.scripts: dict[str, Script] = {}
        self.assigned: list[tuple[etree._Element, frozenset[str]]] = []  # by scripts
        self.uses: list[tuple[etree._Element, frozenset[str]]] = []  # names read, and where

    def refuse(
        self, place: etree._Element, code: str, message: str, *, line: int = 0, column: int = 0
    ) -> None:
        """Note a fault that keeps the diagram from being published."""
        self.findings.append(self._finding(place, code, message, line, column))

    def warn(self, place: etree._Element, code: str, message: str) -> None:
        """Note something the author should know; the diagram runs exactly all the same."""
        self.warnings.append(self._finding(place, code, message, 0, 0))

    def expression(self, place: etree._Element, source: str, what: str) -> Expression | None:
        """The compiled expression; a broken or empty one is refused and gives None.

        `what` names the place in Japanese, e.g. 条件.
        """
        if not source.strip():
            self.refuse(place, "empty_expression", f"{what}が空です。FEELの式を書きます。")
            return None
        if source not in self.expressions:
            try:
                self.expressions[source] = compile_expression(source)
            except FeelSyntaxError as error:
                self._broken(place, what, error)
                return None
            self._functions(place, source, what, self.expressions[source].names)
        self.uses.append((place, self.expressions[source].names))
        return self.expressions[source]

    def check_text(self, place: etree._Element, source: str, what: str) -> None:
        """Refuse a text that is itself an expression, over other names than the process has."""
        try:
            compile_expression(source)
        except FeelSyntaxError as error:
            self._broken(place, what, error)

    def script(self, place: etree._Element, source: str, what: str) -> Script | None:
        """The compiled list of assignments; a broken one is refused and gives None."""
        if source not in self.scripts:
            try:
                self.scripts[source] = compile_script(source)
            except FeelSyntaxError as error:
                self._broken(place, what, error)
                return None
            self._functions(place, source, what, self.scripts[source].names)
        script = self.scripts[source]
        self.uses.append((place, script.names))
        self.assigned.append((place, frozenset(name for name, _ in script.assignments)))
        return script

    def variable(self, place: etree._Element, text: str | None, what: str) -> bool:
        """Whether the text may name a variable that a model writes; refused if not."""
        try:
            normal = name(text or "")
        except InvalidError:
            self.refuse(
                place,
                "bad_name",
                f"{what}「{text or ''}」は名前に使えません。"
                "空白と、FEELの演算に使う記号（- + * / . など）を除いた名前にします。",
            )
            return False
        if normal in ENGINE_NAMES:
            self.refuse(
                place,
                "reserved_name",
                f"{what}「{normal}」は製品が使う名前です。別の名前にします。",
            )
            return False
        if normal != text:
            self.refuse(
                place,
                "bad_name",
                f"{what}「{text}」は「{normal}」と書きます（全角の英数字や前後の空白は使えません）。",
            )
            return False
        return True

    def _functions(
        self, place: etree._Element, source: str, what: str, free: frozenset[str]
    ) -> None:
        for called in unknown_functions(source, free):
            self.refuse(
                place,
                "unknown_function",
                f"{what}の関数「{called}」はありません。関数の名前を直します。",
            )

    def _broken(self, place: etree._Element, what: str, error: FeelSyntaxError) -> None:
        self.refuse(
            place,
            "broken_feel",
            f"{what}の式が読めません（{error.line}行{error.column}文字目）。"
            f"{error.message}{error.hint}",
            line=line_of(place) + error.line - 1,
            column=error.column,
        )

    def _finding(
        self, place: etree._Element, code: str, message: str, line: int, column: int
    ) -> Finding:
        named = _named(place)
        return Finding(
            code=code,
            message=message,
            element_id=named.get("id", ""),
            element_name=named.get("name", ""),
            file=self.diagram.file,
            line=line or line_of(place),
            column=column,
        )


def unknown_functions(source: str, free: frozenset[str]) -> list[str]:
    """Free names of an expression that it calls.

    A variable never holds a function, so each is a typing error.
    """
    shown = _TEXTS.sub('""', source)
    return [name for name in sorted(free) if re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", shown)]


def _named(place: etree._Element) -> etree._Element:
    """The element people know: the innermost one around `place` that the diagram shows."""
    for element in (place, *place.iterancestors()):
        if namespace(element) == BPMN and local(element) in _NAMED and element.get("id"):
            return element
    return place
