"""What may a BPMN 2.0 file hold?  Read from the schema the engine checks files against.

The process part: `definitions` and everything in it except choreographies and conversations, which
are no processes; of those only the outermost elements are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
FILES = ("BPMN20.xsd", "Semantic.xsd")
NO_PROCESSES = frozenset(
    {
        "choreography",
        "globalChoreographyTask",
        "choreographyTask",
        "subChoreography",
        "callChoreography",
        "globalConversation",
        "conversation",
        "subConversation",
        "callConversation",
    }
)


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """`owner`: name of the type that declares it.  `values`: those of an enumeration."""

    owner: str
    name: str
    type: str
    default: str | None
    required: bool
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.owner}@{self.name}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A child that may stand in an element; `heads`: elements of a group stand there."""

    owner: str
    name: str
    type: str
    least: int
    many: bool
    choice: int | None

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Type:
    """A complex type with what it declares itself; `name` is that of its element."""

    name: str
    base: str | None
    abstract: bool
    attributes: tuple[Attribute, ...]
    places: tuple[Place, ...]
    mixed: bool


@dataclass(frozen=True, kw_only=True)
class Element:
    """A kind of element, in the place where it may stand."""

    name: str
    type: str

    @cached_property
    def chain(self) -> tuple[str, ...]:
        """Its own name, then the names of its type and of those that type extends."""
        found = [self.name]
        type_: str | None = self.type
        while type_ is not None:
            if type_ not in found:
                found.append(type_)
            type_ = types()[type_].base
        return tuple(found)

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        return tuple(a for name in self._types() for a in types()[name].attributes)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """In the order in which they stand in a file."""
        return tuple(p for name in reversed(self._types()) for p in types()[name].places)

    def _types(self) -> list[str]:
        found, type_ = [], types().get(self.type)
        while type_ is not None:
            found.append(type_.name)
            type_ = types()[type_.base] if type_.base else None
        return found


@cache
def members(place: Place) -> Sequence[Element]:
    """The elements that may stand in that place."""
    if place.type.startswith("xsd:"):
        return (Element(name=place.name, type=place.type),)
    if place.type not in types():  # of another schema: the drawing
        return ()
    found = [Element(name=place.name, type=place.type)]
    for name, (_, head) in declared().items():
        if head == place.name:
            found += members(
                Place(
                    owner=place.owner,
                    name=name,
                    type=declared()[name][0],
                    least=0,
                    many=place.many,
                    choice=None,
                )
            )
    return tuple(e for e in found if e.type.startswith("xsd:") or not types()[e.type].abstract)


@cache
def declared() -> dict[str, tuple[str, str | None]]:
    """Global element -> (its type, the head of its substitution group)."""
    found = {}
    for root in _roots():
        for element in root.iterchildren(f"{XSD}element"):
            head = element.get("substitutionGroup")
            found[element.get("name", "")] = (_named(element.get("type", "")), head)
    return found


@cache
def types() -> dict[str, Type]:
    """Every complex type."""
    found = {}
    for root in _roots():
        for element in root.iterchildren(f"{XSD}complexType"):
            type_ = _type(element)
            found[type_.name] = type_
    return found


@cache
def _names() -> dict[str, str]:
    """Type -> the element that bears it."""
    found: dict[str, str] = {}
    for root in _roots():
        for element in root.iterchildren(f"{XSD}element"):
            found.setdefault(element.get("type", ""), element.get("name", ""))
    return found


@cache
def _enumerations() -> dict[str, tuple[str, ...]]:
    return {
        element.get("name", ""): tuple(
            str(value.get("value")) for value in element.iter(f"{XSD}enumeration")
        )
        for root in _roots()
        for element in root.iterchildren(f"{XSD}simpleType")
    }


@cache
def _roots() -> tuple[etree._Element, ...]:
    folder = files("SpiffWorkflow") / "bpmn" / "parser" / "schema"
    return tuple(etree.fromstring((folder / name).read_bytes()) for name in FILES)


def _named(type_: str) -> str:
    if type_.startswith("xsd:"):
        return type_
    return _names().get(type_) or type_[1:2].lower() + type_[2:]


def _type(element: etree._Element) -> Type:
    name = _named(element.get("name", ""))
    extended = next(element.iter(f"{XSD}extension"), None)
    body = element if extended is None else extended
    return Type(
        name=name,
        base=None if extended is None else _named(extended.get("base", "")),
        abstract=element.get("abstract") == "true",
        attributes=tuple(_attribute(name, a) for a in body.iterchildren(f"{XSD}attribute")),
        places=tuple(_places(name, body)),
        mixed=element.get("mixed") == "true",
    )


def _attribute(owner: str, element: etree._Element) -> Attribute:
    type_ = element.get("type", "")
    return Attribute(
        owner=owner,
        name=element.get("name", ""),
        type=type_,
        default=element.get("default"),
        required=element.get("use") == "required",
        values=_enumerations().get(type_, ()),
    )


def _places(owner: str, body: etree._Element) -> Iterator[Place]:
    for number, group in enumerate(body.iter(f"{XSD}choice", f"{XSD}sequence")):
        for element in group.iterchildren(f"{XSD}element"):
            name = element.get("name") or element.get("ref", "")
            type_ = element.get("type")
            yield Place(
                owner=owner,
                name=name,
                type=_named(type_) if type_ else declared().get(name, ("", None))[0],
                least=int(element.get("minOccurs", "1")),
                many=element.get("maxOccurs") == "unbounded",
                choice=number if group.tag == f"{XSD}choice" else None,
            )
