"""分析: how long do finished cases take, and where does the time go?

Counted are instances that were completed in a span of days, main cases and called ones alike.
All times are working time: 9:00 to 18:00 on working days (`office_hours`), nine hours a day.

A task waits from its arrival until whoever completed it came to have it (took it, or was given
it), and is worked on from then on; who completes a task without taking it first has let it wait
until then.  An element that calls another process takes what the called case takes.  Of all other
elements the history keeps no beginning: they are counted, not timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.office_hours import OfficeHours, office_hours
from engine.domain.percentiles import Spread, spread
from engine.domain.periods import MONTH, QUARTER, YEAR, Period, containing
from engine.domain.records import DefinitionHead
from engine.domain.working_days import tokyo_date
from engine.services.board import check, midnight
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage.queries import analysis as queries
from engine.storage.queries.analysis import Called, Finished, Visited, Wanted, Worked

SPANS = ("last_quarter", "quarter", "month", "year", "last_year", "twelve")
HOUR = 3_600
PERSON, CALL, OTHER = "person", "call", "other"
HEATS = (0.25, 0.5, 0.75)  # parts of the longest median, beyond which the next heat begins

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is analysed; empty means any.  `period`: by the day on which an instance ended."""

    period: Period
    key: str = ""
    version: int = 0
    system_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcessRow:
    """One process with what its finished instances took, in hours."""

    key: str
    name: str
    cycle: Spread


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    version: int
    cycle: Spread


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """What was completed in a month (its first day); `cycle` None: nothing was."""

    month: date
    cycle: Spread | None


@dataclass(frozen=True, kw_only=True)
class ElementRow:
    """One element.  Times in hours; None where none are known.  `kind`: person, call or other.

    `heat`: 1 to 4 by its median as a part of the longest one; 0 without a time.
    """

    element_id: str
    name: str
    kind: str
    visits: int
    waiting: Spread | None = None
    working: Spread | None = None
    whole: Spread | None = None
    heat: int = 0


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """One process.  `elements`: the longest median first; `version`: whose diagram is shown."""

    key: str
    name: str
    version: int
    definition_id: str
    known_versions: tuple[int, ...]
    cycle: Spread | None
    versions: tuple[VersionRow, ...]
    months: tuple[MonthRow, ...]  # of the period, up to this one
    elements: tuple[ElementRow, ...]


def period_of(span: str, today: date) -> Period:
    """The span of that name, by the fiscal year; the quarter before this one for unknown names."""
    found: Mapping[str, Callable[[], Period]] = {
        "quarter": lambda: containing(today, QUARTER),
        "month": lambda: containing(today, MONTH),
        "year": lambda: containing(today, YEAR),
        "last_year": lambda: containing(today, YEAR).before(),
        "twelve": lambda: Period(today.replace(day=1), YEAR),
    }
    return found.get(span, lambda: containing(today, QUARTER).before())()


def processes(unit: Unit, actor: Actor, asked: Question) -> list[ProcessRow]:
    """Every process with finished instances, the longest median first.

    Raises:
        MayNotSeeBoardError
    """
    found = queries.finished(unit, _wanted(actor, asked))
    clock = office_hours(unit.calendar)
    names = {head.key: head.name for head in definitions.newest(unit)}
    rows = [
        ProcessRow(key=key, name=names.get(key, key), cycle=cycle)
        for key, cycle in _cycles(clock, found, lambda one: one.key)
    ]
    return sorted(rows, key=lambda row: (-row.cycle.median, row.key))


def statistics(unit: Unit, actor: Actor, asked: Question) -> Statistics:
    """One process: its whole time, its versions, and its elements.

    Raises:
        MayNotSeeBoardError
        NotFoundError: there is no such process or version.
    """
    every = replace(asked, version=0)
    found = queries.finished(unit, _wanted(actor, every))
    known = definitions.versions(unit, asked.key)
    shown = _shown(asked, found, known)
    clock = office_hours(unit.calendar)
    mine = [one for one in found if asked.version in (0, one.version)]
    return Statistics(
        key=asked.key,
        name=shown.name,
        version=shown.version,
        definition_id=shown.id,
        known_versions=tuple(head.version for head in known),
        cycle=spread([_hours(clock, one.started_at, one.ended_at) for one in mine]),
        versions=tuple(
            VersionRow(version=version, cycle=cycle)
            for version, cycle in sorted(_cycles(clock, found, lambda one: one.version))
        ),
        months=tuple(_months(clock, mine, asked.period, unit.today)),
        elements=tuple(_elements(unit, clock, _wanted(actor, asked), shown.id)),
    )


