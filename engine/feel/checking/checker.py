"""Which operations of an expression can never have a result, whatever the values are?

The kinds of values are followed through the tree.  What is not known is let pass; so everything
found is a mistake, but not every mistake is found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from engine.domain.sentence import Sentence
from engine.feel import tree
from engine.feel.builtins.registry import BUILTINS
from engine.feel.builtins.signature import Builtin
from engine.feel.checking import calls
from engine.feel.checking.kinds import (
    BOOLEAN,
    BY_NAME,
    CONTEXT,
    FUNCTION,
    LIST,
    NUMBER,
    ORDERED,
    PARTS,
    RANGE,
    SINGLE,
    UNKNOWN,
    Kind,
    Parameter,
    computed,
    either,
    list_of,
    of_value,
    word,
)
from engine.feel.checking.results import result_of
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import DEFAULT_LIMITS
from engine.feel.nearby import hint
from engine.feel.temporal_text import read_any

CLASH: Final = "type_clash"
ARGUMENTS: Final = "wrong_arguments"
ENTRY: Final = "unknown_entry"
NO_FUNCTION: Final = "unknown_function"
_INPUT: Final = "?"
_FILTERS: Final = frozenset({"boolean", "number"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One mistake: `code` names the rule, `at` is its offset in the text."""

    code: str
    message: Sentence
    at: int


