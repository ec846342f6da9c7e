"""How does a decision table on paper become one that can be asked?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from engine.dmn import tree
from engine.dmn.hits import by_policy
from engine.dmn.names import Names
from engine.dmn.run import Code
from engine.dmn.tables import Column, Convert, Row, Table
from engine.dmn.types import ANY_TYPE, Type
from engine.domain.sentence import Sentence
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation
from engine.feel.expression import Expression, compile_expression

_ANYTHING: Final = frozenset({"", "-"})
_NEVER: Final = compile_expression("false")  # an unreadable cell must not match everything


class Compiling(Protocol):
    """What a table needs of the compiler of its model."""

    owner: tree.Decision | tree.Knowledge | None

    def code(self, box: tree.Expression | None, names: Names) -> Code: ...
    def tests(self, literal: tree.Literal, names: Names) -> Expression | None: ...
    def expression(self, literal: tree.Literal, names: Names) -> Expression | None: ...
    def type(self, type_ref: str, place: str) -> Type: ...
    def add(self, code: str, message: str, element_id: str = "", line: int = 0) -> None: ...


def compile_table(compiler: Compiling, box: tree.TableBox, names: Names) -> Table:
    """The table as a closure; faults become findings of the compiler."""
    _require_columns(compiler, box)
    columns, numbers = [], []
    for index in range(len(box.inputs)):
        made, by_text = _column(compiler, box, index, names)
        columns.append(made)
        numbers.append(by_text)
    owner = compiler.owner
    return Table(
        owner="" if owner is None else owner.id,
        box=box,
        columns=tuple(columns),
        rows=tuple(_row(compiler, rule, numbers, names) for rule in box.rules),
        converts=tuple(_convert(compiler, output, box) for output in box.outputs),
        defaults=_defaults(compiler, box, names),
        answer=by_policy(box, [_listed(compiler, output, names) for output in box.outputs]),
    )


def _require_columns(compiler: Compiling, box: tree.TableBox) -> None:
    names = [output.name for output in box.outputs]
    if not box.outputs:
        compiler.add("no_output", Sentence("判断表に出力の列がありません。"), box.id)
    if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
        compiler.add(
            "output_names",
            Sentence("出力の列が二つ以上あるときは、それぞれに別の名前を付けます。"),
            box.id,
        )
    if box.aggregation is not None and len(names) > 1:
        compiler.add("aggregation", Sentence("集計は出力の列が一つの判断表に限ります。"), box.id)


def _column(
    compiler: Compiling, box: tree.TableBox, index: int, names: Names
) -> tuple[Column, dict[str, int]]:
    """The compiled column and where the test of each cell text stands in it."""
    column, inner = box.inputs[index], names.plus("?")
    numbers: dict[str, int] = {}
    tests: list[Expression] = []
    for rule in box.rules:
        cell = rule.inputs[index]
        if cell.text in _ANYTHING or cell.text in numbers:
            continue
        test = compiler.tests(cell, inner)
        numbers[cell.text] = len(tests)
        tests.append(_NEVER if test is None else test)
    made = Column(
        label=column.label,
        value=compiler.code(column.expression, names),
        allowed=None if column.values is None else compiler.tests(column.values, inner),
        tests=tuple(tests),
    )
    return made, numbers


def _row(
    compiler: Compiling, rule: tree.Rule, numbers: Sequence[dict[str, int]], names: Names
) -> Row:
    return Row(
        rule=rule,
        tests=tuple(
            (column, numbers[column][cell.text])
            for column, cell in enumerate(rule.inputs)
            if cell.text in numbers[column]
        ),
        outputs=tuple(compiler.code(cell, names) for cell in rule.outputs),
    )


def _convert(compiler: Compiling, output: tree.Output, box: tree.TableBox) -> Convert:
    type_ = compiler.type(output.type_ref, output.id or box.id)
    if type_ is ANY_TYPE:
        return lambda value, _run: value
    place = output.name or output.label
    return lambda value, run: type_.convert(value, run.evaluation, place)


def _defaults(compiler: Compiling, box: tree.TableBox, names: Names) -> tuple[Code, ...] | None:
    """The default of every output; None when no output has one."""
    if all(output.default is None for output in box.outputs):
        return None
    return tuple(compiler.code(output.default, names) for output in box.outputs)


def _listed(compiler: Compiling, output: tree.Output, names: Names) -> Sequence[Any]:
    """The listed output values, highest priority first."""
    if output.values is None:
        return ()
    written = tree.Literal(
        id=output.values.id, text=f"[{output.values.text}]", line=output.values.line
    )
    expression = compiler.expression(written, names)
    if expression is None:
        return ()
    no_time = datetime(1970, 1, 1, tzinfo=UTC)
    evaluation = Evaluation(now=no_time, calendar=Calendar(frozenset()))
    listed = expression.evaluate({}, evaluation)
    return listed if isinstance(listed, list) else ()
