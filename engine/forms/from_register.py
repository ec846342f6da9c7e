"""The form of a record that is written by hand: one field for each column of its register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.records import Register
from engine.domain.register_search import ColumnKind, kind_of
from engine.forms.fields import Field, Form, Kind
from engine.forms.lookups import Choice

FEW = 6  # choices that stand open
_PLAIN = {
    ColumnKind.NUMBER: Kind.NUMBER,
    ColumnKind.YEN: Kind.NUMBER,
    ColumnKind.DATE: Kind.DATE,
    ColumnKind.MOMENT: Kind.MOMENT,
    ColumnKind.TIME: Kind.TIME,
    ColumnKind.FILES: Kind.FILE,
    ColumnKind.TEXTS: Kind.AREA,
    ColumnKind.TEXT: Kind.AREA,
}
_CHOSEN = frozenset(
    {ColumnKind.CHOICE, ColumnKind.PERSON, ColumnKind.ORGANISATION, ColumnKind.RECORD}
)


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A column on its way to a field: its name, rule, choices, and what it holds now."""

    name: str
    rule: Mapping[str, Any]
    choices: Sequence[Choice]
    values: Sequence[Any]
    required: bool = False
    is_short: bool = False  # a text of one line


def form_of(
    register: Register, choices: Mapping[str, Sequence[Choice]], values: Mapping[str, Any]
) -> Form:
    """The fields in the order of the columns; what only processes write is left out.

    `choices`: column (or `column/inner`) -> what is offered; values that are not among them stay
    possible where they stand already.
    """
    fields = tuple(_fields(register, choices, values))
    return Form(id=register.code, file=f"{register.code}.json", fields=fields)


def _fields(
    register: Register, choices: Mapping[str, Sequence[Choice]], values: Mapping[str, Any]
) -> Iterator[Field]:
    properties = register.schema["properties"]
    listed = register.schema.get("x-list", ())
    for column in register.columns:
        rule, value = properties[column], values.get(column)
        if kind_of(rule) is ColumnKind.ROWS:
            yield _list(column, rule, choices, value)
            continue
        place = _Place(
            name=column,
            rule=rule,
            choices=choices.get(column, ()),
            values=[value],
            required=column in register.required,
            is_short=column in listed,
        )
        field = _field(place)
        if field is not None:
            yield field


def _list(
    column: str, rule: Mapping[str, Any], choices: Mapping[str, Sequence[Choice]], value: Any
) -> Field:
    rows = [row for row in value or [] if isinstance(row, Mapping)]
    children = [
        _field(
            _Place(
                name=name,
                rule=inner,
                choices=choices.get(f"{column}/{name}", ()),
                values=[row.get(name) for row in rows],
                is_short=True,
            ),
            prefix=f"{column}-",
        )
        for name, inner in rule["items"]["properties"].items()
    ]
    known = tuple(child for child in children if child is not None)
    return Field(id=column, kind=Kind.LIST, key=column, label=column, children=known)


def _field(place: _Place, prefix: str = "") -> Field | None:
    column = kind_of(place.rule)
    kind = _kind(place, column)
    if kind is None:
        return None
    return Field(
        id=prefix + place.name,
        kind=kind,
        key=place.name,
        label=place.name,
        help="1行に1つずつ入力します。" if column is ColumnKind.TEXTS else "",
        required=place.required,
        multiple=kind is Kind.FILE,
        unit="円" if column is ColumnKind.YEN else "",
        choices=_offered(place, column),
    )


def _kind(place: _Place, column: ColumnKind) -> Kind | None:
    if column is ColumnKind.TEXT:
        lines = any("\n" in value for value in place.values if isinstance(value, str))
        return Kind.TEXT if place.is_short and not lines else Kind.AREA
    if column is ColumnKind.CHOICES:
        return Kind.CHECKLIST
    if column is ColumnKind.BOOL or column in _CHOSEN:
        few = len(place.choices) <= FEW
        return Kind.RADIO if place.required and few else Kind.SELECT
    return _PLAIN.get(column)


def _offered(place: _Place, column: ColumnKind) -> tuple[Choice, ...]:
    if column is ColumnKind.BOOL:
        return (Choice("true", "はい"), Choice("false", "いいえ"))
    if column is not ColumnKind.CHOICES and column not in _CHOSEN:
        return ()
    known = {choice.value for choice in place.choices}
    old = [one for value in place.values for one in (value if isinstance(value, list) else [value])]
    kept = {one: Choice(one, one) for one in old if isinstance(one, str) and one not in known}
    return (*place.choices, *kept.values())
