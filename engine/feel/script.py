"""Script tasks: assignments, one after the other, each seeing what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from engine.domain.sentence import later
from engine.domain.values import UnstorableError, storable
from engine.feel.errors import FeelError
from engine.feel.evaluation import Evaluation
from engine.feel.lexer import END, skip
from engine.feel.names import BLANK, PLAIN_NAME
from engine.feel.parser import Parser
from engine.feel.tokens import Tokens
from engine.feel.tree import Node

if TYPE_CHECKING:
    from engine.feel.expression import Expression

_EQUALS = re.compile(f"{BLANK}*=(?!=)")


class Script:
    """Compiled assignments; `names` are the names they take from the scope."""

    __slots__ = ("assignments", "names", "source")

    def __init__(self, source: str, assignments: Sequence[tuple[str, Expression]]) -> None:
        self.source = source
        self.assignments = tuple(assignments)
        free: set[str] = set()
        assigned: set[str] = set()
        for name, expression in self.assignments:
            free |= expression.names - assigned
            assigned.add(name)
        self.names = frozenset(free)

    def execute(self, scope: dict[str, Any], evaluation: Evaluation) -> dict[str, Any]:
        """Assign into `scope` line by line; returns what was assigned, as deep copies.

        Raises:
            UnknownNameError: a name is neither in scope nor a function.
            ScriptError: a value cannot be kept in a variable.
            BudgetExceededError: it takes too long or makes too much.
        """
        assigned: dict[str, Any] = {}
        for name, expression in self.assignments:
            value = expression.evaluate_strict(scope, evaluation)
            assigned[name] = scope[name] = _kept(name, value, evaluation)
        return assigned


class ScriptError(FeelError):
    """A value cannot be kept in a variable; the text is a Japanese sentence."""

    code = "feel_script"


def _kept(name: str, value: Any, evaluation: Evaluation) -> Any:
    _weigh(value, evaluation)
    try:
        return storable(value, name)
    except UnstorableError as error:
        raise ScriptError(str(error)) from error


def _weigh(value: Any, evaluation: Evaluation) -> None:
    """Charge for every part, shared parts again: a copy would make each of them anew."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, dict)):
            evaluation.charge(1 + len(part))
            waiting.extend(part.values() if isinstance(part, dict) else part)


def assignments(tokens: Tokens) -> Iterator[tuple[str, Node]]:
    """The lines of a script.

    Raises:
        FeelSyntaxError: a line is no assignment.
    """
    tokens.at = skip(tokens.source, 0)
    while tokens.at < len(tokens.source):
        yield _target(tokens), Parser(tokens).expression()
        end = tokens.operator()
        if end.kind != END:
            raise tokens.unexpected(end, later("一行に「名前 = 式」を一つ書きます。"))
        tokens.at = skip(tokens.source, tokens.at)


def _target(tokens: Tokens) -> str:
    found = PLAIN_NAME.match(tokens.source, tokens.at)
    equals = _EQUALS.match(tokens.source, found.end()) if found else None
    if found is None or equals is None:
        raise tokens.error(
            tokens.at, later("代入ではありません。"), later("「名前 = 式」と書きます。")
        )
    tokens.at = equals.end()
    return found.group()
