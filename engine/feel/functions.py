"""Functions as values: written in FEEL, built in, or handed in by the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.errors import OperationFailed

if TYPE_CHECKING:
    from engine.feel.evaluation import Evaluation
    from engine.feel.types import FeelType

Body = Callable[[Sequence[Any], "Evaluation"], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A value that can be called.

    `parameters`: their names, for named arguments.  `body` takes the values in that order and the
    evaluation; it may raise `OperationFailed` with a Japanese sentence, which makes the call null.
    `types` (as long as `parameters`, or empty) are checked before the call, `result` after it.
    """

    name: str
    parameters: tuple[str, ...]
    body: Body
    types: tuple[FeelType | None, ...] = ()
    result: FeelType | None = None

    @classmethod
    def of(cls, name: str, parameters: Sequence[str], call: Callable[..., Any]) -> Function:
        """A function over a plain Python callable that takes the values in order."""
        return cls(name, tuple(parameters), lambda values, _evaluation: call(*values))

    def call(self, values: Sequence[Any], evaluation: Evaluation) -> Any:
        """The result for values in order.

        Raises:
            OperationFailed: wrong number of values, or the body has no result for them.
        """
        if len(values) != len(self.parameters):
            counts = f"{len(self.parameters)}個ですが、{len(values)}個渡されました。"
            raise OperationFailed(f"関数 {self.name} の引数は{counts}")
        if self.types:
            values = [
                value if type_ is None else type_.coerced(value)
                for type_, value in zip(self.types, values, strict=True)
            ]
        value = self.body(values, evaluation)
        return value if self.result is None else self.result.coerced(value)

    def call_named(
        self, names: Sequence[str], values: Sequence[Any], evaluation: Evaluation
    ) -> Any:
        """The result for named values.

        Raises:
            OperationFailed: a name is no parameter, one is missing, or there is no result.
        """
        given = dict(zip(names, values, strict=True))
        if given.keys() != set(self.parameters) or len(given) != len(names):
            raise OperationFailed(f"関数 {self.name} の引数は {', '.join(self.parameters)} です。")
        return self.call([given[parameter] for parameter in self.parameters], evaluation)
