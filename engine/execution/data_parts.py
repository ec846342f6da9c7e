"""What data does a diagram declare, and who reads and writes them?  One reading for all.

The checks before deployment and the parser read the same; what is wrong shows as something missing
(a reference that is None, a path that is None), and the checks refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lxml import etree

from engine.execution.item_types import ANY, Kind, kind_of
from engine.execution.model import SCOPES
from engine.execution.xml import BPMN, child, children, local, text
from engine.feel import tree
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import parse_expression

PLACEHOLDER: Final = "__targetRef_placeholder"  # drawn by editors where an association has to end
_ITEMS: Final = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "property",
        "dataInput",
        "dataOutput",
    }
)


class Where(StrEnum):
    """Where the value of an item is kept.

    `SHARED`: in the scope that declares it, for all paths in it; `OWN`: with the element, as long
    as it runs; `PATH`: on the path, as all variables (inputs and outputs of what is around it);
    `STORE`: in a register.
    """

    SHARED = "shared"
    OWN = "own"
    PATH = "path"
    STORE = "store"


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that holds a value: a data object, property, data input or output, data store.

    `name`: of the variable, or the register's code.  `home`: id of the element that declares it.
    `kind`: see `item_types`; None for an unknown type.
    """

    id: str
    name: str
    tag: str
    home: str
    kind: Kind | None = ANY
    is_collection: bool = False
    node: etree._Element | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Ref:
    """One end of an association; `state`: of the data object, wanted or to be set."""

    item: Item
    where: Where
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """`path`: the names of `to`, outermost first; None where it is no path."""

    source: str
    path: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Association:
    """How a value gets from one item to another; `target` None: under its own name."""

    sources: tuple[Ref, ...]
    target: Ref | None
    transformation: str | None = None
    assignments: tuple[Assignment, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it copies the value as it is."""
        return self.transformation is None and not self.assignments


@dataclass(frozen=True, kw_only=True)
class IoSet:
    """Inputs or outputs that belong together.  `partners`: ids of the sets it goes with."""

    id: str
    required: frozenset[str]
    members: frozenset[str]
    partners: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataflow:
    """The data of one element: what it declares, reads before it runs, and writes after."""

    inputs: tuple[Item, ...] = ()
    outputs: tuple[Item, ...] = ()
    properties: tuple[Item, ...] = ()
    reads: tuple[Association, ...] = ()
    writes: tuple[Association, ...] = ()
    input_sets: tuple[IoSet, ...] = ()
    output_sets: tuple[IoSet, ...] = ()
    has_interface: bool = False

    @property
    def own(self) -> tuple[str, ...]:
        """The names it has for itself as long as it runs."""
        found = (*self.inputs, *self.outputs, *self.properties, *self.registers)
        return tuple(dict.fromkeys(item.name for item in found))

    @property
    def registers(self) -> tuple[Item, ...]:
        """The registers it reads under their own codes."""
        ends = (one for a in self.reads if a.target is None for one in a.sources)
        return tuple(one.item for one in ends if one.where == Where.STORE)

    @property
    def may_wait(self) -> bool:
        """Whether it may have to wait for data."""
        wanted = any(one.required for one in self.input_sets)
        return wanted or any(s.state for a in self.reads for s in a.sources)


class DataView:
    """All items of a diagram, by id, as an element of it sees them."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._types = {e.get("id", ""): e for e in children(root, "itemDefinition")}
        self._stores = {e.get("id", ""): e for e in children(root, "dataStore")}
        self.nodes: dict[str, etree._Element] = {}
        self._flows: dict[etree._Element, Dataflow] = {}
        self._visible: dict[etree._Element, dict[str, Item]] = {}
        self._names: dict[str, str] = {}
        for element in root.iter(*(f"{{{BPMN}}}{tag}" for tag in _ITEMS)):
            self.nodes.setdefault(element.get("id", ""), element)
            if local(element) == "dataObjectReference" and element.get("name"):
                self._names.setdefault(element.get("dataObjectRef", ""), element.get("name", ""))

    def item(self, node: etree._Element) -> Item:
        """The item that a declaration stands for; of a reference, what it refers to."""
        if local(node) == "dataObjectReference":
            node = self.nodes.get(node.get("dataObjectRef", ""), node)
        if local(node) == "dataStoreReference":
            return self._store(node)
        id_ = node.get("id", "")
        definition = self.definition(node)
        label = node.get("name") or self._names.get(id_)
        return Item(
            id=id_,
            # A property is drawn nowhere: its name is for people, as with lists of repetitions.
            name=label if label and local(node) != "property" else id_,
            tag=local(node),
            home=home_of(node).get("id", ""),
            kind=kind_of(definition),
            is_collection="true"
            in (
                node.get("isCollection"),
                "" if definition is None else definition.get("isCollection"),
            ),
            node=node,
        )

    def definition(self, node: etree._Element) -> etree._Element | None:
        """The item definition that a declaration names."""
        return self._types.get(_plain(node.get("itemSubjectRef")))

    def _store(self, node: etree._Element) -> Item:
        """The code is the first word of the store's name, or of the reference's."""
        store = self._stores.get(_plain(node.get("dataStoreRef")))
        named = reversed([node.get("id", ""), node.get("name")])
        ours = [] if store is None else [store.get("name"), store.get("id")]
        written = next(filter(None, [*ours, *named]), "")
        return Item(
            id=node.get("id", ""),
            name=(written.split() or [""])[0],
            tag="dataStoreReference",
            home=home_of(node).get("id", ""),
            node=node,
        )

    def store_of(self, node: etree._Element) -> etree._Element | None:
        """The data store that a reference names."""
        return self._stores.get(_plain(node.get("dataStoreRef")))

    def find(self, element: etree._Element, id_: str) -> Ref | None:
        """What an association of that element means by the id; None: nothing it can see."""
        node = self.nodes.get(id_)
        if node is None:
            return None
        item = self.item(node)
        if item.node is None or local(item.node) == "dataObjectReference":
            return None
        home = home_of(item.node)
        if home is not element and home not in element.iterancestors():
            return None
        if item.tag == "dataStoreReference":
            where = Where.STORE
        elif home is element:
            where = Where.OWN
        else:
            where = Where.PATH if item.tag in ("dataInput", "dataOutput") else Where.SHARED
        return Ref(item=item, where=where, state=_state(node))

    def declared(self, scope: etree._Element) -> dict[str, Item]:
        """The data objects and properties of a process or sub-process, by name."""
        nodes = children(scope, "dataObject", "property")
        items = [self.item(node) for node in nodes if not is_placeholder(node)]
        return {item.name: item for item in items}

    def visible(self, scope: etree._Element) -> dict[str, Item]:
        """The shared items that elements of a scope see by their names; inner ones hide outer."""
        if scope in self._visible:
            return self._visible[scope]
        found = self._visible[scope] = {}
        for around in reversed([scope, *scope.iterancestors()]):
            if local(around) not in SCOPES:
                continue
            for name in self.dataflow(around).own if local(around) != "process" else ():
                found.pop(name, None)
            found.update(self.declared(around))
        return found

    def dataflow(self, element: etree._Element) -> Dataflow:
        """The data of an activity or event."""
        if element not in self._flows:
            self._flows[element] = self._dataflow(element)
        return self._flows[element]

    def _dataflow(self, element: etree._Element) -> Dataflow:
        place = child(element, "ioSpecification")
        around = element if place is None else place
        own = [one for one in children(element, "property") if not is_placeholder(one)]
        return Dataflow(
            inputs=tuple(self.item(one) for one in children(around, "dataInput")),
            outputs=tuple(self.item(one) for one in children(around, "dataOutput")),
            properties=tuple(self.item(one) for one in own),
            reads=tuple(self._associations(element, "dataInputAssociation")),
            writes=tuple(self._associations(element, "dataOutputAssociation")),
            input_sets=self._input_sets(around),
            output_sets=tuple(self._sets(around, "outputSet", "Output")),
            has_interface=place is not None,
        )

    def _associations(self, element: etree._Element, tag: str) -> Iterator[Association]:
        for node in children(element, tag):
            sources = [self.find(element, text(one)) for one in children(node, "sourceRef")]
            target = self.find(element, text(child(node, "targetRef")))
            if target is not None and is_placeholder(target.item.node):
                target = None
            transformation = child(node, "transformation")
            yield Association(
                sources=tuple(one for one in sources if one is not None),
                target=target,
                transformation=None if transformation is None else text(transformation),
                assignments=tuple(
                    Assignment(
                        source=text(child(one, "from")), path=path_of(text(child(one, "to")))
                    )
                    for one in children(node, "assignment")
                ),
            )

    def _input_sets(self, around: etree._Element) -> tuple[IoSet, ...]:
        """Of an event without any, one of all its inputs."""
        found = tuple(self._sets(around, "inputSet", "Input"))
        names = frozenset(self.item(one).name for one in children(around, "dataInput"))
        return found or ((IoSet(id="", required=names, members=names),) if names else ())

    def _sets(self, around: etree._Element, tag: str, what: str) -> Iterator[IoSet]:
        other, mine = ("outputSet", "inputSetRefs") if what == "Input" else ("inputSet", "")
        for node in children(around, tag):
            members, id_ = self._named(node, f"data{what}Refs"), node.get("id", "")
            named = {text(one) for one in children(node, f"{other}Refs")}
            for one in children(around, other) if mine else ():  # either of the two may name both
                if id_ and id_ in {text(ref) for ref in children(one, mine)}:
                    named.add(one.get("id", ""))
            yield IoSet(
                id=id_,
                required=members - self._named(node, f"optional{what}Refs"),
                members=members,
                partners=frozenset(named),
            )

    def _named(self, node: etree._Element, tag: str) -> frozenset[str]:
        found = (self.nodes.get(text(one)) for one in children(node, tag))
        return frozenset(self.item(one).name for one in found if one is not None)


def home_of(node: etree._Element) -> etree._Element:
    """The element that declares an item: a process, sub-process, activity or event."""
    around = node.getparent()
    if around is not None and local(around) == "ioSpecification":
        around = around.getparent()
    return node if around is None else around


def path_of(source: str) -> tuple[str, ...] | None:
    """The names of a path such as `見積.金額`; None for any other expression."""
    try:
        node: tree.Node = parse_expression(source.strip().removeprefix("="))
    except FeelSyntaxError:
        return None
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.source
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else None


def names_by_id(view: DataView, flow: Dataflow, element: etree._Element) -> Mapping[str, str]:
    """Id -> name of the items of the element and of those around it."""
    own = {item.id: item.name for item in (*flow.inputs, *flow.outputs, *flow.properties)}
    around = {
        id_: found.item.name
        for id_ in view.nodes
        if (found := view.find(element, id_)) is not None and found.where != Where.STORE
    }
    return {**around, **own}


def is_placeholder(node: etree._Element | None) -> bool:
    """Whether it is drawn only because an association has to end somewhere."""
    return node is not None and local(node) == "property" and node.get("name") == PLACEHOLDER


def _state(node: etree._Element) -> str | None:
    state = child(node, "dataState")
    return None if state is None else state.get("name", "").strip() or None


def _plain(reference: str | None) -> str:
    return (reference or "").rpartition(":")[2]
