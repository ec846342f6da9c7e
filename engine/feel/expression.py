"""The door to the language: compile once, evaluate often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.domain.sentence import Sentence
from engine.feel import properties
from engine.feel.builtins.registry import BUILTINS
from engine.feel.compiling.compiler import INPUT, Compiler, Known
from engine.feel.compiling.dispatch import COMPILE
from engine.feel.compiling.scope import Run
from engine.feel.errors import BudgetExceededError
from engine.feel.evaluation import DEFAULT_LIMITS, Evaluation, Limits
from engine.feel.functions import Function
from engine.feel.lexer import error, skip
from engine.feel.names import KnownNames, normal
from engine.feel.parser import Parser
from engine.feel.script import Script, assignments
from engine.feel.tokens import Tokens
from engine.feel.tree import Node
from engine.feel.types import FeelType


class Expression:
    """A compiled expression; safe to share between threads.

    `source` is the text without the leading `=`; `names` are the names it takes from the scope;
    `frames` is how many Python frames an evaluation needs at most, calls of functions not counted.
    """

    __slots__ = ("_cost", "_run", "frames", "names", "source")

    def __init__(
        self, source: str, names: frozenset[str], run: Run, cost: int, frames: int
    ) -> None:
        self.source = source
        self.names = names
        self.frames = frames
        self._run = run
        self._cost = cost

    def evaluate(self, scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        """The value; an unknown name or a failed operation is null and a note.

        Raises:
            BudgetExceededError: it takes too long or makes too much.
        """
        evaluation.charge(self._cost)
        try:
            return self._run(scope, evaluation)
        except RecursionError as error:  # the caller itself was deep in its own calls
            raise BudgetExceededError("depth", evaluation.limits.depth) from error

    def evaluate_strict(self, scope: Mapping[str, Any], evaluation: Evaluation) -> Any:
        """The same, but a name that is not in scope is an error.

        Raises:
            UnknownNameError: a name is neither in scope nor a function.
            BudgetExceededError: it takes too long or makes too much.
        """
        before, evaluation.strict = evaluation.strict, True
        try:
            return self.evaluate(scope, evaluation)
        finally:
            evaluation.strict = before


def compile_expression(
    source: str,
    names: Collection[str] = (),
    functions: Mapping[str, Function] | None = None,
    *,
    types: Mapping[str, FeelType] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Expression:
    """An expression ready to run.

    `names`: those in scope, also the names of entries behind a dot, as far as they hold spaces or
    operator signs; other names need not be told.  `types`: named types for `instance of`.

    Raises:
        FeelSyntaxError: the text is no expression, or it is too large.
    """
    known = _known(names, functions, types)
    expression = _expression(source, _tree(source, known, limits), known, limits)
    expression.source = source[_start(source) :].strip()
    return expression


def parse_expression(
    source: str, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None
) -> Node:
    """The tree of an expression; `names` as for `compile_expression`.

    Raises:
        FeelSyntaxError: the text is no expression, or it is too large.
    """
    return _tree(source, _known(names, None, types), DEFAULT_LIMITS)


def parse_unary_tests(
    source: str, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None
) -> Node:
    """The tree of a cell.

    Raises:
        FeelSyntaxError: the text is no list of tests, or it is too large.
    """
    tokens = _tokens(source, _known(names, None, types), DEFAULT_LIMITS)
    return Parser(tokens).whole_tests()


def parse_script(source: str) -> list[tuple[str, Node]]:
    """The trees of a script's assignments by their names.

    Raises:
        FeelSyntaxError: a line is no assignment, or the text is too large.
    """
    tokens = _tokens(source, _known((), None, None), DEFAULT_LIMITS, line_ends=True)
    return list(assignments(tokens))


def _tree(source: str, known: Known, limits: Limits) -> Node:
    tokens = _tokens(source, known, limits)
    tokens.at = _start(source)
    return Parser(tokens).whole_expression()


def compile_unary_tests(
    source: str,
    names: Collection[str] = (),
    functions: Mapping[str, Function] | None = None,
    *,
    types: Mapping[str, FeelType] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Expression:
    """A cell of a decision table: true, false or null for the value under `?` in the scope.

    Raises:
        FeelSyntaxError: the text is no list of tests, or it is too large.
    """
    known = _known(names, functions, types)
    return _expression(source, Parser(_tokens(source, known, limits)).whole_tests(), known, limits)


def compile_script(
    source: str,
    names: Collection[str] = (),
    functions: Mapping[str, Function] | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> Script:
    """Assignments, one `name = expression` per line; in brackets an expression may span lines.

    Raises:
        FeelSyntaxError: a line is no assignment, or the text is too large.
    """
    known = _known(names, functions, None)
    tokens = _tokens(source, known, limits, line_ends=True)
    return Script(
        source,
        [(name, _expression(source, node, known, limits)) for name, node in assignments(tokens)],
    )


def _start(source: str) -> int:
    """Where the expression begins: behind the equals sign that form and process editors write."""
    start = skip(source, 0)
    return start + source.startswith("=", start) - source.startswith("==", start)


def _known(
    names: Collection[str],
    functions: Mapping[str, Function] | None,
    types: Mapping[str, FeelType] | None,
) -> Known:
    return Known(
        names=frozenset(map(normal, names)),
        functions={**BUILTINS, **functions} if functions else BUILTINS,
        types=types or {},
    )


def _tokens(text: str, known: Known, limits: Limits, *, line_ends: bool = False) -> Tokens:
    if len(text) > limits.source:
        raise error(text, limits.source, Sentence("式は%(most)s文字までです。", most=limits.source))
    names = KnownNames((*known.names, *known.functions, *known.types, *properties.NAMES))
    return Tokens(text, names, limits, line_ends=line_ends)


def _expression(text: str, node: Node, known: Known, limits: Limits) -> Expression:
    compiler = Compiler(text, known, limits, COMPILE)
    run, cost, frames = compiler.measured(node)
    return Expression(text.strip(), frozenset(compiler.free - {INPUT}), run, cost, frames + 1)
