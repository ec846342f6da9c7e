"""全体ボード: how do all information systems stand, what is late, and who has it?

Cases (案件) are counted as their list counts them, so that each figure leads to the rows behind
it.  Everything is read from the tables at the moment of asking; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.domain.access import Actor, may_see_board, overseen_projects
from engine.domain.errors import ForbiddenError
from engine.domain.periods import Period, containing
from engine.domain.person import Place
from engine.domain.phase import Phase, phase_of
from engine.domain.values import TOKYO
from engine.services import go_lives, places, schedules, staying, task_list
from engine.services.go_lives import GoLive
from engine.services.staying import Staying
from engine.services.task_list import TaskRow
from engine.services.unit import Unit
from engine.storage import schedules as schedule_rows
from engine.storage.queries import board as queries
from engine.storage.queries import reports
from engine.storage.queries.board import Late, Month, Projects, Running, Timeliness
from engine.storage.queries.reports import WeakReport

SPANS = ("month", "year", "twelve")
FEWEST_MONTHS, YEAR = 6, 12
MOST_LATE = 8  # tasks beyond their deadline that the board shows


class MayNotSeeBoardError(ForbiddenError):
    """The board is for those who oversee all projects, and for members of projects."""

    code = "may_not_see_board"


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """The figures on top.  `running_before`: when last month ended; `late_before`: a week ago."""

    running: int
    running_before: int
    late: int
    late_before: int
    timeliness: Timeliness
    stopped: int
    go_lives: int
    weak: int  # indicators far below their target


@dataclass(frozen=True, kw_only=True)
class SystemRow:
    """One information system; `id` empty: what belongs to none.

    `next_on`, `next_name`: the next milestone; an empty name: the go-live itself.
    """

    id: str
    name: str
    project_name: str
    phase: Phase
    running: int
    late: int  # cases with a task beyond its deadline
    late_tasks: int
    stopped: int
    weak: WeakReport | None = None
    go_live: GoLive | None = None
    next_on: date | None = None
    next_name: str = ""

    @property
    def attention(self) -> tuple[int, int, int, int]:
        """How much there is to look at; more comes first."""
        behind = self.go_live.late if self.go_live else 0
        return (-self.late, -self.stopped, -behind, -(self.weak.count if self.weak else 0))


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """What began and what was completed in a month (its first day)."""

    month: date
    started: int
    completed: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything on the page.  `span`: of SPANS; `period`: what it means today."""

    span: str
    period: Period
    tiles: Tiles
    systems: tuple[SystemRow, ...]
    months: tuple[MonthRow, ...]
    staying: Staying
    late: tuple[TaskRow, ...]
    go_lives: tuple[GoLive, ...]
    names: Mapping[str, str]  # process key -> name


