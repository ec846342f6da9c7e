"""What a step has made of the data items, beside the line of the history that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.differences import COME, GONE, Part
from engine.domain.instance import HistoryEntry, ItemChange
from engine.services import instance_steps
from web import documents, record_differences
from web.context import actor, engine
from web.record_differences import ColumnChange

Changes = Sequence[ItemChange]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One item: its value before and after, marked (見え消し); of tables `table` says it all."""

    name: str
    before: tuple[Part, ...] = ()
    after: tuple[Part, ...] = ()
    table: ColumnChange | None = None


def by_line(
    instance_id: str, entries: Sequence[HistoryEntry], shown: Sequence[HistoryEntry]
) -> Mapping[int, tuple[int, Changes]]:
    """Line that is shown -> the line of its step, and what the step has changed.

    A step whose own line is not shown is told at the first one that is.  `shown`: newest first.
    """
    if not shown:
        return {}
    oldest = shown[-1]
    near = [one for one in entries if one.id >= oldest.id or one.at == oldest.at]
    moments = {one.id: one.at for one in near}
    found = engine().ask(instance_steps.changes, instance_id, near, actor())
    told: dict[int, tuple[int, Changes]] = {}
    for line, changes in found.items():
        later = [one.id for one in shown if one.id >= line and one.at == moments[line]]
        if later:
            told[min(later)] = line, changes
    return told


def steps(instance_id: str, shown: Sequence[HistoryEntry]) -> frozenset[int]:
    """The lines that have a page of their own."""
    return engine().ask(instance_steps.numbers, instance_id, shown, actor())


def texts(changes: Iterable[Changes]) -> frozenset[str]:
    """Every text in the values: ids of people and places may be among them."""
    found: set[str] = set()
    for one in changes:
        found |= documents.texts({item.name: item.before for item in one})
        found |= documents.texts({item.name: item.after for item in one})
    return frozenset(found)


def told(changes: Changes, names: Mapping[str, str]) -> list[Told]:
    return [_told(one, names) for one in changes]


def _told(one: ItemChange, names: Mapping[str, str]) -> Told:
    change = record_differences.change_of(one.name, one.before, one.after, names)
    if change.shape == "table":
        return Told(name=one.name, table=change)
    if change.shape == "text":
        before = tuple(part for part in change.parts if part.kind != COME)
        after = tuple(part for part in change.parts if part.kind != GONE)
        return Told(name=one.name, before=before, after=after)
    return Told(name=one.name, before=_part(GONE, change.before), after=_part(COME, change.after))


def _part(kind: str, text: str) -> tuple[Part, ...]:
    return (Part(kind, text),) if text else ()
