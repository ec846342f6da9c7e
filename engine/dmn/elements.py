"""What stands in a requirements graph, ready to be computed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.functions import Body, make_function
from engine.dmn.run import Code, Key, Run, Scope
from engine.dmn.types import Type


@dataclass(frozen=True, kw_only=True)
class Binding:
    """Under which name an element's value is seen; `alias` is the name of the import, or empty."""

    alias: str
    name: str
    key: Key

    def put(self, scope: Scope, value: Any) -> None:
        if self.alias:
            scope[self.alias] = {**scope.get(self.alias, {}), self.name: value}
        else:
            scope[self.name] = value


@dataclass(frozen=True, kw_only=True)
class InputElement:
    """Input data: taken from what was handed in, by `namespace#name` or by name."""

    key: Key
    name: str
    type: Type
    bindings: tuple[Binding, ...] = ()

    def compute(self, run: Run) -> Any:
        inputs = run.inputs
        value = inputs.get(f"{self.key[0]}#{self.name}", inputs.get(self.name))
        return self.type.convert(value, run.evaluation, self.name)


@dataclass(frozen=True, kw_only=True)
class DecisionElement:
    """A decision: its logic sees what it requires and, below that, every input handed in.

    Models drawn for a process name its variables in the table without declaring them as input
    data; required elements hide inputs of the same name.
    """

    key: Key
    name: str
    type: Type
    bindings: tuple[Binding, ...]
    code: Code

    def compute(self, run: Run) -> Any:
        scope = dict(run.inputs)
        bind(self.bindings, scope, run)
        return self.type.convert(self.code(scope, run), run.evaluation, self.name)


@dataclass(frozen=True, kw_only=True)
class FunctionElement:
    """A business knowledge model: `code` makes the function in a scope of what it requires."""

    key: Key
    name: str
    bindings: tuple[Binding, ...]
    code: Code

    def compute(self, run: Run) -> Any:
        scope: Scope = {}
        bind(self.bindings, scope, run)
        function = self.code(scope, run)
        scope[self.name] = function  # so that it may call itself
        return function


@dataclass(frozen=True, kw_only=True)
class ServiceElement:
    """A decision service.

    `parameters`: input data, then input decisions.  `order`: everything to compute inside, the
    parameters left out.  `outputs`: the output decisions by the names of their variables.
    `frames`: as in `functions.Body`.
    """

    key: Key
    name: str
    type: Type
    parameters: tuple[Binding, ...]
    types: tuple[Type, ...]
    order: tuple[Element, ...]
    outputs: tuple[Binding, ...]
    frames: int
    bindings: tuple[Binding, ...] = ()

    def compute(self, run: Run) -> Any:
        names = [parameter.name for parameter in self.parameters]
        body = Body(lambda given: self.invoke(given, run), self.frames)
        return make_function(self.name, names, self.types, body)

    def invoke(self, given: Mapping[str, Any], run: Run) -> Any:
        """The single output decision's value, or a context of all; missing arguments are null."""
        values = {
            parameter.key: type_.convert(given.get(parameter.name), run.evaluation, parameter.name)
            for parameter, type_ in zip(self.parameters, self.types, strict=True)
        }
        inner = run.within(values)
        compute_all(self.order, inner)
        results = {output.name: inner.values.get(output.key) for output in self.outputs}
        value = results if len(results) != 1 else next(iter(results.values()))
        return self.type.convert(value, run.evaluation, self.name)


Element = InputElement | DecisionElement | FunctionElement | ServiceElement


def bind(bindings: Sequence[Binding], scope: Scope, run: Run) -> None:
    """Put the values of required elements, which were computed before, into a scope."""
    for binding in bindings:
        binding.put(scope, run.values.get(binding.key))


def compute_all(order: Sequence[Element], run: Run) -> None:
    """Compute elements of which each stands after those it requires."""
    for element in order:
        if element.key not in run.values:
            run.values[element.key] = element.compute(run)
