"""What does a type written in a decision file mean, and does a value conform to it?

Null conforms to every type.  A value that does not conform becomes null with a note; a list of
one element stands for the element, a date for its midnight in UTC (DMN 1.5, 10.3.2.9.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from engine.dmn import tree
from engine.domain.sentence import Sentence
from engine.feel.evaluation import Evaluation
from engine.feel.expression import Expression
from engine.feel.types import BASIC, FeelType, context_of, function_of, list_of

_BASIC: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_ANYTHING: Final = frozenset({"", "Any", "any", "Undefined", "undefined"})


class UnknownTypeError(Exception):
    """A type reference names nothing; the text is the reference as written."""


@dataclass(frozen=True, kw_only=True)
class Type:
    """A type after resolution.

    `shape`: the type apart from allowed values.  `constraints`: tests that a value must pass.
    `element` and `components`: the types of the parts, which have constraints of their own;
    `result`: what a function returns.
    """

    name: str
    shape: FeelType
    element: Type | None = None
    components: Mapping[str, Type] = field(default_factory=dict)
    result: Type | None = None
    constraints: tuple[Expression, ...] = ()

    def accepts(self, value: Any, evaluation: Evaluation) -> bool:
        """Whether the value conforms as it is, without conversion."""
        if value is None:
            return True
        if not self.shape.holds(value):
            return False
        is_basic = not (self.constraints or self.element or self.components)
        return is_basic or self._accepts_details(value, evaluation)

    def _accepts_details(self, value: Any, evaluation: Evaluation) -> bool:
        return self._accepts_parts(value, evaluation) and all(
            one.evaluate({"?": value}, evaluation) is True for one in self.constraints
        )

    def _accepts_parts(self, value: Any, evaluation: Evaluation) -> bool:
        element = self.element
        if element is not None:
            return all(element.accepts(one, evaluation) for one in value)
        return all(
            key in value and component.accepts(value[key], evaluation)
            for key, component in self.components.items()
        )

    def convert(self, value: Any, evaluation: Evaluation, place: str) -> Any:
        """The value in this type, or null with a note that names `place`."""
        if self.accepts(value, evaluation):
            return value
        for converted in self._conversions(value):
            if self.accepts(converted, evaluation):
                return converted
        evaluation.note(
            "type_mismatch",
            Sentence(
                "「%(place)s」の値が型「%(name)s」に合わないため、nullとします。",
                place=place,
                name=self.name,
            ),
        )
        return None

    def _conversions(self, value: Any) -> Iterable[Any]:
        if isinstance(value, list) and len(value) == 1 and not self.shape.is_list:
            yield value[0]
        if self.shape is BASIC["date and time"] and type(value) is date:
            yield datetime.combine(value, time(0), UTC)

    def feel(self) -> FeelType:
        """The type as expressions know it: conformance does not look at allowed values."""
        if self.element is not None:
            return list_of(self.element.feel())
        if self.components:
            return context_of({name: one.feel() for name, one in self.components.items()})
        return self.shape


ANY_TYPE: Final = Type(name="Any", shape=BASIC["Any"])


class Types:
    """The types of one model: the standard's, its item definitions, those of its imports."""

    def __init__(
        self,
        items: Iterable[tree.Item],
        imported: Mapping[str, Types],
        tests: Callable[[tree.Literal], Expression],
    ) -> None:
        self._items = {item.name: item for item in items}
        self._imported = imported
        self._tests = tests
        self._made: dict[str, Type] = {}

    def feel(self) -> dict[str, FeelType]:
        """The types found so far by the names expressions use: `tPerson`, `import.tPerson`."""
        found = {name: type_.feel() for name, type_ in self._made.items() if name in self._items}
        for alias, types in self._imported.items():
            found |= {f"{alias}.{name}": type_ for name, type_ in types.feel().items()}
        return found

    def members(self) -> Iterator[str]:
        """Names that may follow a dot in expressions: of components, at any depth."""
        stack = list(self._items.values())
        while stack:
            item = stack.pop()
            stack.extend(item.components)
            yield from (component.name for component in item.components)

    def find(self, reference: str) -> Type:
        """The type a reference names.

        Raises:
            UnknownTypeError: it names nothing, or itself.
        """
        if reference not in self._made:
            self._made[reference] = self._resolve(reference, frozenset())
        return self._made[reference]

    def _resolve(self, reference: str, within: frozenset[str]) -> Type:
        if reference in _ANYTHING:
            return ANY_TYPE
        if reference in self._items:
            if reference in within:
                raise UnknownTypeError(reference)
            return self._item(self._items[reference], within | {reference})
        plain = reference.rpartition(":")[2]  # DMN 1.1 writes qualified names: feel:number, own:tA
        if plain != reference and plain in self._items:
            return self._resolve(plain, within)
        shape = BASIC.get(_BASIC.get(plain, plain))
        if shape is not None:
            return Type(name=shape.name, shape=shape)
        return self._qualified(reference, within)

    def _qualified(self, reference: str, within: frozenset[str]) -> Type:
        """`import.type`, or `type.component`."""
        head, _, rest = reference.partition(".")
        if rest and head in self._imported:
            return self._imported[head].find(rest)
        if rest and head in self._items:
            component = self._resolve(head, within).components.get(rest)
            if component is not None:
                return component
        raise UnknownTypeError(reference)

    def _item(self, item: tree.Item, within: frozenset[str]) -> Type:
        base = self._base(item, within)
        allowed = () if item.allowed is None else (self._tests(item.allowed),)
        constraint = () if item.constraint is None else (self._tests(item.constraint),)
        if not item.is_collection:
            constraints = base.constraints + allowed + constraint
            return replace(base, name=item.name, constraints=constraints)
        # Allowed values speak of each element, a type constraint of the collection as a whole.
        element = replace(base, constraints=base.constraints + allowed)
        return Type(name=item.name, shape=BASIC["list"], element=element, constraints=constraint)

    def _base(self, item: tree.Item, within: frozenset[str]) -> Type:
        if item.function is not None:
            return self._function(item, within)
        if item.components:
            components = {one.name: self._item(one, within) for one in item.components}
            return Type(name=item.name, shape=BASIC["context"], components=components)
        return self._resolve(item.type_ref, within)

    def _function(self, item: tree.Item, within: frozenset[str]) -> Type:
        parameters, result = item.function or ((), "")
        types = [self._resolve(one.type_ref, within).feel() for one in parameters]
        returned = self._resolve(result, within)
        return Type(name=item.name, shape=function_of(types, returned.feel()), result=returned)
