"""Where do the checks of a diagram put what they find, and how do they read an expression?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from lxml import etree

from engine.domain.errors import Finding, InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import name
from engine.execution.data_parts import DataView
from engine.execution.model import FLOW_NODES, Diagram, Known
from engine.execution.resolving import GLOBAL_TASKS
from engine.execution.xml import BPMN, line_of, local, namespace
from engine.feel.checking.kinds import Kind
from engine.feel.checking.looking import (
    Found,
    Surroundings,
    Wanted,
    of_expression,
    of_script,
    place_of,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import (
    Expression,
    compile_expression,
    compile_script,
    parse_expression,
    parse_script,
)
from engine.feel.script import Script
from engine.feel.tree import Node
from engine.forms.schema import Form

RESERVED_NAMES = frozenset({"案件", "設定"})  # always in scope, never assigned by a model
ENGINE_NAMES = RESERVED_NAMES | {"完了者", "代理の本人"}  # the engine writes these at completions
NAMED = FLOW_NODES | {
    *GLOBAL_TASKS,
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


@dataclass(frozen=True, kw_only=True)
class Use:
    """A text that reads names: `what` says in words what it is, `wanted` of which kind its value
    must be.  A bare name has no text.
    """

    place: etree._Element
    names: frozenset[str]
    what: str
    source: str = ""
    is_script: bool = False
    wanted: Wanted | None = None

    def look(self, around: Surroundings) -> list[Found]:
        """What is wrong with its operations, as far as can be told."""
        look = of_script if self.is_script else partial(of_expression, wanted=self.wanted)
        try:
            return look(self.source, around)[1] if self.source else []
        except FeelSyntaxError:  # a bare name that is none
            return []

    def place_of(self, name: str) -> tuple[int, int]:
        """Line and column where the name is first read; (0, 0) where there is no text."""
        try:
            trees = _trees(self.source, is_script=self.is_script) if self.source else []
        except FeelSyntaxError:
            return 0, 0
        places = [place_of(self.source, node, name) for node in trees]
        return next((one for one in places if one != (0, 0)), (0, 0))


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
        self.data = DataView(diagram.root)
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []
        self.expressions: dict[str, Expression] = {}
        self.scripts: dict[str, Script] = {}
        self.assigned: list[tuple[etree._Element, frozenset[str]]] = []  # by scripts
        self.uses: list[Use] = []

    def refuse(
        self, place: etree._Element, code: str, message: str, *, line: int = 0, column: int = 0
    ) -> None:
        """Note a fault that keeps the diagram from being published."""
        self.findings.append(self._finding(place, code, message, line, column))

    def warn(
        self, place: etree._Element, code: str, message: str, *, line: int = 0, column: int = 0
    ) -> None:
        """Note something the author should know; the diagram runs exactly all the same."""
        self.warnings.append(self._finding(place, code, message, line, column))

    def expression(
        self,
        place: etree._Element,
        source: str,
        what: Sentence,
        *wanted: Kind,
        own: frozenset[str] = frozenset(),
    ) -> Expression | None:
        """The compiled expression; a broken or empty one is refused and gives None.

        `what` names the place, e.g. 条件; `wanted`: the kinds its value may be of; `own`: names
        only this place has.
        """
        if not source.strip():
            self.refuse(
                place,
                "empty_expression",
                Sentence("%(what)sが空です。FEELの式を書きます。", what=what),
            )
            return None
        if source not in self.expressions:
            try:
                self.expressions[source] = compile_expression(source)
            except FeelSyntaxError as error:
                self._broken(place, what, error)
                return None
        expression = self.expressions[source]
        asked = Wanted(what=what, kinds=wanted) if wanted else None
        names = expression.names - own
        self._use(Use(place=place, names=names, what=what, source=source, wanted=asked))
        return expression

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
        script = self.scripts[source]
        use = Use(place=place, names=script.names, what=what, source=source, is_script=True)
        self._use(use)
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
                Sentence(
                    "%(what)s「%(text)s」は名前に使えません。空白と、"
                    "FEELの演算に使う記号（- + * / . など）を除いた名前にします。",
                    what=what,
                    text=text or "",
                ),
            )
            return False
        if normal in ENGINE_NAMES:
            self.refuse(
                place,
                "reserved_name",
                Sentence(
                    "%(what)s「%(normal)s」は製品が使う名前です。別の名前にします。",
                    what=what,
                    normal=normal,
                ),
            )
            return False
        if normal != text:
            self.refuse(
                place,
                "bad_name",
                Sentence(
                    "%(what)s「%(text)s」は「%(normal)s」と書きます（全角の英数字や前後の空白は使えません）。",
                    what=what,
                    text=text,
                    normal=normal,
                ),
            )
            return False
        return True

    def _use(self, use: Use) -> None:
        """Refuse what can never have a result, whatever the variables are."""
        self.uses.append(use)
        for found in use.look(Surroundings(scope={})):
            self.refuse(
                use.place,
                found.code,
                mistaken(use, found),
                line=line_of(use.place) + found.line - 1,
                column=found.column,
            )

    def _broken(self, place: etree._Element, what: str, error: FeelSyntaxError) -> None:
        self.refuse(
            place,
            "broken_feel",
            Sentence(
                "%(what)sの式が読めません（%(line)s行%(column)s文字目）。%(message)s%(hint)s",
                what=what,
                line=error.line,
                column=error.column,
                message=error.message,
                hint=error.hint,
            ),
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


def _trees(source: str, *, is_script: bool) -> list[Node]:
    return [node for _, node in parse_script(source)] if is_script else [parse_expression(source)]


def mistaken(use: Use, found: Found) -> Sentence:
    """What is wrong, with its place in the text."""
    return Sentence(
        "%(what)sの式の%(line)s行%(column)s文字目：%(message)s",
        what=use.what,
        line=found.line,
        column=found.column,
        message=found.message,
    )


def _named(place: etree._Element) -> etree._Element:
    """The element people know: the innermost one around `place` that the diagram shows."""
    for element in (place, *place.iterancestors()):
        if namespace(element) == BPMN and local(element) in NAMED and element.get("id"):
            return element
    return place
