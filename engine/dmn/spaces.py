"""What can stand in the columns of a table, and which part of it does each rule take?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from engine.dmn import tree
from engine.dmn.cells import Constants, constants_of
from engine.dmn.coverage import Box, Point
from engine.dmn.explain import shown
from engine.dmn.model import Model
from engine.dmn.regions import kind_of, representatives
from engine.dmn.tables import Column, Row, Table
from engine.dmn.types import ANY_TYPE, Type, UnknownTypeError
from engine.domain.sentence import Sentence
from engine.domain.working_days import Calendar
from engine.feel.checking.kinds import SINGLE, word
from engine.feel.evaluation import Evaluation

Fault = tuple[str, tree.Rule]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A column of conditions.

    `values`: one per region, null last; none when the column's values cannot be told.  `must` and
    `may`: per test the regions in which it holds for sure, and in which it may hold.
    """

    label: str
    values: tuple[Any, ...]
    whole: int
    must: tuple[int, ...]
    may: tuple[int, ...]
    clashes: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class Space:
    """All inputs of a table.  `must` and `may` are the boxes of the rules, `whole` all but null."""

    axes: tuple[Axis, ...]
    whole: Box
    must: tuple[Box, ...]
    may: tuple[Box, ...]
    clashes: tuple[Fault, ...]
    unlisted: tuple[Fault, ...]

    def example(self, point: Point) -> str:
        """A combination in words; columns that nothing is asked of are left out."""
        named = zip(self.axes, point, strict=True)
        parts = [f"{axis.label}={shown(axis.values[at])}" for axis, at in named if axis.values]
        return "、".join(parts) or Sentence("すべての入力")


def space_of(model: Model, table: Table) -> Space:
    axes = tuple(_axis(model, table, number) for number in range(len(table.columns)))
    return Space(
        axes=axes,
        whole=tuple(axis.whole for axis in axes),
        must=tuple(_box(row, axes, [axis.must for axis in axes]) for row in table.rows),
        may=tuple(_box(row, axes, [axis.may for axis in axes]) for row in table.rows),
        clashes=tuple(fault for axis in axes for fault in axis.clashes),
        unlisted=tuple(_unlisted(table)),
    )


def _box(row: Row, axes: Sequence[Axis], masks: Sequence[Sequence[int]]) -> Box:
    """A condition that is `-` takes every value, null included."""
    box = [(1 << max(1, len(axis.values))) - 1 for axis in axes]
    for column, test in row.tests:
        box[column] &= masks[column][test]
    return tuple(box)


def _axis(model: Model, table: Table, number: int) -> Axis:
    column, box = table.columns[number], table.box.inputs[number]
    type_ = _declared(model, box)
    found = [constants_of(test.source) for test in column.tests]
    values = _values(model, box, type_, found) if column.tests else []
    values = [value for value in values if _is_possible(value, column, type_)]
    if not values:  # nothing is asked, or nothing can be told: one region that stands for all
        unknown = (0,) * len(found)
        return Axis(
            label=column.label, values=(), whole=1, must=unknown, may=(1,) * len(found), clashes=()
        )
    every = [*values, None]
    masks = [_mask(column, test, every) for test in range(len(found))]
    all_of_them = (1 << len(every)) - 1
    known = list(zip(masks, found, strict=True))
    return Axis(
        label=column.label,
        values=tuple(every),
        whole=(1 << len(values)) - 1,
        must=tuple(0 if constants is None else mask for mask, constants in known),
        may=tuple(all_of_them if constants is None else mask for mask, constants in known),
        clashes=tuple(_clashes(table, number, type_)),
    )


def _declared(model: Model, column: tree.Input) -> Type:
    """The type written at the column, or at the input data that it names."""
    reference = column.expression.type_ref
    if not reference:
        named = (one for one in model.definitions.inputs if one.name == column.expression.text)
        reference = next((one.variable.type_ref for one in named), "")
    try:
        return model.types.find(reference)
    except UnknownTypeError:
        return ANY_TYPE


def _values(
    model: Model, column: tree.Input, type_: Type, found: Iterable[Constants | None]
) -> list[Any]:
    items = (item for item in model.definitions.items if item.name == type_.name)
    listed = [column.values, *(item.allowed for item in items)]
    constants = [one for one in found if one is not None]
    constants += [
        one for text in listed if text is not None and (one := constants_of(text.text)) is not None
    ]
    by_kind: dict[str, list[Any]] = {type_.shape.name: []} if type_.shape.name in SINGLE else {}
    for value in (value for one in constants for value in one.values):
        kind = kind_of(value)
        if kind and (kind in by_kind or type_ is ANY_TYPE):
            by_kind.setdefault(kind, []).append(value)
    is_ordered = any(one.is_ordered for one in constants)
    try:
        return [
            value
            for kind, values in by_kind.items()
            for value in representatives(values, kind, ordered_text=is_ordered)
        ]
    except OverflowError:  # constants at the very end of the calendar
        return []


def _is_possible(value: Any, column: Column, type_: Type) -> bool:
    allowed = column.allowed
    return type_.accepts(value, _evaluation()) and (
        allowed is None or allowed.evaluate({"?": value}, _evaluation()) is True
    )


def _mask(column: Column, test: int, values: Sequence[Any]) -> int:
    expression = column.tests[test]
    return sum(
        1 << number
        for number, value in enumerate(values)
        if expression.evaluate({"?": value}, _evaluation()) is True
    )


def _clashes(table: Table, number: int, type_: Type) -> Iterable[Fault]:
    wanted = type_.shape.name
    for row in table.rows if wanted in SINGLE else ():
        text = row.rule.inputs[number].text
        constants = constants_of(text) if text else None
        kinds = {kind_of(value) for value in (constants.values if constants else ())} - {""}
        if kinds - {wanted}:
            label = table.columns[number].label
            yield (
                Sentence(
                    "規則%(index)sの欄「%(text)s」は、"
                    "入力「%(label)s」の型（%(wanted)s）と合いません。",
                    index=row.rule.index,
                    text=text,
                    label=label,
                    wanted=word(wanted),
                ),
                row.rule,
            )


def _unlisted(table: Table) -> Iterable[Fault]:
    """Constant outputs that are none of the listed output values."""
    for number, output in enumerate(table.box.outputs):
        listed = constants_of(output.values.text) if output.values is not None else None
        if listed is None or listed.is_ordered:
            continue
        for row in table.rows:
            cell = row.rule.outputs[number].text
            written = constants_of(cell) if cell else None
            if written is None or len(written.values) != 1 or written.is_ordered:
                continue
            if not _is_among(written.values[0], listed.values):
                label = output.label or output.name
                yield (
                    Sentence(
                        "規則%(index)sの出力「%(cell)s」は、「%(label)s」の値の一覧にありません。",
                        index=row.rule.index,
                        cell=cell,
                        label=label,
                    ),
                    row.rule,
                )


def _is_among(value: Any, listed: Sequence[Any]) -> bool:
    """Equality by kind first: the number 1 is not the truth value true."""
    return any(type(one) is type(value) and one == value for one in listed)


_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _evaluation() -> Evaluation:
    return Evaluation(now=_NO_TIME, calendar=Calendar(frozenset()))
