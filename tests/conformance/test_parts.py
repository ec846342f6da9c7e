"""Every element, attribute and child the BPMN 2.0 schema has is accounted for.

The models of the rows are the ground: each part the schema allows on each kind of element in them
is put in, and what comes of it is what the table says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

import pytest
from lxml import etree

from engine import testing
from engine.testing import TestOffice
from tests.conformance import parts
from tests.conformance.families import ROWS
from tests.conformance.playing import faults, prove
from tests.conformance.rows import Row
from tests.conformance.schema import Attribute, Element, Place, members
from tests.conformance.table import PARTS, Line, lines
from tests.conformance.table import ROWS as HEADING
from tests.execution.drawing import is_sentence

RUNS = [row for row in ROWS if isinstance(row, Row)]
SCHEMA = {  # codes that say only that the file was put together wrongly
    "unexpected_element",
    "unexpected_attribute",
    "missing_attribute",
    "unexpected_content",
    "missing_child",
    "bad_value",
    "schema",
    "duplicate_id",
}
SHORT = {
    "multiInstance": "multiInstanceLoopCharacteristics",
    "standardLoop": "standardLoopCharacteristics",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestOffice]:
    with testing.office(tmp_path_factory.mktemp("office")) as office:
        yield office


@cache
def reached() -> dict[tuple[str, str], Element]:
    """All kinds of elements that may stand in something that runs."""
    found: dict[tuple[str, str], Element] = {}
    waiting = [parts.ROOT]
    while waiting:
        kind = waiting.pop()
        if (kind.name, kind.type) in found or kind.type.startswith("xsd:"):
            continue
        found[kind.name, kind.type] = kind
        waiting += [e for place in kind.places for e in inside(kind, place)]
    return found


def inside(kind: Element, place: Place) -> Iterator[Element]:
    """What may stand there and is not refused."""
    if place.name in parts.NAMED:
        yield from (e for e in members(place) if runs(e.name))
    elif (line := parts.line_of(kind, place)) is None or line.answer != "refused":
        yield from members(place)


@cache
def told() -> dict[str, set[str]]:
    """Element -> what the lines about it answer."""
    found: dict[str, set[str]] = {}
    for line in lines(HEADING).values():
        for name in re.split(r",? and |, ", line.name):
            found.setdefault(SHORT.get(name, name), set()).add(line.answer)
    return found


def runs(element: str) -> bool:
    """Whether it runs somewhere, as far as the table says."""
    if element.endswith("EventDefinition"):
        kind = element.removesuffix("EventDefinition")
        return any(
            answer == {"runs"} or "runs" in answer
            for name, answer in told().items()
            if name.split()[0] == kind
        )
    return "runs" in told().get(element, ())


def all_parts() -> Iterator[tuple[Element, Attribute | Place]]:
    for kind in reached().values():
        yield from ((kind, attribute) for attribute in parts.attributes(kind))
        yield from ((kind, place) for place in kind.places if place.name not in parts.NAMED)


def test_every_element_has_a_row() -> None:
    named = {
        e.name
        for kind in reached().values()
        for place in kind.places
        if place.name in parts.NAMED
        for e in members(place)
    }

    assert len(named) > 60
    assert sorted(named - set(told())) == []


def test_every_attribute_and_every_child_has_a_line() -> None:
    without = {
        f"{kind.name}: {part}"
        for kind, part in all_parts()
        if parts.line_of(kind, part) is None
        and not all(
            isinstance(part, Attribute) and parts.line_of(kind, part, value)
            for value in (parts.values(part) if isinstance(part, Attribute) else [""])
        )
    }

    assert sorted(without) == []


def test_no_line_is_about_something_the_schema_does_not_have() -> None:
    used = {
        line.name
        for kind, part in all_parts()
        for value in (parts.values(part) if isinstance(part, Attribute) else []) + [""]
        if (line := parts.line_of(kind, part, value)) is not None
    }

    assert sorted(set(lines(PARTS)) - used) == []


@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in lines(PARTS).items()]
)
def test_what_a_part_does_is_shown_by_a_row_that_holds_it(line: Line) -> None:
    if line.answer != "runs":
        assert line.answer in ("refused", "carried")
        return

    proofs = [row for row in RUNS if row.name in line.proofs]

    assert proofs, "no row of that name runs"
    assert any(holds(row, line) for row in proofs), "the row has no such part"


def holds(row: Row, line: Line) -> bool:
    for node, kind in parts.walk(etree.fromstring(row.model)):
        for attribute in parts.attributes(kind):
            value = node.get(attribute.name)
            if value is not None and parts.line_of(kind, attribute, value) == line:
                return True
        for place in kind.places:
            if parts.line_of(kind, place) == line and any(
                node.find(f"{{{parts.BPMN}}}{e.name}") is not None for e in members(place)
            ):
                return True
    return False


@cache
def hosts() -> dict[tuple[str, str], tuple[Row, bytes, str]]:
    """Kind of element -> a row that holds it, its model with all that is carried, and where."""
    found: dict[tuple[str, str], tuple[Row, bytes, str]] = {}
    for rich in (False, True):
        for row in RUNS:
            model = parts.enriched(row.model) if rich else row.model
            for node, kind in parts.walk(etree.fromstring(model)):
                path = node.getroottree().getelementpath(node)
                found.setdefault((kind.name, kind.type), (row, model, path))
    return found


def test_every_kind_of_element_that_may_stand_in_a_file_stands_in_one() -> None:
    assert sorted(set(reached()) - set(hosts())) == []


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=f"{kind.name} {kind.type}") for kind in reached().values()]
)
def test_what_is_refused_is_refused_on_every_element(office: TestOffice, kind: Element) -> None:
    row, model, path = hosts()[kind.name, kind.type]

    for what, changed in refusable(kind, model, path):
        root = etree.fromstring(changed)
        node = root if path == "." else root.find(path)
        found = faults(office, row, changed)
        near = {e.get("id", "") for e in (*node.iterancestors(), *node.iter())}
        assert any(one.element_id in near and one.code not in SCHEMA for one in found), what
        assert all(is_sentence(one.message) for one in found), what


def refusable(kind: Element, model: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """The model with one thing in it that is to be refused."""
    for what, change in changes(kind):
        root = etree.fromstring(model)
        node = root if path == "." else root.find(path)
        change(node)
        yield what, parts.printed(node)


def changes(kind: Element) -> Iterator[tuple[str, Callable[[etree._Element], object]]]:
    refused = [
        (attribute, value)
        for attribute in parts.attributes(kind)
        for value in parts.values(attribute)
        if is_refused(parts.line_of(kind, attribute, value))
    ]
    for attribute, value in refused:
        give = partial(parts.give, kind=kind, attribute=attribute, value=value)
        yield f"{attribute}={value}", give
    for place in kind.places:
        if place.name not in parts.NAMED and is_refused(parts.line_of(kind, place)):
            for child in members(place):
                insert = partial(parts.insert, kind=kind, place=place, child=child)
                yield f"{place}: {child.name}", insert
    if kind != parts.ROOT and "baseElement" in kind.chain:
        for what in ("attribute", "extension", "unknown extension", "type"):
            yield f"foreign {what}", partial(parts.give_foreign, kind=kind, what=what)


def is_refused(line: Line | None) -> bool:
    return line is not None and line.answer == "refused"


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in RUNS])
def test_what_is_carried_changes_nothing(office: TestOffice, row: Row) -> None:
    prove(office, replace(row, model=parts.enriched(row.model)))