class Checker:
    """Follows the kinds through one tree after the other; `faults` is filled on the way.

    `scope`: the names in scope with what is known of them; `functions`: names of functions that
    are handed in, of which nothing is known.
    """

    def __init__(self, scope: Mapping[str, Kind], functions: Collection[str] = ()) -> None:
        self.faults: list[Fault] = []
        self._scope = dict(scope)
        self._functions = frozenset(functions)
        self._bound: frozenset[str] = frozenset()
        self._level = 0
        self._open = False  # inside a filter over things whose entries are not known
        self._by_node: Mapping[type[tree.Node], Callable[[Any], Kind]] = {
            tree.Literal: lambda node: of_value(node.value),
            tree.AtLiteral: _at_literal,
            tree.Name: self._name,
            tree.Negation: self._negation,
            tree.Arithmetic: self._arithmetic,
            tree.Comparison: self._comparison,
            tree.Logic: self._logic,
            tree.Between: self._between,
            tree.In: self._in,
            tree.InstanceOf: self._instance_of,
            tree.If: self._if,
            tree.For: self._for,
            tree.Quantified: self._quantified,
            tree.FunctionDefinition: self._function,
            tree.Call: self._call,
            tree.Filter: self._filter,
            tree.Path: self._path,
            tree.ListLiteral: self._list,
            tree.ContextLiteral: self._context,
            tree.RangeLiteral: self._range,
            tree.UnaryComparison: self._unary,
            tree.UnaryTests: self._tests,
        }

    def kind(self, node: tree.Node) -> Kind:
        """The kind of what the node gives; unknown where the text is nested deeper than allowed."""
        if self._level > DEFAULT_LIMITS.depth:
            return UNKNOWN
        self._level += 1
        found = self._by_node[type(node)](node)
        self._level -= 1
        return found

    def bind(self, name: str, kind: Kind) -> None:
        """From now on the name is in scope."""
        self._scope[name] = kind

    def _add(self, code: str, at: int, message: Sentence) -> None:
        self.faults.append(Fault(code=code, message=message, at=at))

    @contextmanager
    def _binding(self, names: Mapping[str, Kind]) -> Iterator[None]:
        scope, bound = self._scope, self._bound
        self._scope, self._bound = {**scope, **names}, bound | names.keys()
        yield
        self._scope, self._bound = scope, bound

    def _name(self, node: tree.Name) -> Kind:
        found = self._scope.get(node.name)
        if found is not None:
            return found
        function = BUILTINS.get(node.name)
        is_value = isinstance(function, Builtin) and not function.only_called
        return FUNCTION if is_value else UNKNOWN

    def _negation(self, node: tree.Negation) -> Kind:
        kind = self.kind(node.operand)
        if kind.is_known and computed("*", kind, NUMBER) is None:
            said = Sentence("%(kind)sに負号は付けられません。", kind=word(kind.name))
            self._add(CLASH, node.at, said)
            return UNKNOWN
        return kind

    def _arithmetic(self, node: tree.Arithmetic) -> Kind:
        left, right = self.kind(node.left), self.kind(node.right)
        result = computed(node.operator, left, right)
        if result is not None:
            return result
        if left.is_known and right.is_known:
            said = Sentence(
                "%(left)s %(operator)s %(right)s は計算できません。型を確かめます。",
                left=word(left.name),
                operator=node.operator,
                right=word(right.name),
            )
        else:
            known = word(left.name or right.name)
            said = Sentence(
                "%(kind)sは %(operator)s で計算できません。型を確かめます。",
                kind=known,
                operator=node.operator,
            )
        self._add(CLASH, node.at, said)
        return UNKNOWN

    def _comparison(self, node: tree.Comparison) -> Kind:
        left, right = self.kind(node.left), self.kind(node.right)
        self._compare(node.at, left, right)
        if node.operator not in ("=", "!="):
            self._order(node.at, left, right)
        return BOOLEAN

    def _compare(self, at: int, left: Kind, right: Kind) -> None:
        if left.name != right.name and {left.name, right.name} <= SINGLE:
            said = Sentence(
                "%(left)sと%(right)sは比べられません。同じ型にします。",
                left=word(left.name),
                right=word(right.name),
            )
            self._add(CLASH, at, said)

    def _order(self, at: int, *kinds: Kind) -> None:
        for kind in kinds:
            if kind.is_known and kind.name not in ORDERED:
                self._add(CLASH, at, Sentence("%(kind)sに大小はありません。", kind=word(kind.name)))
                return

    def _require(self, node: tree.Node, kind: Kind, what: Sentence) -> None:
        """Complain unless it is a truth value, or unknown."""
        if kind.is_known and kind != BOOLEAN:
            said = Sentence(
                "%(what)sは真偽値にします（%(kind)sになっています）。",
                what=what,
                kind=word(kind.name),
            )
            self._add(CLASH, node.at, said)

    def _logic(self, node: tree.Logic) -> Kind:
        for operand in node.operands:
            what = Sentence("%(operator)s の前後", operator=node.operator)
            self._require(operand, self.kind(operand), what)
        return BOOLEAN

    def _between(self, node: tree.Between) -> Kind:
        value = self.kind(node.value)
        for end in (node.low, node.high):
            self._compare(end.at, value, self.kind(end))
        self._order(node.at, value)
        return BOOLEAN

    def _in(self, node: tree.In) -> Kind:
        value = self.kind(node.value)
        for test in node.tests:
            self._test(value, test)
        return BOOLEAN

    def _test(self, value: Kind, test: tree.Node) -> None:
        """A test about `?` is a condition, any other is compared with the value."""
        kind = self.kind(test)
        if tree.mentions(test, _INPUT):
            self._require(test, kind, Sentence("条件"))
            return
        against = kind.element if kind.name in ("list", "range") else kind
        if against is not None and value.name not in ("list", "range"):
            self._compare(test.at, value, against)

    def _tests(self, node: tree.UnaryTests) -> Kind:
        for test in node.tests:
            self._test(self._scope.get(_INPUT, UNKNOWN), test)
        return BOOLEAN

    def _instance_of(self, node: tree.InstanceOf) -> Kind:
        self.kind(node.value)
        return BOOLEAN

    def _if(self, node: tree.If) -> Kind:
        self._require(node.condition, self.kind(node.condition), Sentence("if の条件"))
        return either(self.kind(node.then), self.kind(node.otherwise))

    def _for(self, node: tree.For) -> Kind:
        with self._binding({"partial": LIST, **self._iterated(node.iterators)}):
            return list_of(self.kind(node.body))

    def _quantified(self, node: tree.Quantified) -> Kind:
        with self._binding(self._iterated(node.iterators)):
            self._require(node.body, self.kind(node.body), Sentence("satisfies の条件"))
        return BOOLEAN

    def _iterated(self, iterators: tuple[tree.Iterator, ...]) -> dict[str, Kind]:
        """The variables; a later source sees the variables before it."""
        made: dict[str, Kind] = {}
        for one in iterators:
            with self._binding(made):
                source = self.kind(one.source)
                if one.end is not None:
                    self._compare(one.end.at, source, self.kind(one.end))
            element = source.element if source.name in ("list", "range") else None
            made[one.name] = source if one.end is not None else element or UNKNOWN
        return made

    def _function(self, node: tree.FunctionDefinition) -> Kind:
        parameters = tuple(
            Parameter(name=one.name, kind=_of_type(one.type)) for one in node.parameters
        )
        result = UNKNOWN
        if node.body is not None:
            with self._binding({one.name: one.kind for one in parameters}):
                result = self.kind(node.body)
        return Kind(name="function", parameters=parameters, result=result)

    def _call(self, node: tree.Call) -> Kind:
        named = node.function.name if isinstance(node.function, tree.Name) else ""
        builtin = BUILTINS.get(named)
        own = self._scope.get(named) if named else self.kind(node.function)
        kinds = [self.kind(argument) for argument in node.arguments]
        if own is not None and own.name == "function":
            self._complain(calls.of_function(node, named or "function", own, kinds))
            return own.result or UNKNOWN
        is_hidden = named in self._bound or named in self._functions
        if isinstance(builtin, Builtin) and not is_hidden:
            self._complain(calls.of_builtin(node, builtin, kinds))
            return result_of(named, kinds)
        if own is not None and own.is_known:
            said = Sentence("%(kind)sは関数として呼び出せません。", kind=word(own.name))
            self._add(ARGUMENTS, node.at, said)
        elif own is None and builtin is None and not (self._open or is_hidden):
            self._add(NO_FUNCTION, node.at, no_function(named, self._functions))
        return UNKNOWN

    def _complain(self, complaints: Iterator[calls.Complaint]) -> None:
        for at, message in complaints:
            self._add(ARGUMENTS, at, message)

    def _filter(self, node: tree.Filter) -> Kind:
        source = self.kind(node.source)
        element = (source.element or UNKNOWN) if source.name == "list" else source
        with self._inside(element):
            condition = self.kind(node.condition)
        if condition.is_known and condition.name not in _FILTERS:
            said = Sentence(
                "[ ] の中は条件か番号にします（%(kind)sになっています）。",
                kind=word(condition.name),
            )
            self._add(CLASH, node.condition.at, said)
        if condition.name == "boolean":
            return list_of(element)
        return element if condition.name == "number" else UNKNOWN

    @contextmanager
    def _inside(self, element: Kind) -> Iterator[None]:
        """Entries of the element hide what is outside; where they are unknown, anything may."""
        if element.name in SINGLE:
            with self._binding({"item": element}):
                yield
            return
        hidden: Mapping[str, Kind] = element.entries or dict.fromkeys(self._scope, UNKNOWN)
        before, self._open = self._open, self._open or element.entries is None
        with self._binding({"item": element, **hidden}):
            yield
        self._open = before

    def _path(self, node: tree.Path) -> Kind:
        source = self.kind(node.source)
        if source.name == "list":
            return list_of(self._entry(node, source.element or UNKNOWN))
        return self._entry(node, source)

    def _entry(self, node: tree.Path, source: Kind) -> Kind:
        entries = source.entries if source.name == "context" else PARTS.get(source.name)
        if entries is None or node.name in entries:
            return (entries or {}).get(node.name, UNKNOWN)
        said = Sentence(
            "%(kind)sに「%(name)s」はありません。%(hint)s",
            kind=word(source.name),
            name=node.name,
            hint=hint(node.name, entries),
        )
        self._add(ENTRY, node.at, said)
        return UNKNOWN

    def _list(self, node: tree.ListLiteral) -> Kind:
        kinds = [self.kind(item) for item in node.items]
        if not kinds:
            return LIST
        element = kinds[0]
        for kind in kinds[1:]:
            element = either(element, kind)
        return list_of(element)

    def _context(self, node: tree.ContextLiteral) -> Kind:
        entries: dict[str, Kind] = {}
        for name, value in node.entries:
            itself = {name: FUNCTION} if isinstance(value, tree.FunctionDefinition) else {}
            with self._binding({**entries, **itself}):
                entries[name] = self.kind(value)
        return Kind(name=CONTEXT.name, entries=entries)

    def _range(self, node: tree.RangeLiteral) -> Kind:
        low, high = self.kind(node.low), self.kind(node.high)
        if low.name != high.name and {low.name, high.name} <= SINGLE:
            said = Sentence(
                "%(left)sから%(right)sまでの範囲は作れません。",
                left=word(low.name),
                right=word(high.name),
            )
            self._add(CLASH, node.at, said)
        return Kind(name=RANGE.name, element=low if low.is_known else high)

    def _unary(self, node: tree.UnaryComparison) -> Kind:
        kind = self.kind(node.operand)
        return Kind(name=RANGE.name, element=kind if kind.name in SINGLE else None)


def no_function(name: str, functions: Collection[str]) -> Sentence:
    """That there is no function of that name, and which may have been meant."""
    return Sentence(
        "関数「%(name)s」はありません。%(hint)s",
        name=name,
        hint=hint(name, {*BUILTINS, *functions}),
    )


def _at_literal(node: tree.AtLiteral) -> Kind:
    try:
        return of_value(read_any(node.text))
    except OperationFailed:  # a syntax error, which is told elsewhere
        return UNKNOWN


def _of_type(node: tree.TypeNode | None) -> Kind:
    return UNKNOWN if node is None else BY_NAME.get(node.name, UNKNOWN)
