"""How do the parts of one file become computable elements?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.dmn import tree
from engine.dmn.compiling import Compiler
from engine.dmn.elements import (
    Binding,
    DecisionElement,
    Element,
    FunctionElement,
    InputElement,
    ServiceElement,
)
from engine.dmn.linking import Drawn, Linker, order_of
from engine.dmn.names import Names, members_of
from engine.dmn.run import Code, Key
from engine.dmn.tables import Table
from engine.dmn.types import ANY_TYPE, Type, Types
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence
from engine.feel.expression import Expression, compile_unary_tests

_SERVICE_FRAMES = 5  # from the call of a service to the logic of a decision inside


@dataclass(kw_only=True)
class Builder:
    """Builds the elements of one file; mistakes are added to `findings`."""

    definitions: tree.Definitions
    findings: list[Finding]
    types: Types = field(init=False)
    elements: dict[Key, Element] = field(default_factory=dict)
    drawn: dict[Key, Drawn] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    members: frozenset[str] = frozenset()
    _compiler: Compiler = field(init=False)
    _frames: int = 0  # the most that any decision so far needs
    _imported_types: dict[str, Types] = field(default_factory=dict)
    _imported: dict[Key, tuple[Drawn, Element]] = field(default_factory=dict)

    def miss_import(self, wanted: tree.Import) -> None:
        self._complain(
            "missing_import",
            Sentence(
                "取り込むモデル「%(name)s」がありません。", name=wanted.name or wanted.namespace
            ),
        )

    def add_import(
        self,
        wanted: tree.Import,
        types: Types,
        drawn: Mapping[Key, Drawn],
        elements: Mapping[Key, Element],
    ) -> None:
        self._imported_types[wanted.name] = types
        self.drawn |= drawn
        self.elements |= elements
        self._imported |= {key: (drawn[key], elements[key]) for key in elements if key in drawn}

    def build(self) -> None:
        self.types = Types(self.definitions.items, self._imported_types, self._allowed)
        self._compiler = Compiler(
            file=self.definitions.file, types=self.types, findings=self.findings, tables=self.tables
        )
        self._check_items()
        linker = Linker(
            definitions=self.definitions, imported=self._imported, complain=self._complain
        )
        self.members = members = frozenset(self._members())
        for drawn in linker.in_order():
            key = (self.definitions.namespace, drawn.id)
            self.drawn[key] = drawn
            self.elements[key] = self._element(key, drawn, linker, members)

    def _element(self, key: Key, drawn: Drawn, linker: Linker, members: frozenset[str]) -> Element:
        if isinstance(drawn, tree.InputData):
            type_ = self._compiler.type(drawn.variable.type_ref, drawn.id)
            return InputElement(key=key, name=drawn.name, type=type_)
        if isinstance(drawn, tree.Service):
            return self._service(key, drawn, linker)
        self._compiler.owner = drawn
        if isinstance(drawn, tree.Knowledge):
            return self._knowledge(key, drawn, linker, members)
        bindings = linker.bindings(drawn.requires + drawn.knowledge, drawn)
        names = _seen(bindings, members)
        if drawn.logic is None:
            self._complain(
                "no_logic",
                Sentence("「%(name)s」に判断の中身がありません。", name=drawn.name),
                drawn,
            )
        return DecisionElement(
            key=key,
            name=drawn.name,
            type=self._compiler.type(drawn.variable.type_ref, drawn.id),
            bindings=bindings,
            code=self._code(drawn.logic, names if drawn.requires else names.opened()),
        )

    def _code(self, logic: tree.Expression | None, names: Names) -> Code:
        code, frames = self._compiler.measured(logic, names)
        self._frames = max(self._frames, frames)
        return code

    def _knowledge(
        self, key: Key, drawn: tree.Knowledge, linker: Linker, members: frozenset[str]
    ) -> Element:
        bindings = linker.bindings(drawn.knowledge, drawn)
        names = _seen(bindings, members).plus(drawn.variable.name)
        logic = drawn.logic or tree.FunctionBox()
        return FunctionElement(
            key=key,
            name=drawn.variable.name,
            bindings=bindings,
            code=self._compiler.function(logic, names, drawn.variable.type_ref),
        )

    def _service(self, key: Key, drawn: tree.Service, linker: Linker) -> Element:
        parameters = linker.bindings(drawn.input_data + drawn.input_decisions, drawn)
        outputs = linker.bindings(drawn.outputs, drawn)
        given = frozenset(parameter.key for parameter in parameters)
        self._compiler.owner = None
        return ServiceElement(
            key=key,
            name=drawn.variable.name,
            type=self._compiler.result_type(drawn.variable.type_ref, drawn.id),
            parameters=parameters,
            types=tuple(self._parameter_type(one.key) for one in parameters),
            order=order_of([one.key for one in outputs], self.elements, given),
            outputs=outputs,
            frames=_SERVICE_FRAMES + self._frames,
        )

    def _parameter_type(self, key: Key) -> Type:
        element = self.elements.get(key)
        return element.type if isinstance(element, (InputElement, DecisionElement)) else ANY_TYPE

    def _allowed(self, literal: tree.Literal) -> Expression:
        """The tests of an item definition; unreadable ones are findings and allow nothing."""
        names = Names(frozenset({"?", "item"}), frozenset())
        return self._compiler.tests(literal, names) or compile_unary_tests("false")

    def _check_items(self) -> None:
        self._compiler.owner = None
        for item in self.definitions.items:
            self._compiler.type(item.name, item.name)
        self._compiler.feel_types = self.types.feel()

    def _members(self) -> Iterator[str]:
        yield from members_of(self.definitions)
        for drawn, _ in self._imported.values():
            yield drawn.variable.name
        for types in self._imported_types.values():
            yield from types.members()

    def _complain(self, code: str, message: str, where: Drawn | None = None) -> None:
        self.findings.append(
            Finding(
                code=code,
                message=message,
                element_id="" if where is None else where.id,
                element_name="" if where is None else where.name,
                file=self.definitions.file,
            )
        )


def _seen(bindings: Sequence[Binding], members: frozenset[str]) -> Names:
    """What the logic of an element may name: what it requires, or the import it comes from."""
    return Names(frozenset(one.alias or one.name for one in bindings), members)