def period_of(span: str, today: date) -> Period:
    """This month, this fiscal year, or the twelve months that end with this one."""
    if span == "month":
        return Period(today.replace(day=1))
    return Period(today.replace(day=1), YEAR) if span == "twelve" else containing(today, YEAR)


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Tokyo."""
    return datetime.combine(day, time(), TOKYO)


def check(actor: Actor) -> Projects:
    """The projects whose figures the actor may see; None for all.

    Raises:
        MayNotSeeBoardError
    """
    if not may_see_board(actor):
        raise MayNotSeeBoardError(f"{actor.user_id} may not see the board")
    return overseen_projects(actor)


def board(unit: Unit, actor: Actor, span: str = "year") -> Board:
    """The board of the systems the actor may see.

    Raises:
        MayNotSeeBoardError
    """
    projects = check(actor)
    period = period_of(span, unit.today)
    months, ended = _months(unit, projects, period)
    found = _read(unit, projects)
    systems = _systems(unit, actor, found)
    return Board(
        span=span if span in SPANS else "year",
        period=period,
        tiles=_tiles(unit, projects, period, found, (months[-1].started, ended)),
        systems=tuple(sorted(systems, key=lambda row: (row.attention, row.name))),
        months=tuple(months),
        staying=staying.of(unit, projects),
        late=tuple(task_list.most_late(unit, actor, MOST_LATE)),
        go_lives=tuple(found.go_lives),
        names=queries.process_names(unit),
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    running: Sequence[Running]
    late: Mapping[str | None, Late]
    stopped: Mapping[str | None, int]
    weak: Mapping[str | None, WeakReport]
    go_lives: Sequence[GoLive]


def _read(unit: Unit, projects: Projects) -> _Found:
    return _Found(
        running=queries.running(unit, projects),
        late=queries.late(unit, projects, midnight(unit.today)),
        stopped=queries.stopped(unit, projects),
        weak=reports.weak(unit, projects),
        go_lives=go_lives.listing(unit, projects),
    )


def _months(unit: Unit, projects: Projects, period: Period) -> tuple[list[MonthRow], int]:
    """The months of the chart, at least six, up to this one; what has ended in this month."""
    last = Period(unit.today.replace(day=1))
    count = (last.end.year - period.first_day.year) * YEAR + last.end.month - period.first_day.month
    first_days = [last.before(n).end for n in reversed(range(max(count + 1, FEWEST_MONTHS)))]
    edges = [midnight(day) for day in (*first_days, last.last_day + timedelta(days=1))]
    found = queries.months(unit, projects, edges)
    return [_month(day, one) for day, one in zip(first_days, found, strict=True)], found[-1].ended


def _month(day: date, one: Month) -> MonthRow:
    return MonthRow(month=day, started=one.started, completed=one.completed)


def _tiles(
    unit: Unit,
    projects: Projects,
    period: Period,
    found: _Found,
    this_month: tuple[int, int],
) -> Tiles:
    """`this_month`: cases that began and that ended in it."""
    week_ago = midnight(unit.today - timedelta(days=7))
    running = sum(one.cases for one in found.running)
    span = (midnight(period.first_day), midnight(period.last_day + timedelta(days=1)))
    return Tiles(
        running=running,
        running_before=running - this_month[0] + this_month[1],
        late=sum(one.tasks for one in found.late.values()),
        late_before=queries.late_then(unit, projects, week_ago),
        timeliness=queries.timeliness(unit, projects, *span),
        stopped=sum(found.stopped.values()),
        go_lives=len(found.go_lives),
        weak=sum(one.count for one in found.weak.values()),
    )


def _systems(unit: Unit, actor: Actor, found: _Found) -> list[SystemRow]:
    """The systems the actor may see, and a row for what belongs to none if there is any."""
    coming = _coming(unit)
    used = {one.system_id for one in found.running} | set(found.late) | set(found.stopped)
    systems = places.systems_of(unit, actor)
    known: list[Place | None] = [one for one in systems if not one.is_closed or one.id in used]
    if None in used:
        known.append(None)
    return [_system(unit, place, found, coming) for place in known]


def _system(
    unit: Unit,
    place: Place | None,
    found: _Found,
    coming: Mapping[str | None, tuple[date, str] | None],
) -> SystemRow:
    id_ = None if place is None else place.id
    here = [one for one in found.running if one.system_id == id_]
    late = found.late.get(id_, Late(tasks=0, cases=0))
    mine = [one for one in found.go_lives if id_ is not None and one.head.system_id == id_]
    next_on, next_name = min(_milestones(unit, place, mine, coming), default=(None, ""))
    return SystemRow(
        id=id_ or "",
        name=place.name if place else "",
        project_name=places.names(unit, place.project_id, None)[0] if place else "",
        phase=_phase(unit, place, {one.key for one in here}, has_starts=id_ in coming),
        running=sum(one.cases for one in here),
        late=late.cases,
        late_tasks=late.tasks,
        stopped=found.stopped.get(id_, 0),
        weak=found.weak.get(id_),
        go_live=mine[0] if mine else None,
        next_on=next_on,
        next_name=next_name,
    )


def _phase(unit: Unit, place: Place | None, running: set[str], *, has_starts: bool) -> Phase:
    first, last = (place.valid_from_on, place.valid_to_on) if place else (None, None)
    return phase_of(
        running,
        is_operating=has_starts or (first is not None and first <= unit.today),
        has_ended=last is not None and last < unit.today,
    )


def _milestones(
    unit: Unit,
    place: Place | None,
    go_lives: Sequence[GoLive],
    coming: Mapping[str | None, tuple[date, str] | None],
) -> Iterator[tuple[date, str]]:
    """Days to come of one system, each with its name; an empty one: the go-live."""
    for one in go_lives:
        yield from one.milestones
    if place is not None and place.valid_from_on and place.valid_from_on > unit.today:
        yield place.valid_from_on, ""
    start = coming.get(None if place is None else place.id)
    if start is not None:
        yield start


def _coming(unit: Unit) -> dict[str | None, tuple[date, str] | None]:
    """System -> its next periodic start; only systems in operation have periodic starts at all."""
    found: dict[str | None, tuple[date, str] | None] = {}
    for schedule in schedule_rows.all_schedules(unit):
        known = found.setdefault(schedule.system_id, None)
        on = schedules.next_day(unit, schedule)
        if on is None or (known is not None and known[0] <= on):
            continue
        found[schedule.system_id] = (on, schedules.name_of(unit, schedule))
    return found
