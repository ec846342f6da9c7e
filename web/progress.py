"""How far an instance has come: the state of each element of its diagram, for picture and list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.instance import HistoryEntry, InstanceHead, InstancePage
from engine.domain.user_task import UserTask
from engine.domain.working_days import tokyo_date
from web.context import Clock
from web.outline import Element, outline

COMPLETIONS = frozenset({"element_completed", "task_completed"})
WORK = frozenset({"person", "call", "part"})
DONE, NOW, LATE, STOPPED = "done", "now", "late", "stopped"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list.  `state`: done, now, late, stopped or empty when not begun.

    `number`: 3, or 3-1 for what lies in a sub-process; empty outside the list of work.
    `calls`: instances this element has called.
    """

    element: Element
    state: str
    number: str = ""
    tasks: tuple[UserTask, ...] = ()
    calls: tuple[InstanceHead, ...] = ()
    done_at: datetime | None = None
    done_by: str = ""
    times: int = 0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`lines`: the work of people and other processes; `rest`: events, choices, automatic steps."""

    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    states: Mapping[str, str]  # element id -> state, of those begun

    @property
    def work(self) -> list[Line]:
        """The lines that are work themselves, not the frame around some."""
        return [line for line in self.lines if line.element.kind != "part"]

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.work)


def progress(page: InstancePage, clock: Clock) -> Progress:
    open_tasks = _by_element(page.open_tasks)
    states = _states(page, open_tasks, clock)
    finished = _last_completions(page.history)
    lines = [
        _line(element, states, open_tasks, finished, page) for element in outline(page.diagram)
    ]
    return Progress(
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
    finished: Mapping[str, HistoryEntry],
    page: InstancePage,
) -> Line:
    entry = finished.get(element.id)
    return Line(
        element=element,
        state=states.get(element.id, ""),
        tasks=tuple(open_tasks.get(element.id, ())),
        calls=tuple(head for head in page.children if head.parent_element_id == element.id),
        done_at=entry.at if entry else None,
        done_by=entry.actor_name if entry and element.kind == "person" else "",
        times=page.visited.get(element.id, 0),
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


def _last_completions(history: Sequence[HistoryEntry]) -> dict[str, HistoryEntry]:
    found: dict[str, HistoryEntry] = {}
    for entry in history:
        known = found.get(entry.element_id)
        if entry.event in COMPLETIONS and (known is None or known.at < entry.at):
            found[entry.element_id] = entry
    return found
