"""The parts an expression is made of, as the parser finds them.

`at` is the offset in the text, for notes and messages.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class AtLiteral(Node):
    """`@"2026-04-01"`."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Logic(Node):
    """A chain of `and` or of `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeNode


@dataclass(frozen=True, kw_only=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Iterator:
    """`name in source`, or `name in source..end` when `end` is given."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, kw_only=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantified(Node):
    every: bool
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    name: str
    type: TypeNode | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionDefinition(Node):
    parameters: tuple[Parameter, ...]
    body: Node | None  # None: an external function, which is never run


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(Node):
    """`names` holds the names of named arguments, or is empty for positional ones."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextLiteral(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RangeLiteral(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class UnaryComparison(Node):
    """`> 5` where a value stands: the range of all values greater than 5."""

    operator: str
    operand: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table; no tests: `-`, which is always true."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeNode:
    """A type as it is written.

    `arguments`: the element of `list<>` and `range<>`, the fields of `context<>`, the parameters
    of `function<>`; `fields`: the names of the former; `result`: what a function returns.
    """

    name: str
    arguments: tuple[TypeNode, ...] = ()
    fields: tuple[str, ...] = ()
    result: TypeNode | None = None


def parts_of(node: Node) -> list[Node]:
    """The direct parts of a node, in the order in which they are written."""
    parts: list[Node] = []
    for field in fields(node):
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Iterator):
                parts += [part.source] if part.end is None else [part.source, part.end]
            elif isinstance(part, tuple):  # an entry of a context
                parts.append(part[1])
            elif isinstance(part, Node):
                parts.append(part)
    return parts


def mentions(node: Node, name: str) -> bool:
    """Whether the name is read anywhere in the tree."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name) and one.name == name:
            return True
        waiting.extend(parts_of(one))
    return False
