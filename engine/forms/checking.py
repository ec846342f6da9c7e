"""Do the rules of a form fit its fields: kinds of values, calls of functions?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.domain.errors import Finding
from engine.domain.sentence import Sentence
from engine.feel.checking.kinds import BOOLEAN, LIST
from engine.feel.checking.kinds import Kind as ValueKind
from engine.feel.checking.looking import Surroundings, Wanted, of_expression
from engine.feel.expression import Expression
from engine.forms.fields import Check, Field, Kind
from engine.forms.kinds import of_fields

LOOKUPS: Final = frozenset({"people", "organisations", "register"})  # functions of forms
Scope = Mapping[str, ValueKind]


def faults(fields: Iterable[Field], checks: Iterable[Check], file: str) -> Iterator[Finding]:
    """Everything in the expressions of a form that can have no result."""
    scope = of_fields(fields)
    yield from _of_level(fields, scope, file)
    for check in checks:
        asked = Wanted(what=Sentence("checks の when"), kinds=(BOOLEAN,))
        yield from _look(check.when, scope, asked, Finding(code="", message="", file=file))


def _of_level(fields: Iterable[Field], scope: Scope, file: str) -> Iterator[Finding]:
    """A row sees its own fields, and those around it."""
    for field in fields:
        place = Finding(
            code="", message="", element_id=field.id, element_name=field.label, file=file
        )
        for expression, what, kinds in (
            (field.hide, "hide", (BOOLEAN,)),
            (field.required_if, "requiredIf", (BOOLEAN,)),
            (field.value, "valueExpression", ()),
            (field.initial, "defaultValue", ()),
            (field.source, "valuesExpression", (LIST,)),
        ):
            if expression is not None:
                asked = Wanted(what=Sentence("%(message)s", message=what), kinds=kinds)
                yield from _look(expression, scope, asked, place)
        inner = {**scope, **of_fields(field.children)} if field.kind is Kind.LIST else scope
        yield from _of_level(field.children, inner, file)


def _look(expression: Expression, scope: Scope, asked: Wanted, place: Finding) -> Iterator[Finding]:
    around = Surroundings(scope=scope, functions=LOOKUPS)
    _, found = of_expression(expression.source, around, asked if asked.kinds else None)
    for one in found:
        message = Sentence(
            "%(what)sの式の%(line)s行%(column)s文字目：%(message)s",
            what=asked.what,
            line=one.line,
            column=one.column,
            message=one.message,
        )
        yield Finding(
            code=one.code,
            message=message,
            element_id=place.element_id,
            element_name=place.element_name,
            file=place.file,
        )
