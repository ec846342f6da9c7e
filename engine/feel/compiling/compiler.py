"""Turns a tree into closures and learns on the way what the expression costs and needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.domain.sentence import later
from engine.feel.compiling.scope import Run
from engine.feel.evaluation import Limits
from engine.feel.functions import Function
from engine.feel.lexer import error
from engine.feel.tree import Call, Node
from engine.feel.types import FeelType

INPUT = "?"  # the value a unary test is about
_FRAMES = 1  # Python frames of one node at run time
_FRAMES_OF_CALL = 2  # its closure and the one that gathers the arguments

Compile = Callable[["Compiler", Any], Run]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the surroundings of an expression offer: names, functions and types."""

    names: frozenset[str]
    functions: Mapping[str, Function]
    types: Mapping[str, FeelType]


class Compiler:
    """Compiles the nodes of one expression.

    `declared`: names known to be in scope; they hide built-in functions of the same name.
    Afterwards `nodes` is the number of nodes, `free` the names that must come from outside.
    """

    def __init__(
        self,
        source: str,
        known: Known,
        limits: Limits,
        by_node: Mapping[type[Node], Compile],
    ) -> None:
        self.source = source
        self.declared = known.names
        self.functions = known.functions
        self.types = known.types
        self._by_node = by_node
        self.nodes = 0
        self.free: set[str] = set()
        self.used: set[str] = set()
        self.filters = 0
        self._limits = limits
        self._bound: list[str] = []
        self._level = 0
        self._depth = 0
        self._deepest = 0

    def compile(self, node: Node) -> Run:
        """The closure of a node.

        Raises:
            FeelSyntaxError: the expression is too large or too deep, or a part is wrong in itself.
        """
        self.nodes += 1
        if self.nodes > self._limits.nodes:
            raise error(self.source, node.at, later("式が大きすぎます。"))
        frames = _FRAMES_OF_CALL if isinstance(node, Call) else _FRAMES
        self._depth += frames
        self._deepest = max(self._deepest, self._depth)
        self._level += 1
        if self._level > self._limits.depth:
            raise error(self.source, node.at, later("式の入れ子が深すぎます。"))
        run = self._by_node[type(node)](self, node)
        self._depth -= frames
        self._level -= 1
        return run

    def measured(self, node: Node) -> tuple[Run, int, int]:
        """The closure, how many nodes it has, and how many Python frames it needs at most."""
        before, depth, deepest = self.nodes, self._depth, self._deepest
        self._deepest = depth
        run = self.compile(node)
        frames = self._deepest - depth
        self._deepest = max(deepest, self._deepest)
        return run, self.nodes - before, frames

    @contextmanager
    def binding(self, *names: str) -> Iterator[None]:
        """Names that the expression itself binds while the block compiles."""
        self._bound.extend(names)
        yield
        if names:
            del self._bound[-len(names) :]

    def is_bound(self, name: str) -> bool:
        return name in self._bound

    def use(self, name: str) -> None:
        """A name was read.  Inside a filter it may be an entry of the item: then it is not free."""
        self.used.add(name)
        if not self.is_bound(name) and (not self.filters or name in self.declared):
            self.free.add(name)

    def function(self, name: str) -> Function | None:
        """The function of that name that was handed in or is built in."""
        return self.functions.get(name)
