"""A text of any kind -> what is wrong with its operations, with line and column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.domain.sentence import Sentence
from engine.feel.checking.checker import Checker, Fault
from engine.feel.checking.kinds import UNKNOWN, Kind, word
from engine.feel.expression import parse_expression, parse_script, parse_unary_tests
from engine.feel.tree import Name, Node, parts_of
from engine.feel.types import FeelType


@dataclass(frozen=True, kw_only=True)
class Found:
    """A mistake with its place in the text, counted from 1."""

    code: str
    message: Sentence
    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known around a text: names in scope, functions handed in, types of the model.

    `names`: more names that hold spaces or signs, such as those behind a dot.
    """

    scope: Mapping[str, Kind]
    functions: Collection[str] = ()
    names: Collection[str] = ()
    types: Mapping[str, FeelType] | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What stands in a place: `what` names it, such as 条件, `kinds` are those it may be of."""

    what: Sentence
    kinds: tuple[Kind, ...]

    def complaint(self, kind: Kind) -> Sentence | None:
        names = [one.name for one in self.kinds]
        if not kind.is_known or kind.name in names:
            return None
        return Sentence(
            "%(what)sは%(wanted)sにします（%(kind)sになっています）。",
            what=self.what,
            wanted=word(names[0]),
            kind=word(kind.name),
        )


def of_expression(
    source: str, around: Surroundings, wanted: Wanted | None = None
) -> tuple[Kind, list[Found]]:
    """The kind of the value and the mistakes.

    Raises:
        FeelSyntaxError: the text is no expression.
    """
    node = parse_expression(source, (*around.scope, *around.names), around.types)
    checker = Checker(around.scope, around.functions)
    kind = checker.kind(node)
    faults = checker.faults
    complaint = wanted.complaint(kind) if wanted else None
    if complaint:
        faults = [*faults, Fault(code="type_clash", message=complaint, at=node.at)]
    return kind, _placed(source, faults)


def of_tests(source: str, around: Surroundings) -> list[Found]:
    """The mistakes in a cell; the kind of its input stands in the scope as `?`.

    Raises:
        FeelSyntaxError: the text is no list of tests.
    """
    node = parse_unary_tests(source, (*around.scope, *around.names), around.types)
    checker = Checker(around.scope, around.functions)
    checker.kind(node)
    return _placed(source, checker.faults)


def of_script(source: str, around: Surroundings) -> tuple[dict[str, Kind], list[Found]]:
    """The kinds of what is assigned, and the mistakes; each line sees what came before.

    Raises:
        FeelSyntaxError: a line is no assignment.
    """
    checker = Checker(around.scope, around.functions)
    assigned: dict[str, Kind] = {}
    for name, node in parse_script(source):
        assigned[name] = checker.kind(node)
        checker.bind(name, assigned[name])
    return assigned, _placed(source, checker.faults)


def place_of(source: str, node: Node, name: str) -> tuple[int, int]:
    """Line and column where the name is first read; (0, 0) when it is not."""
    waiting = [node]
    places = []
    while waiting:
        one = waiting.pop()
        waiting.extend(parts_of(one))
        if isinstance(one, Name) and one.name == name:
            places.append(one.at)
    return line_and_column(source, min(places)) if places else (0, 0)


def line_and_column(source: str, at: int) -> tuple[int, int]:
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


def unknown(*names: str) -> dict[str, Kind]:
    """Names in scope of which nothing is known."""
    return dict.fromkeys(names, UNKNOWN)


def _placed(source: str, faults: list[Fault]) -> list[Found]:
    ordered = sorted(faults, key=lambda fault: fault.at)
    return [
        Found(code=one.code, message=one.message, line=line, column=column)
        for one in ordered
        for line, column in [line_and_column(source, one.at)]
    ]
