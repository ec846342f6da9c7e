"""How far an instance has come: the state of each element of its diagram, for picture and list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.instance import InstanceHead, InstancePage
from engine.domain.user_task import UserTask
from engine.domain.working_days import tokyo_date
from web.context import Clock
from web.durations import NOTHING, Took, took
from web.outline import Element, outline, shape
from web.path import Path, Stay, path

WORK = frozenset({"person", "call", "part"})
NUMBERED = WORK - {"part"}
DONE, NOW, LATE, STOPPED = "done", "now", "late", "stopped"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list.  `state`: done, now, late, stopped or empty when not begun.

    `number`: 3, or 3-1 for what lies in a sub-process; empty outside the list of work.
    `calls`: instances this element has called.  `passed`: its places on the way, from 1;
    `took`: of all visits together, None where nobody can tell.
    """

    element: Element
    state: str
    number: str = ""
    tasks: tuple[UserTask, ...] = ()
    calls: tuple[InstanceHead, ...] = ()
    done_at: datetime | None = None
    done_by: str = ""
    times: int = 0
    stays: tuple[Stay, ...] = ()
    took: Took | None = None

    @property
    def passed(self) -> list[int]:
        return [stay.number for stay in self.stays if stay.number]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`lines`: the work of people and other processes; `rest`: events, choices, automatic steps."""

    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    states: Mapping[str, str]  # element id -> state, of those begun
    flows: frozenset[str]  # ids of those walked
    whole: Took  # from the start of the instance to its end, or to now

    @property
    def work(self) -> list[Line]:
        """The lines that are work themselves, not the frame around some."""
        return [line for line in self.lines if line.element.kind != "part"]

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.work)


def progress(page: InstancePage, clock: Clock) -> Progress:
    open_tasks = _by_element(page.open_tasks)
    states = _states(page, open_tasks, clock)
    elements = outline(page.diagram)
    way = _way(page, elements)
    lines = [
        _timed(_line(element, states, open_tasks, page), way.of(element.id), clock)
        for element in elements
    ]
    return Progress(
        flows=way.flows,
        whole=took(page.head.started_at, page.head.ended_at, clock),
        lines=tuple(_numbered([line for line in lines if line.element.kind in WORK])),
        rest=tuple(line for line in lines if line.element.kind not in WORK),
        states=states,
    )


def _states(
    page: InstancePage, open_tasks: Mapping[str, Sequence[UserTask]], clock: Clock
) -> dict[str, str]:
    states = {id_: DONE for id_, times in page.visited.items() if times}
    for element in page.elements:
        states[element.element_id] = STOPPED if element.state == "failed" else NOW
    for id_, found in open_tasks.items():
        is_late = any(t.due_at and tokyo_date(t.due_at) < clock.today for t in found)
        states[id_] = LATE if is_late else NOW
    return states


def _line(
    element: Element,
    states: Mapping[str, str],
    open_tasks: Mapping[str, Sequence[UserTask]],
    page: InstancePage,
) -> Line:
    return Line(
        element=element,
        state=states.get(element.id, ""),
        tasks=tuple(open_tasks.get(element.id, ())),
        calls=tuple(head for head in page.children if head.parent_element_id == element.id),
        times=page.visited.get(element.id, 0),
    )


def _way(page: InstancePage, elements: Sequence[Element]) -> Path:
    calls: dict[str, datetime] = {}
    for head in page.children:
        calls.setdefault(head.parent_element_id or "", head.started_at)
    since = {task.id: task.created_at for task in page.open_tasks}
    return path(
        shape(page.diagram),
        page.visits,
        [(element.element_id, since.get(element.id)) for element in page.elements],
        calls,
        frozenset(one.id for one in elements if one.kind in NUMBERED),
    )


def _timed(line: Line, stays: Sequence[Stay], clock: Clock) -> Line:
    """The line with its visits.  What happens by itself takes no time worth telling."""
    ended = [stay for stay in stays if stay.ended_at and not stay.is_cancelled]
    times = [took(stay.began_at, stay.ended_at, clock) for stay in stays if stay.began_at]
    is_slow = line.element.kind in WORK or any(one.whole for one in times)
    return replace(
        line,
        stays=tuple(stays),
        done_at=ended[-1].ended_at if ended else None,
        done_by=ended[-1].actor if ended else "",
        took=sum(times, NOTHING) if times and is_slow else None,
    )


def _numbered(lines: Sequence[Line]) -> Iterator[Line]:
    """1, 2, 2-1, 2-2, 3: what lies in a sub-process counts below it."""
    numbers: dict[str, str] = {"": ""}
    counts: dict[str, int] = {}
    for line in lines:
        inside = line.element.inside
        counts[inside] = counts.get(inside, 0) + 1
        above = numbers.get(inside, "")
        number = f"{above}-{counts[inside]}" if above else str(counts[inside])
        numbers[line.element.id] = number
        yield replace(line, number=number)


def _by_element(open_tasks: Sequence[UserTask]) -> dict[str, list[UserTask]]:
    found: dict[str, list[UserTask]] = {}
    for task in open_tasks:
        found.setdefault(task.element_id, []).append(task)
    return found
