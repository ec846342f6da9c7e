"""How does a boxed expression become a closure?  Done once per model; nothing is parsed later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.dmn import boxes, tree
from engine.dmn.functions import Body, call_named, make_function
from engine.dmn.names import Names
from engine.dmn.run import Code, Run, Scope
from engine.dmn.table_compiling import compile_table
from engine.dmn.tables import Table
from engine.dmn.types import ANY_TYPE, Type, Types, UnknownTypeError
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence
from engine.feel.builtins.registry import BUILTINS
from engine.feel.checking.looking import line_and_column
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import Expression, compile_expression, compile_unary_tests
from engine.feel.nearby import hint
from engine.feel.types import FeelType

_FEEL: Final = "FEEL"
_FRAMES: Final = 5  # Python frames that one box needs at most: closure, conversion, table, cells
_SHOWN: Final = 60  # characters of an expression repeated in a message


def nothing(scope: Scope, run: Run) -> None:
    """The value of an empty cell."""


@dataclass(kw_only=True)
class Compiler:
    """Compiles the expressions of one model and collects what is wrong with them.

    `owner`: the decision or function that is being compiled, for messages and matched rules.
    """

    file: str
    types: Types
    findings: list[Finding]
    tables: list[Table]
    feel_types: Mapping[str, FeelType] = field(default_factory=dict)
    owner: tree.Decision | tree.Knowledge | None = None
    _depth: int = 0
    _deepest: int = 0
    _by_box: Mapping[type, Callable[[Any, Names], Code]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_box = {
            tree.Literal: self._literal,
            tree.ContextBox: self._context,
            tree.ListBox: self._list,
            tree.RelationBox: self._relation,
            tree.FunctionBox: self.function,
            tree.InvocationBox: self._invocation,
            tree.ConditionalBox: self._conditional,
            tree.FilterBox: self._filter,
            tree.IteratorBox: self._iterator,
            tree.TableBox: self._table,
        }

    def code(self, box: tree.Expression | None, names: Names) -> Code:
        """The closure of a boxed expression, its result converted to the type written on it."""
        if box is None:
            return nothing
        self._depth += _FRAMES
        self._deepest = max(self._deepest, self._depth)
        code = self.typed(self._by_box[type(box)](box, names), box.type_ref, box.id)
        self._depth -= _FRAMES
        return code

    def measured(self, box: tree.Expression | None, names: Names) -> tuple[Code, int]:
        """The closure, and how many Python frames it needs at most."""
        deepest, self._deepest = self._deepest, self._depth
        code = self.code(box, names)
        frames = self._deepest - self._depth
        self._deepest = max(deepest, self._deepest)
        return code, frames

    def typed(self, code: Code, type_ref: str, place: str) -> Code:
        """`code` with its result converted; unchanged for the type Any."""
        type_ = self.type(type_ref, place)
        if type_ is ANY_TYPE:
            return code
        named = self.owner.name if self.owner is not None else place

        def converted(scope: Scope, run: Run) -> Any:
            return type_.convert(code(scope, run), run.evaluation, named)

        return converted

    def type(self, type_ref: str, place: str) -> Type:
        try:
            return self.types.find(type_ref)
        except UnknownTypeError as error:
            self.add(
                "unknown_type",
                Sentence("型「%(name)s」は定義されていません。", name=str(error)),
                place,
            )
            return ANY_TYPE

    def result_type(self, type_ref: str, place: str) -> Type:
        """What a function of that type returns; a type that is no function is the result's own."""
        type_ = self.type(type_ref, place)
        return type_.result or type_

    def expression(self, literal: tree.Literal, names: Names) -> Expression | None:
        """A FEEL expression; None, and a finding, when it cannot be read."""
        return self._compiled(compile_expression, literal, literal.text, names)

    def tests(self, literal: tree.Literal, names: Names) -> Expression | None:
        """The unary tests of a cell; None, and a finding, when they cannot be read."""
        return self._compiled(compile_unary_tests, literal, literal.text or "-", names)

    def _compiled(
        self, compile_: Callable[..., Expression], literal: tree.Literal, text: str, names: Names
    ) -> Expression | None:
        try:
            expression = compile_(text, names.known, types=self.feel_types)
        except FeelSyntaxError as error:
            self._add_syntax(error, literal)
            return None
        self._deepest = max(self._deepest, self._depth + expression.frames)
        for unknown in names.unknown(expression.names):
            self._add_unknown(unknown, literal, names)
        return expression

    def _add_unknown(self, unknown: str, literal: tree.Literal, names: Names) -> None:
        message = Sentence(
            "式「%(text)s」の「%(name)s」は、ここでは使えない名前です。%(hint)s",
            text=_shortened(literal.text),
            name=unknown,
            hint=hint(unknown, names.scope | BUILTINS.keys()),
        )
        line, column = line_and_column(literal.text, max(literal.text.find(unknown), 0))
        start = literal.line + line - 1 if literal.line else 0
        self.add("unknown_name", message, literal.id, start, column)

    def add(
        self, code: str, message: str, element_id: str = "", line: int = 0, column: int = 0
    ) -> None:
        owner = self.owner
        self.findings.append(
            Finding(
                code=code,
                message=message,
                element_id=element_id or (owner.id if owner is not None else ""),
                element_name=owner.name if owner is not None else "",
                file=self.file,
                line=line,
                column=column,
            )
        )

    def _add_syntax(self, error: FeelSyntaxError, literal: tree.Literal) -> None:
        message = Sentence(
            "式「%(text)s」を読めません。%(fault)s",
            text=_shortened(literal.text),
            fault=error.sentence,
        )
        line = literal.line + error.line - 1 if literal.line else 0
        self.add("feel_syntax", message, literal.id, line, error.column)

    def _literal(self, box: tree.Literal, names: Names) -> Code:
        expression = self.expression(box, names) if box.text else None
        if expression is None:
            return nothing
        evaluate = expression.evaluate
        return lambda scope, run: evaluate(scope, run.evaluation)

    def _context(self, box: tree.ContextBox, names: Names) -> Code:
        entries: list[tuple[str, Code]] = []
        result: Code | None = None
        for entry in box.entries:
            code = self.code(entry.value, names)
            if entry.variable is None:
                result = code
                continue
            name = entry.variable.name
            entries.append((name, self.typed(code, entry.variable.type_ref, name)))
            names = names.plus(name)
        return boxes.context(entries, result)

    def _list(self, box: tree.ListBox, names: Names) -> Code:
        return boxes.listed([self.code(item, names) for item in box.items])

    def _relation(self, box: tree.RelationBox, names: Names) -> Code:
        rows = []
        for row in box.rows:
            cells = zip(box.columns, row, strict=False)
            rows.append(
                boxes.context(
                    [
                        (column.name, self.typed(self.code(cell, names), column.type_ref, box.id))
                        for column, cell in cells
                    ],
                    None,
                    is_nested=False,
                )
            )
        return boxes.listed(rows)

    def function(self, box: tree.FunctionBox, names: Names, result_ref: str = "") -> Code:
        """A function value that remembers the scope it was defined in.

        `result_ref`: the type of the function or of its result, as it stands at its variable.
        """
        result = self.result_type(result_ref, box.id)
        name = self.owner.name if self.owner is not None else "function"
        inner = names.plus(*(parameter.name for parameter in box.parameters))
        body, frames = self.measured(box.body, inner)
        types = tuple(self.type(one.type_ref, one.name) for one in box.parameters)
        parameters = tuple(one.name for one in box.parameters)
        if box.language.upper() != _FEEL:
            body = boxes.external(box.language)

        def made(scope: Scope, run: Run) -> Any:
            def call(given: dict[str, Any]) -> Any:
                return result.convert(body({**scope, **given}, run), run.evaluation, name)

            return make_function(name, parameters, types, Body(call, frames))

        return made

    def _invocation(self, box: tree.InvocationBox, names: Names) -> Code:
        function = self.code(box.function, names)
        bindings = [(name, self.code(value, names)) for name, value in box.bindings]

        def invoked(scope: Scope, run: Run) -> Any:
            arguments = {name: value(scope, run) for name, value in bindings}
            return call_named(function(scope, run), arguments, run.evaluation)

        return invoked

    def _conditional(self, box: tree.ConditionalBox, names: Names) -> Code:
        return boxes.conditional(
            self.code(box.condition, names),
            self.code(box.then, names),
            self.code(box.otherwise, names),
        )

    def _filter(self, box: tree.FilterBox, names: Names) -> Code:
        return boxes.filtered(
            self.code(box.source, names), self.code(box.match, names.plus("item").opened())
        )

    def _iterator(self, box: tree.IteratorBox, names: Names) -> Code:
        source = self.code(box.source, names)
        if box.kind is tree.Kind.FOR:
            body = self.code(box.body, names.plus(box.variable, "partial"))
            return boxes.mapped(box.variable, source, body)
        body = self.code(box.body, names.plus(box.variable))
        return boxes.quantified(box.variable, source, body, is_every=box.kind is tree.Kind.EVERY)

    def _table(self, box: tree.TableBox, names: Names) -> Code:
        table = compile_table(self, box, names)
        self.tables.append(table)
        return table.run


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
