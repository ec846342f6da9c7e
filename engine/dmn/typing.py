"""Do the operations of a model's expressions fit the types, and its calls the functions?

The kinds of values are followed from the input data through every boxed expression.  What is not
known is let pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from engine.dmn import tree
from engine.dmn.cells import constants_of
from engine.dmn.elements import Binding, DecisionElement, InputElement, ServiceElement
from engine.dmn.kinds import of_type
from engine.dmn.model import Model
from engine.dmn.names import Names
from engine.dmn.types import UnknownTypeError
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence
from engine.feel.checking.calls import fits, of_arguments
from engine.feel.checking.checker import ARGUMENTS, CLASH, NO_FUNCTION
from engine.feel.checking.kinds import (
    BOOLEAN,
    CONTEXT,
    LIST,
    NUMBER,
    SINGLE,
    UNKNOWN,
    Kind,
    Parameter,
    either,
    list_of,
    word,
)
from engine.feel.checking.looking import Found, Surroundings, Wanted, of_expression, of_tests
from engine.feel.errors import FeelSyntaxError

_SEVERAL: Final = frozenset(
    {tree.HitPolicy.COLLECT, tree.HitPolicy.RULE_ORDER, tree.HitPolicy.OUTPUT_ORDER}
)
_SHOWN: Final = 60  # characters of an expression repeated in a message
Scope = Mapping[str, Kind]


def check_types(model: Model) -> Iterator[Finding]:
    """Every operation and call of the file's own expressions that can have no result."""
    definitions = model.definitions
    every: tuple[tree.Decision | tree.Knowledge, ...] = (
        *definitions.knowledge,
        *definitions.decisions,
    )
    for drawn in every:
        walker = _Walker(model, drawn)
        walker.look()
        yield from walker.findings


