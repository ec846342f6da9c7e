"""How far an instance has come: the state of each element of its diagram, for picture and list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.instance import HistoryEntry, InstancePage
from engine.domain.user_task import UserTask
from engine.domain.working_days import tokyo_date
from web.context import Clock
from web.outline import Element, outline

COMPLETIONS = frozenset({"element_completed", "task_completed"})
WORK = frozenset({"person", "call", "part"})
DONE, NOW, LATE, STOPPED = "done", "now", "late", "stopped"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list.  `state`: done, now, late, stopped or empty when not begun."""

    number: int
    element: Element
    state: str
    tasks: tuple[UserTask, ...] = ()
    done_at: datetime | None = None
    done_by: str = ""
    times: int = 0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`lines`: the work of people and other processes; `rest`: events, choices, automatic steps."""

    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    states: Mapping[str, str]  # element id -> state, of those begun

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)


def progress(page: InstancePage, clock: Clock) -> Progress:
    live = {element.element_id: element.state == "failed" for element in page.elements}
    open_tasks = _by_element(page.open_tasks)
    finished = _last_completions(page.history)
    states = {id_: DONE for id_, times in page.visited.items() if times}
    for id_, failed in live.items():
        states[id_] = STOPPED if failed else NOW
    for id_, found in open_tasks.items():
        is_late = any(t.due_at and tokyo_date(t.due_at) < clock.today for t in found)
        states[id_] = LATE if is_late else NOW
    lines = []
    for number, element in enumerate(outline(page.diagram), 1):
        entry = finished.get(element.id)
        lines.append(
            Line(
                number=number,
                element=element,
                state=states.get(element.id, ""),
                tasks=tuple(open_tasks.get(element.id, ())),
                done_at=entry.at if entry else None,
                done_by=entry.actor_name if entry and element.kind == "person" else "",
                times=page.visited.get(element.id, 0),
            )
        )
    return Progress(
        lines=tuple(line for line in lines if line.element.kind in WORK),
        rest=tuple(line for line in lines if line.element.kind not in WORK),
        states=states,
    )


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
