"""The parts of a decision, as the comparison of versions tells them apart: heads and rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.dmn.xml import local, parse
from engine.domain.model_change import Part

_HELD: Final = frozenset({"decision", "inputData", "businessKnowledgeModel", "itemDefinition"})


def parts_of(content: bytes, file: str) -> list[Part]:
    """Decisions, inputs, outputs and rules of the file, in its order.

    A rule has no name: its facts are its cells, `in:<heading>`, `out:<heading>`, `note:<n>`.
    One without an id is told apart by its row.

    Raises:
        RefusedError: it cannot be read.
    """
    root = parse(content, file)
    found: list[Part] = []
    for element in root.iter():
        if isinstance(element.tag, str) and local(element) in _HELD and element.get("id"):
            found.append(_head(element))
            for table in _all(element, "decisionTable"):
                found += _of_table(element, table)
    return found


def _all(element: etree._Element, kind: str) -> list[etree._Element]:
    return [one for one in element.iter() if isinstance(one.tag, str) and local(one) == kind]


def _head(element: etree._Element) -> Part:
    facts = {}
    for table in _all(element, "decisionTable"):
        facts["hit_policy"] = table.get("hitPolicy", "UNIQUE")
        facts["aggregation"] = table.get("aggregation", "")
    if not facts:
        facts["text"] = "\n".join(_text(one) for one in _all(element, "text"))
    needs = [one.get("href", "") for one in element.iter() if one.get("href")]
    return Part(
        id=element.get("id", ""),
        kind=local(element),
        name=element.get("name", ""),
        facts={**facts, "needs": "、".join(needs)},
    )


def _of_table(decision: etree._Element, table: etree._Element) -> Iterator[Part]:
    inputs = [one for one in table if _is(one, "input")]
    outputs = [one for one in table if _is(one, "output")]
    for position, one in enumerate([*inputs, *outputs], 1):
        yield Part(
            id=one.get("id") or f"{decision.get('id')}/{local(one)}{position}",
            kind=local(one),
            name=_heading(one, position),
            facts={"text": "\n".join(_text(t) for t in _all(one, "text"))},
        )
    heads = [f"in:{_heading(one, n)}" for n, one in enumerate(inputs, 1)]
    heads += [f"out:{_heading(one, n)}" for n, one in enumerate(outputs, 1)]
    for row, rule in enumerate((one for one in table if _is(one, "rule")), 1):
        cells = [_text(t) for e in rule if _is(e, "inputEntry", "outputEntry") for t in e]
        notes = [_text(t) for e in rule if _is(e, "annotationEntry") for t in e]
        facts = dict(zip(heads, cells, strict=False))
        facts.update({f"note:{n}": note for n, note in enumerate(notes, 1)})
        id_ = rule.get("id") or f"{decision.get('id')}/rule{row}"
        yield Part(id=id_, kind="rule", name="", facts=facts)


def _is(element: etree._Element, *kinds: str) -> bool:
    return isinstance(element.tag, str) and local(element) in kinds


def _heading(column: etree._Element, position: int) -> str:
    said = column.get("label") or column.get("name")
    return said or next((_text(t) for t in _all(column, "text")), "") or str(position)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