class _Walker:
    """Goes through the logic of one decision or function."""

    def __init__(self, model: Model, drawn: tree.Decision | tree.Knowledge) -> None:
        self.findings: list[Finding] = []
        self._model = model
        self._drawn = drawn
        self._types = model.types.feel()
        self._inputs = {one.name for one in model.definitions.inputs}
        self._is_open = isinstance(drawn, tree.Decision) and not drawn.requires
        self._by_box: Mapping[type, Callable[[Any, Scope], Kind]] = {
            tree.Literal: self._literal,
            tree.ContextBox: self._context,
            tree.ListBox: self._list,
            tree.RelationBox: self._relation,
            tree.FunctionBox: self._function,
            tree.InvocationBox: self._invocation,
            tree.ConditionalBox: self._conditional,
            tree.FilterBox: self._filter,
            tree.IteratorBox: self._iterator,
            tree.TableBox: self._table,
        }

    def look(self) -> None:
        drawn = self._drawn
        element = self._model.elements.get((self._model.definitions.namespace, drawn.id))
        scope = _scope(self._model, () if element is None else element.bindings)
        if isinstance(drawn, tree.Knowledge):
            scope[drawn.variable.name] = _of_function(self._model, drawn.logic)
            self._kind(drawn.logic, scope)
        else:
            self._kind(drawn.logic, scope, drawn.variable.type_ref)

    def _kind(self, box: tree.Expression | None, scope: Scope, type_ref: str = "") -> Kind:
        """What the box gives; a type written on it or beside it must fit what is known of it."""
        if box is None:
            return UNKNOWN
        found = self._by_box[type(box)](box, scope)
        for reference in (box.type_ref, type_ref):
            declared = _declared(self._model, reference)
            if found.is_known and not _suits(declared, found):
                self._say(CLASH, box, _misfit(reference, found))
            found = declared if declared.is_known else found
        return found

    def _literal(self, box: tree.Literal, scope: Scope) -> Kind:
        return self._expression(box, scope)

    def _expression(self, box: tree.Literal, scope: Scope, wanted: Wanted | None = None) -> Kind:
        if not box.text:
            return UNKNOWN
        try:
            kind, found = of_expression(box.text, self._around(scope), wanted)
        except FeelSyntaxError:  # told when it was compiled
            return UNKNOWN
        self._tell(box, found)
        return kind

    def _around(self, scope: Scope) -> Surroundings:
        names = Names(frozenset(scope), self._model.members).known
        return Surroundings(scope=scope, names=names, types=self._types)

    def _tell(self, box: tree.Literal, found: list[Found]) -> None:
        for one in found:
            if one.code != NO_FUNCTION or self._is_open:  # else it was told as an unknown name
                self._say(one.code, box, one.message, one.line, one.column)

    def _say(
        self, code: str, box: tree.Expression, message: Sentence, line: int = 1, column: int = 0
    ) -> None:
        if isinstance(box, tree.Literal):
            text = box.text if len(box.text) <= _SHOWN else f"{box.text[:_SHOWN]}…"
            message = Sentence("式「%(text)s」：%(message)s", text=text, message=message)
        start = box.line if isinstance(box, tree.Literal) else 0
        self.findings.append(
            Finding(
                code=code,
                message=message,
                element_id=box.id or self._drawn.id,
                element_name=self._drawn.name,
                file=self._model.definitions.file,
                line=start + line - 1 if start else 0,
                column=column,
            )
        )

    def _condition(self, box: tree.Expression | None, scope: Scope) -> None:
        wanted = Wanted(what=Sentence("条件"), kinds=(BOOLEAN,))
        if isinstance(box, tree.Literal):
            self._expression(box, scope, wanted)
            return
        complaint = wanted.complaint(self._kind(box, scope))
        if complaint and box is not None:
            self._say(CLASH, box, complaint)

    def _context(self, box: tree.ContextBox, scope: Scope) -> Kind:
        entries: dict[str, Kind] = {}
        for entry in box.entries:
            inner = {**scope, **entries}
            if entry.variable is None:
                return self._kind(entry.value, inner)
            kind = self._kind(entry.value, inner, entry.variable.type_ref)
            entries[entry.variable.name] = kind
        return Kind(name=CONTEXT.name, entries=entries)

    def _list(self, box: tree.ListBox, scope: Scope) -> Kind:
        return _list_of([self._kind(item, scope) for item in box.items])

    def _relation(self, box: tree.RelationBox, scope: Scope) -> Kind:
        rows = [
            {
                column.name: self._kind(cell, scope, column.type_ref)
                for column, cell in zip(box.columns, row, strict=False)
            }
            for row in box.rows
        ]
        return _list_of([Kind(name=CONTEXT.name, entries=row) for row in rows])

    def _function(self, box: tree.FunctionBox, scope: Scope) -> Kind:
        made = _of_function(self._model, box)
        inner = {one.name: one.kind for one in made.parameters or ()}
        self._kind(box.body, {**scope, **inner})
        return made

    def _invocation(self, box: tree.InvocationBox, scope: Scope) -> Kind:
        function = self._kind(box.function, scope)
        given = {name: (value, self._kind(value, scope)) for name, value in box.bindings}
        if function.parameters is None:
            return function.result or UNKNOWN
        called = box.function.text if isinstance(box.function, tree.Literal) else "function"
        for said in of_arguments(called, [one.name for one in function.parameters], list(given)):
            self._say(ARGUMENTS, box, said)
        for parameter in function.parameters:
            value, kind = given.get(parameter.name, (None, UNKNOWN))
            if value is not None and not fits(parameter.kind.name, kind):
                self._say(ARGUMENTS, value, _unfit(called, parameter.name, kind))
        return function.result or UNKNOWN

    def _conditional(self, box: tree.ConditionalBox, scope: Scope) -> Kind:
        self._condition(box.condition, scope)
        return either(self._kind(box.then, scope), self._kind(box.otherwise, scope))

    def _filter(self, box: tree.FilterBox, scope: Scope) -> Kind:
        element = _element(self._kind(box.source, scope))
        is_known = element.entries is not None or element.name in SINGLE
        inner = dict(scope) if is_known else dict.fromkeys(scope, UNKNOWN)
        self._condition(box.match, {**inner, **(element.entries or {}), "item": element})
        return list_of(element)

    def _iterator(self, box: tree.IteratorBox, scope: Scope) -> Kind:
        inner = {**scope, box.variable: _element(self._kind(box.source, scope))}
        if box.kind is tree.Kind.FOR:
            return list_of(self._kind(box.body, {**inner, "partial": LIST}))
        self._condition(box.body, inner)
        return BOOLEAN

    def _table(self, box: tree.TableBox, scope: Scope) -> Kind:
        for number, column in enumerate(box.inputs):
            self._column(box, number, self._kind(column.expression, scope), scope)
        for number, output in enumerate(box.outputs):
            for rule in box.rules:
                self._kind(rule.outputs[number], scope, output.type_ref)
        return _of_table(self._model, box)

    def _column(self, box: tree.TableBox, number: int, kind: Kind, scope: Scope) -> None:
        """Each text once; constants against a declared type are the business of the table check."""
        expression = box.inputs[number].expression
        is_declared = bool(expression.type_ref) or expression.text in self._inputs
        cells = {rule.inputs[number].text: rule.inputs[number] for rule in reversed(box.rules)}
        for text, cell in cells.items():
            if text in ("", "-"):
                continue
            is_told = is_declared and constants_of(text) is not None
            try:
                around = self._around({**scope, "?": UNKNOWN if is_told else kind})
                self._tell(cell, of_tests(text, around))
            except FeelSyntaxError:  # told when it was compiled
                continue


