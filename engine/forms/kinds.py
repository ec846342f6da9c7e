"""Of which kind is the value that a field of a form gives?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.feel.checking.kinds import (
    BOOLEAN,
    DATE,
    MOMENT,
    NUMBER,
    STRING,
    TIME,
    UNKNOWN,
    list_of,
)
from engine.feel.checking.kinds import Kind as ValueKind
from engine.forms.fields import Field, Kind

_OF_FIELDS: Final[Mapping[Kind, ValueKind]] = {
    Kind.TEXT: STRING,
    Kind.AREA: STRING,
    Kind.NUMBER: NUMBER,
    Kind.DATE: DATE,
    Kind.TIME: TIME,
    Kind.MOMENT: MOMENT,
    Kind.CHECKBOX: BOOLEAN,
    Kind.CHECKLIST: list_of(STRING),
    Kind.TAGLIST: list_of(STRING),
}
_TRUTH: Final = frozenset({"true", "false"})


def of_fields(fields: Iterable[Field]) -> dict[str, ValueKind]:
    """Key -> kind of the values of one level; groups are opened."""
    made: dict[str, ValueKind] = {}
    for field in fields:
        if field.kind is Kind.GROUP:
            made.update(of_fields(field.children))
        elif field.key:
            made[field.key] = of_field(field)
    return made


def of_field(field: Field) -> ValueKind:
    """Unknown where the field only shows a value that comes from elsewhere."""
    if not field.is_input:
        return UNKNOWN
    if field.kind is Kind.LIST:
        return list_of(ValueKind(name="context", entries=of_fields(field.children)))
    if field.kind in (Kind.SELECT, Kind.RADIO):
        return _of_choice(field)
    return _OF_FIELDS.get(field.kind, UNKNOWN)


def _of_choice(field: Field) -> ValueKind:
    """The values true and false of a question become truth values."""
    values = {choice.value for choice in field.choices}
    if field.source is not None or not values or values & _TRUTH:
        return UNKNOWN
    return STRING
