"""What stands in a decision file, as values: the model before anything is compiled.

Type references and hrefs are kept as written; `types.py` and `graph.py` resolve them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class HitPolicy(StrEnum):
    """How the matched rules of a table become one answer."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of its values."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


class Kind(StrEnum):
    """What a boxed iterator asks of each element."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A name with the type written beside it (empty: any)."""

    name: str
    type_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class Literal:
    """A FEEL expression as text; empty text is no expression."""

    id: str = ""
    type_ref: str = ""
    text: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class ContextEntry:
    """One line of a boxed context; without variable it is the result cell."""

    variable: Variable | None
    value: Expression | None


@dataclass(frozen=True, kw_only=True)
class ContextBox:
    id: str = ""
    type_ref: str = ""
    entries: tuple[ContextEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListBox:
    id: str = ""
    type_ref: str = ""
    items: tuple[Expression, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RelationBox:
    id: str = ""
    type_ref: str = ""
    columns: tuple[Variable, ...] = ()
    rows: tuple[tuple[Expression, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FunctionBox:
    """A function definition; `language` is FEEL, or what it was declared to be (Java, PMML)."""

    id: str = ""
    type_ref: str = ""
    language: str = "FEEL"
    parameters: tuple[Variable, ...] = ()
    body: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class InvocationBox:
    id: str = ""
    type_ref: str = ""
    function: Expression | None = None
    bindings: tuple[tuple[str, Expression | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionalBox:
    id: str = ""
    type_ref: str = ""
    condition: Expression | None = None
    then: Expression | None = None
    otherwise: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class FilterBox:
    id: str = ""
    type_ref: str = ""
    source: Expression | None = None
    match: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class IteratorBox:
    id: str = ""
    type_ref: str = ""
    kind: Kind = Kind.FOR
    variable: str = ""
    source: Expression | None = None
    body: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Input:
    """A column of conditions: its expression, its label on screen, the values it may take."""

    id: str = ""
    label: str = ""
    expression: Literal = field(default_factory=Literal)
    values: Literal | None = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """A column of answers; a single one may be without name."""

    id: str = ""
    name: str = ""
    label: str = ""
    type_ref: str = ""
    values: Literal | None = None
    default: Literal | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row; `index` counts from 1 as people see it, `annotation` joins its annotation cells."""

    id: str
    index: int
    inputs: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    annotation: str = ""


@dataclass(frozen=True, kw_only=True)
class TableBox:
    id: str = ""
    type_ref: str = ""
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[Rule, ...] = ()


Expression = (
    Literal
    | ContextBox
    | ListBox
    | RelationBox
    | FunctionBox
    | InvocationBox
    | ConditionalBox
    | FilterBox
    | IteratorBox
    | TableBox
)


@dataclass(frozen=True, kw_only=True)
class InputData:
    id: str
    name: str
    variable: Variable


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision with the hrefs of what it requires."""

    id: str
    name: str
    variable: Variable
    requires: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    logic: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    variable: Variable
    knowledge: tuple[str, ...] = ()
    logic: FunctionBox | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """A decision service: output decisions computed from given inputs, called like a function."""

    id: str
    name: str
    variable: Variable
    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item definition or component of one; `function` holds parameters and result type."""

    name: str
    type_ref: str = ""
    is_collection: bool = False
    allowed: Literal | None = None
    constraint: Literal | None = None
    components: tuple[Item, ...] = ()
    function: tuple[tuple[Variable, ...], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Import:
    name: str
    namespace: str


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """All of one file, in file order."""

    file: str
    name: str
    namespace: str
    imports: tuple[Import, ...] = ()
    items: tuple[Item, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    services: tuple[Service, ...] = ()
