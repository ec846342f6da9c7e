"""Types: does a value belong to one, and can it be made to?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.errors import OperationFailed
from engine.feel.far import FarDay, FarMoment
from engine.feel.functions import Function
from engine.feel.tree import TypeNode
from engine.feel.values import Range


@dataclass(frozen=True, eq=False)
class FeelType:
    """A type by what belongs to it.  `holds` is asked with values other than null.

    `is_list`: single values are wrapped for it; lists of one value are unwrapped for the others.
    """

    name: str
    holds: Callable[[Any], bool]
    is_list: bool = False
    is_any: bool = False

    def conforms(self, value: Any) -> bool:
        """Null belongs to every type as far as passing it on goes."""
        return value is None or self.holds(value)

    def coerced(self, value: Any) -> Any:
        """The value as one of this type.

        Raises:
            OperationFailed: it is none and cannot be made one.
        """
        if self.conforms(value):
            return value
        if self.is_list and self.holds([value]):
            return [value]
        if type(value) is list and len(value) == 1 and not self.is_list and self.conforms(value[0]):
            return value[0]
        if type(value) is date and self.name == "date and time":
            return datetime.combine(value, time())
        raise OperationFailed(f"値が型 {self.name} に合いません。")


def _exactly(name: str, *kinds: type) -> FeelType:
    only = kinds[0]
    if len(kinds) == 1:
        return FeelType(name, lambda value: type(value) is only)
    return FeelType(name, lambda value: type(value) in kinds)


ANY = FeelType("Any", lambda _value: True, is_any=True)
NOTHING = FeelType("Null", lambda _value: False)
BASIC: Mapping[str, FeelType] = {
    **{
        type_.name: type_
        for type_ in (
            ANY,
            NOTHING,
            _exactly("number", Decimal),
            _exactly("string", str),
            _exactly("boolean", bool),
            _exactly("date", date, FarDay),
            _exactly("time", time),
            _exactly("date and time", datetime, FarMoment),
            _exactly("days and time duration", timedelta),
            _exactly("years and months duration", YearsMonths),
            _exactly("context", dict),
            _exactly("range", Range),
            FeelType("function", lambda value: isinstance(value, Function)),
        )
    },
    "list": FeelType("list", lambda value: type(value) is list, is_list=True),
}


def list_of(element: FeelType) -> FeelType:
    return FeelType(
        f"list<{element.name}>",
        lambda value: type(value) is list and all(map(element.conforms, value)),
        is_list=True,
    )


def context_of(fields: Mapping[str, FeelType]) -> FeelType:
    def holds(value: Any) -> bool:
        return type(value) is dict and all(
            key in value and type_.conforms(value[key]) for key, type_ in fields.items()
        )

    inner = ", ".join(f"{key}: {type_.name}" for key, type_ in fields.items())
    return FeelType(f"context<{inner}>", holds)


def range_of(element: FeelType) -> FeelType:
    def holds(value: Any) -> bool:
        return type(value) is Range and element.conforms(value.low) and element.conforms(value.high)

    return FeelType(f"range<{element.name}>", holds)


def function_of(parameters: Sequence[FeelType], result: FeelType | None) -> FeelType:
    """Functions of that many parameters whose declared types are the same or not declared."""

    def holds(value: Any) -> bool:
        if not isinstance(value, Function) or len(value.parameters) != len(parameters):
            return False
        types = value.types or (None,) * len(parameters)
        return all(
            have is None or want.is_any or have.name == want.name
            for have, want in zip(types, parameters, strict=True)
        )

    inner = ", ".join(type_.name for type_ in parameters)
    return FeelType(f"function<{inner}>->{result.name if result else 'Any'}", holds)


class UnknownTypeError(LookupError):
    """There is no such type; the argument is its name."""


def resolve(node: TypeNode, types: Mapping[str, FeelType]) -> FeelType:
    """The type that was written; `types` are those of the decision model.

    Raises:
        UnknownTypeError: it is not known.
    """
    arguments = [resolve(argument, types) for argument in node.arguments]
    if node.name == "list" and len(arguments) == 1:
        return list_of(arguments[0])
    if node.name == "range" and len(arguments) == 1:
        return range_of(arguments[0])
    if node.name == "context" and node.fields:
        return context_of(dict(zip(node.fields, arguments, strict=True)))
    if node.name == "function":
        result = resolve(node.result, types) if node.result else None
        return function_of(arguments, result) if node.result or arguments else BASIC["function"]
    found = types.get(node.name) or BASIC.get(node.name)
    if found is None:
        raise UnknownTypeError(node.name)
    return found