def diagram(unit: Unit, actor: Actor, key: str, version: int) -> bytes:
    """The diagram of a version, for the picture of its times.

    Raises:
        MayNotSeeBoardError
        NotFoundError
    """
    check(actor)
    head = _version(definitions.versions(unit, key), key, version)
    return unit.office.models.bundle(unit, head.id).files[f"{key}.bpmn"]


def _wanted(actor: Actor, asked: Question) -> Wanted:
    return Wanted(
        projects=check(actor),
        since=midnight(asked.period.first_day),
        until=midnight(asked.period.last_day + timedelta(days=1)),
        key=asked.key,
        version=asked.version,
        system_id=asked.system_id,
    )


def _shown(
    asked: Question, found: Iterable[Finished], known: Sequence[DefinitionHead]
) -> DefinitionHead:
    """The version that was asked for, the newest one that has finished, or the newest one."""
    newest = max((one.version for one in found), default=0)
    return _version(known, asked.key, asked.version or newest or (known[0].version if known else 0))


def _version(known: Sequence[DefinitionHead], key: str, version: int) -> DefinitionHead:
    for head in known:
        if head.version == version:
            return head
    raise NotFoundError("process_definition", f"{key} {version}")


def _hours(clock: OfficeHours, start: datetime, end: datetime) -> float:
    return clock.seconds(start, end) / HOUR


def _cycles(
    clock: OfficeHours, found: Iterable[Finished], by: Callable[[Finished], T]
) -> list[tuple[T, Spread]]:
    """The spread of the whole times of each group."""
    groups: dict[T, list[float]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(_hours(clock, one.started_at, one.ended_at))
    return [(name, made) for name, hours in groups.items() if (made := spread(hours))]


def _months(
    clock: OfficeHours, found: Iterable[Finished], period: Period, today: date
) -> Iterator[MonthRow]:
    cycles = dict(_cycles(clock, found, lambda one: tokyo_date(one.ended_at).replace(day=1)))
    month = period.first_day
    while month <= min(period.end, today):
        yield MonthRow(month=month, cycle=cycles.get(month))
        month = Period(month).before(-1).end


def _elements(
    unit: Unit, clock: OfficeHours, wanted: Wanted, definition_id: str
) -> list[ElementRow]:
    """The elements that were visited: timed ones by their median, the others by name."""
    times = _task_times(clock, queries.worked(unit, wanted))
    times |= _call_times(clock, queries.called(unit, wanted))
    longest = max((one.whole.median for one in times.values() if one.whole), default=0.0)
    names = {
        id_: one.name
        for id_, one in unit.office.models.bundle(unit, definition_id).elements.items()
    }
    visits = {one.element_id: one for one in queries.visited(unit, wanted)}
    rows = []
    for id_ in visits.keys() | times.keys():
        row = times[id_] if id_ in times else _untimed(visits[id_])
        times_passed = visits[id_].times if id_ in visits else row.visits
        heat = _heat(row.whole, longest)
        rows.append(replace(row, name=names.get(id_, row.name), visits=times_passed, heat=heat))
    named = [row for row in rows if row.name]
    return sorted(named, key=lambda row: (-(row.whole.median if row.whole else -1), row.name))


def _untimed(one: Visited) -> ElementRow:
    return ElementRow(element_id=one.element_id, name=one.name, kind=OTHER, visits=one.times)


def _task_times(clock: OfficeHours, found: Iterable[Worked]) -> dict[str, ElementRow]:
    groups: dict[str, list[Worked]] = {}
    for one in found:
        groups.setdefault(one.element_id, []).append(one)
    return {
        id_: ElementRow(
            element_id=id_,
            name="",
            kind=PERSON,
            visits=len(tasks),
            waiting=spread([_hours(clock, t.created_at, _taken(t)) for t in tasks]),
            working=spread([_hours(clock, _taken(t), t.completed_at) for t in tasks]),
            whole=spread([_hours(clock, t.created_at, t.completed_at) for t in tasks]),
        )
        for id_, tasks in groups.items()
    }


def _taken(task: Worked) -> datetime:
    return task.held_since_at or task.completed_at


def _call_times(clock: OfficeHours, found: Iterable[Called]) -> dict[str, ElementRow]:
    groups: dict[str, list[float]] = {}
    for one in found:
        hours = _hours(clock, one.started_at, one.ended_at)
        groups.setdefault(one.element_id, []).append(hours)
    return {
        id_: ElementRow(element_id=id_, name="", kind=CALL, visits=len(hours), whole=spread(hours))
        for id_, hours in groups.items()
    }


def _heat(whole: Spread | None, longest: float) -> int:
    if whole is None:
        return 0
    part = whole.median / longest if longest else 0.0
    return 1 + sum(part > bound for bound in HEATS)
