"""How a built-in function declares what it takes, and how a call is checked against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.domain.values import YearsMonths
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.far import FarDay, FarMoment
from engine.feel.functions import Function
from engine.feel.types import ANY, BASIC, FeelType
from engine.feel.values import kind_of

_KINDS: dict[str, FeelType] = {
    **BASIC,
    "any": ANY,
    # The functions calculate with days, which those far away do not allow.
    "date": FeelType("date", lambda value: type(value) is date),
    "date and time": FeelType("date and time", lambda value: type(value) is datetime),
    "any day": FeelType("date", lambda value: type(value) in (date, datetime, FarDay, FarMoment)),
    "duration": FeelType("duration", lambda value: type(value) in (timedelta, YearsMonths)),
    "day": FeelType("date", lambda value: type(value) in (date, datetime)),
    "moment": FeelType("time", lambda value: type(value) in (date, time, datetime)),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter.  `nullable`: null is a value for it like any other."""

    name: str
    type: FeelType
    nullable: bool
    optional: bool


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call the function; `variadic`: the last slot takes any number of values."""

    slots: tuple[Slot, ...]
    required: int
    variadic: bool

    def takes(self, count: int) -> bool:
        return count >= self.required and (self.variadic or count <= len(self.slots))

    def checked(self, values: Sequence[Any]) -> list[Any]:
        """The values as the function expects them.

        Raises:
            OperationFailed: one of them is null or of the wrong kind.
        """
        last = len(self.slots) - 1
        return [_checked(self.slots[min(n, last)], value) for n, value in enumerate(values)]


def _checked(slot: Slot, value: Any) -> Any:
    if value is None:
        if slot.nullable:
            return None
        raise OperationFailed(f"引数 {slot.name} が null です。")
    if slot.type.holds(value):
        return value
    try:
        return _checked(slot, slot.type.coerced(value))
    except OperationFailed as failed:
        raise OperationFailed(f"引数 {slot.name} に{kind_of(value)}は渡せません。") from failed


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(Function):
    """A built-in function; it may be called in several ways.

    `only_called`: its name alone means nothing, so that a missing variable of the same name
    (`年度`) is noticed.
    """

    overloads: tuple[Overload, ...] = ()
    only_called: bool = False

    def call(self, values: Sequence[Any], evaluation: Evaluation) -> Any:
        fitting = [overload for overload in self.overloads if overload.takes(len(values))]
        for overload in fitting[:-1]:
            try:
                checked = overload.checked(values)
            except OperationFailed:
                continue  # the last one says what is wrong
            return self.body(checked, evaluation)
        if not fitting:
            raise OperationFailed(f"関数 {self.name} の引数の数が違います（{len(values)}個）。")
        return self.body(fitting[-1].checked(values), evaluation)

    def call_named(
        self, names: Sequence[str], values: Sequence[Any], evaluation: Evaluation
    ) -> Any:
        given = dict(zip(names, values, strict=True))
        for overload in self.overloads:
            known = [slot.name for slot in overload.slots]
            required = set(known[: overload.required])
            if given.keys() <= set(known) and required <= given.keys() and len(given) == len(names):
                count = max(known.index(name) + 1 for name in names)
                ordered = [given.get(name) for name in known[:count]]
                return self.body(overload.checked(ordered), evaluation)
        raise OperationFailed(f"関数 {self.name} にその名前の引数はありません。")


def builtin(name: str, call: Callable[..., Any], *signatures: str) -> Builtin:
    """A function over a Python callable.

    A signature lists `name: kind` with commas; `kind?` may be null, `[name: kind]` may be left
    out, `name: kind...` may be repeated.
    """
    return _made(name, lambda values, _evaluation: call(*values), signatures)


def builtin_with(name: str, call: Callable[..., Any], *signatures: str) -> Builtin:
    """The same; the callable gets the evaluation before the values."""
    return _made(name, lambda values, evaluation: call(evaluation, *values), signatures)


def _made(name: str, body: Callable[..., Any], signatures: Sequence[str]) -> Builtin:
    overloads = tuple(map(_overload, signatures))
    parameters = tuple(slot.name for slot in overloads[0].slots)
    return Builtin(name, parameters, body, overloads=overloads)


def _overload(signature: str) -> Overload:
    slots = tuple(_slot(part.strip()) for part in signature.split(",") if part.strip())
    variadic = "..." in signature
    required = sum(not slot.optional for slot in slots)
    return Overload(slots, required, variadic)


def _slot(part: str) -> Slot:
    name, _, kind = part.strip("[]").partition(":")
    kind = kind.strip().removesuffix("...")
    nullable = kind.endswith("?")
    return Slot(name.strip(), _KINDS[kind.rstrip("?")], nullable, part.startswith("["))
