"""Functions of a decision model as values of FEEL, and calling such values by parameter names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.dmn.types import Type
from engine.domain.sentence import Sentence
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.functions import Function
from engine.feel.values import Range

_OWN_FRAMES: Final = 6  # from the call in an expression to the closure of the body


@dataclass(frozen=True)
class Body:
    """What a function computes from its arguments by name.

    `frames`: how many Python frames that needs at most, so that a function that calls itself ends
    with an error of ours.
    """

    run: Callable[[dict[str, Any]], Any]
    frames: int


def make_function(
    name: str,
    parameters: Sequence[str],
    types: Sequence[Type],
    body: Body,
) -> Function:
    """A function value; a call with an argument that does not fit its type has no result."""
    frames = body.frames + _OWN_FRAMES

    def call(values: Sequence[Any], evaluation: Evaluation) -> Any:
        evaluation.charge(1)
        evaluation.enter(frames)
        try:
            return body.run(dict(zip(parameters, values, strict=True)))
        finally:
            evaluation.leave(frames)

    return Function(name, tuple(parameters), call, tuple(one.feel() for one in types))


def call_named(function: Any, arguments: Mapping[str, Any], evaluation: Evaluation) -> Any:
    """The result of a call with named arguments; null and a note when there is none."""
    if not isinstance(function, Function):
        evaluation.note("no_function", Sentence("呼び出す相手が関数ではないため、nullとします。"))
        return None
    try:
        return function.call_named(list(arguments), list(arguments.values()), evaluation)
    except OperationFailed as error:
        evaluation.note("function_call", str(error))
        return None


def elements(value: Any, evaluation: Evaluation) -> list[Any] | None:
    """What a boxed iterator goes through: a list, or the whole numbers of a closed range.

    Raises:
        BudgetExceededError: the range is too long.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, Range) and _is_closed(value):
        numbers = range(int(value.low), int(value.high) + 1)
        evaluation.room(len(numbers))
        return [Decimal(number) for number in numbers] or None
    return None


def _is_closed(value: Range) -> bool:
    ends = (value.low, value.high)
    are_whole = all(isinstance(one, Decimal) and one == one.to_integral_value() for one in ends)
    return are_whole and value.low_included and value.high_included
