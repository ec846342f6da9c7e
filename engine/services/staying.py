"""どこで滞っているか: for how long have the open tasks been lying, by process and system?

The measure of a process is what its tasks are given: the time from their arrival to their
deadline.  All times are working time (`office_hours`), in days of nine hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.office_hours import OfficeHours, office_hours
from engine.services.unit import Unit
from engine.storage.queries import board as queries
from engine.storage.queries.board import Lying, Projects

MOST_SYSTEMS = 6  # columns; the rest stands in one more
OTHERS = "*"
NEAR, OVER, FAR_OVER = 0.8, 1.0, 1.5  # parts of what is given


@dataclass(frozen=True, kw_only=True)
class Cell:
    """So many tasks that have been lying so many working days on average.

    `heat`: 1 within 80 per cent of what is given, 2 within it, 3 beyond, 4 beyond half as much
    again; 0 where nothing is given.
    """

    count: int
    days: float
    heat: int


@dataclass(frozen=True, kw_only=True)
class StayingRow:
    """One process.  `given`: working days to the deadline, on average; None without deadlines."""

    key: str
    given: float | None
    cells: tuple[Cell | None, ...]  # in the order of the systems
    whole: Cell


@dataclass(frozen=True, kw_only=True)
class Staying:
    """`systems`: ids; None: tasks of no system; OTHERS at the end: all that have no own column."""

    systems: tuple[str | None, ...]
    rows: tuple[StayingRow, ...]


@dataclass(frozen=True, kw_only=True)
class _Task:
    key: str
    system_id: str | None
    days: float
    given: float | None


def of(unit: Unit, projects: Projects) -> Staying:
    """The worst process first."""
    clock = office_hours(unit.calendar)
    tasks = [_task(unit, clock, one) for one in queries.lying(unit, projects)]
    systems = _columns(tasks)
    keys = sorted({one.key for one in tasks})
    rows = [_row(key, [one for one in tasks if one.key == key], systems) for key in keys]
    rows.sort(key=lambda row: (-row.whole.heat, -row.whole.days))
    return Staying(systems=systems, rows=tuple(rows))


def _task(unit: Unit, clock: OfficeHours, one: Lying) -> _Task:
    return _Task(
        key=one.key,
        system_id=one.system_id,
        days=clock.days(one.created_at, unit.now),
        given=None if one.due_at is None else clock.days(one.created_at, one.due_at),
    )


def _columns(tasks: Sequence[_Task]) -> tuple[str | None, ...]:
    """The systems with most lying time; one alone more than fits stands for itself."""
    sums: dict[str | None, float] = {}
    for one in tasks:
        sums[one.system_id] = sums.get(one.system_id, 0) + one.days
    order = sorted(sums, key=lambda id_: (-sums[id_], id_ or ""))
    if len(order) <= MOST_SYSTEMS + 1:
        return tuple(order)
    return (*order[:MOST_SYSTEMS], OTHERS)


def _row(key: str, tasks: Sequence[_Task], systems: Sequence[str | None]) -> StayingRow:
    timed = [one.given for one in tasks if one.given is not None]
    given = sum(timed) / len(timed) if timed else None
    cells = tuple(_cell([t for t in tasks if _is_in(t, id_, systems)], given) for id_ in systems)
    whole = _cell(tasks, given)
    if whole is None:
        raise ValueError(f"no task of {key}")
    return StayingRow(key=key, given=given, cells=cells, whole=whole)


def _is_in(task: _Task, id_: str | None, systems: Sequence[str | None]) -> bool:
    return task.system_id not in systems if id_ == OTHERS else task.system_id == id_


def _cell(tasks: Sequence[_Task], given: float | None) -> Cell | None:
    if not tasks:
        return None
    days = sum(one.days for one in tasks) / len(tasks)
    return Cell(count=len(tasks), days=days, heat=_heat(days, given))


def _heat(days: float, given: float | None) -> int:
    if not given:
        return 0
    part = days / given
    return 1 + sum(part > bound for bound in (NEAR, OVER, FAR_OVER))