def _scope(model: Model, bindings: tuple[Binding, ...]) -> dict[str, Kind]:
    """What the requirements of an element bring into scope."""
    made: dict[str, Kind] = {}
    for binding in bindings:
        kind = _of_element(model, binding)
        if binding.alias:
            before = made.get(binding.alias, CONTEXT).entries or {}
            made[binding.alias] = Kind(name=CONTEXT.name, entries={**before, binding.name: kind})
        else:
            made[binding.name] = kind
    return made


def _of_element(model: Model, binding: Binding) -> Kind:
    element, drawn = model.elements.get(binding.key), model.drawn.get(binding.key)
    if isinstance(element, (InputElement, DecisionElement)):
        return of_type(element.type)
    if isinstance(element, ServiceElement):
        parameters = tuple(
            Parameter(name=one.name, kind=of_type(type_))
            for one, type_ in zip(element.parameters, element.types, strict=True)
        )
        return Kind(name="function", parameters=parameters, result=of_type(element.type))
    is_own = binding.key[0] == model.definitions.namespace
    logic = drawn.logic if isinstance(drawn, tree.Knowledge) else None
    if logic is None or is_own:
        return _of_function(model, logic)
    names = tuple(Parameter(name=one.name, kind=UNKNOWN) for one in logic.parameters)
    return Kind(name="function", parameters=names, result=UNKNOWN)


def _of_function(model: Model, box: tree.FunctionBox | None) -> Kind:
    parameters = tuple(
        Parameter(name=one.name, kind=_declared(model, one.type_ref))
        for one in (box.parameters if box else ())
    )
    return Kind(name="function", parameters=parameters, result=UNKNOWN)


def _of_table(model: Model, box: tree.TableBox) -> Kind:
    """A single answer, or a list of answers where the policy gives several."""
    if box.aggregation is not None:
        return NUMBER if box.aggregation is tree.Aggregation.COUNT else UNKNOWN
    kinds = {one.name: _declared(model, one.type_ref) for one in box.outputs}
    one = next(iter(kinds.values()), UNKNOWN)
    answer = one if len(kinds) < 2 else Kind(name=CONTEXT.name, entries=kinds)  # noqa: PLR2004
    return list_of(answer) if box.hit_policy in _SEVERAL else answer


def _declared(model: Model, reference: str) -> Kind:
    try:
        return of_type(model.types.find(reference))
    except UnknownTypeError:  # told when it was compiled
        return UNKNOWN


def _suits(declared: Kind, found: Kind) -> bool:
    """Whether a value of the kind may become one of the type; see `types.Type.convert`."""
    if not declared.is_known or found.name in (declared.name, "list", "function"):
        return True
    return (declared.name, found.name) == ("date and time", "date")


def _element(source: Kind) -> Kind:
    return (source.element or UNKNOWN) if source.name in ("list", "range") else UNKNOWN


def _list_of(kinds: list[Kind]) -> Kind:
    element = kinds[0] if kinds else UNKNOWN
    for kind in kinds[1:]:
        element = either(element, kind)
    return list_of(element)


def _misfit(reference: str, kind: Kind) -> Sentence:
    return Sentence(
        "値が型「%(type)s」に合いません（%(kind)sになっています）。",
        type=reference,
        kind=word(kind.name),
    )


def _unfit(function: str, name: str, kind: Kind) -> Sentence:
    return Sentence(
        "関数「%(function)s」の引数「%(name)s」に%(kind)sは渡せません。",
        function=function,
        name=name,
        kind=word(kind.name),
    )
