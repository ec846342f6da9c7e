"""How ready are the go-lives that are being prepared, and what is missing?

A preparation (`go_live_preparation`) has nine elements that must be done before the judgement; a
version that an office has changed may have fewer.  Whether one is done is read from the history
since the last plan: a new plan begins those anew that it names.  Their days are those of the plan,
counted back from the planned go-live in working days by the settings (`go_live.lead`), as the
diagram does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.services.unit import Unit
from engine.storage.queries import go_lives as queries
from engine.storage.queries.board import Projects
from engine.storage.queries.go_lives import Passed

PLAN, NEW_PLAN = "register_plan", "replan"
GO_LIVE_ON, NEW_GO_LIVE_ON, AGAIN = "運営開始予定日", "新しい運営開始予定日", "やり直す項目"
ACCEPTED_ON = "受入テスト完了予定日"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the nine: as a plan names it, its element, and the setting with its lead time."""

    name: str
    element_id: str
    lead: str = ""


PARTS = (
    Part(name="P02", element_id="call_structure", lead="p02"),
    Part(name="P03", element_id="call_manual", lead="p03"),
    Part(name="P04", element_id="call_publicity", lead="p04"),
    Part(name="P05・P06", element_id="call_training_plan", lead="p05"),
    Part(name="P05・P06", element_id="call_training", lead="p06"),
    Part(name="T2", element_id="accept_system"),
    Part(name="P07", element_id="call_rehearsal", lead="p07"),
    Part(name="P08", element_id="call_risks", lead="p08"),
    Part(name="P09", element_id="call_continuity", lead="p09"),
)
INSIDE = {"register_acceptance": "accept_system"}  # tasks that lie within a part


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A part that is not done, and why: the tasks that are open for it, or where it is stuck.

    `instance_id`: the case it has called, if it has begun.
    """

    element_id: str
    name: str
    due_on: date | None
    is_late: bool
    tasks: tuple[UserTask, ...] = ()
    stuck_at: str = ""
    instance_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class GoLive:
    """One preparation.  `planned_on` None: nothing is planned yet; `working_days` until then."""

    head: InstanceHead
    planned_on: date | None
    working_days: int | None
    done: int
    total: int
    missing: tuple[Missing, ...]
    milestones: tuple[tuple[date, str], ...] = ()  # coming days of what is not done

    @property
    def late(self) -> int:
        """How many parts are not done though their day has passed."""
        return sum(one.is_late for one in self.missing)

    @property
    def urgency(self) -> tuple[int, float, int]:
        """In this order: more that is late, less that is done, fewer days left."""
        far = 10**6
        days = far if self.working_days is None else self.working_days
        return (-self.late, self.done / self.total if self.total else 1, days)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the tables say about the preparations."""

    passed: Mapping[str, Sequence[Passed]]
    called: Mapping[str, InstanceHead]  # by id
    tasks: Sequence[UserTask]
    stuck: Mapping[str, str]

    def part_of(self, instance_id: str, element_id: str, root_id: str) -> str | None:
        """The part of the preparation to which a task or a stop there belongs."""
        if instance_id == root_id:
            return INSIDE.get(element_id)
        head = self.called.get(instance_id)
        while head is not None and head.parent_id != root_id:
            head = self.called.get(head.parent_id or "")
        return None if head is None else head.parent_element_id


def listing(unit: Unit, projects: Projects) -> list[GoLive]:
    """The running preparations, the least ready first."""
    heads = queries.running(unit, projects)
    if not heads:
        return []
    ids = [head.id for head in heads]
    found = _Found(
        passed=queries.passed(unit, ids, (PLAN, NEW_PLAN)),
        called={head.id: head for head in queries.called(unit, ids)},
        tasks=queries.open_tasks(unit, ids),
        stuck=queries.stuck(unit, ids),
    )
    return sorted((_go_live(unit, head, found) for head in heads), key=lambda one: one.urgency)


def _go_live(unit: Unit, head: InstanceHead, found: _Found) -> GoLive:
    passed = found.passed[head.id]
    plan = _plan(passed)
    done = _done(passed)
    days = dict(_days(unit, plan))
    elements = unit.office.models.bundle(unit, head.definition_id).elements
    parts = [part for part in PARTS if part.element_id in elements]
    missing = tuple(
        _missing(unit, head, found, part, elements[part.element_id].name, days.get(part.element_id))
        for part in parts
        if part.element_id not in done
    )
    planned_on = _day(plan, GO_LIVE_ON)
    return GoLive(
        head=head,
        planned_on=planned_on,
        working_days=None if planned_on is None else unit.calendar.between(unit.today, planned_on),
        done=len(parts) - len(missing),
        total=len(parts),
        missing=tuple(sorted(missing, key=lambda one: (one.due_on is None, one.due_on))),
        milestones=tuple(_milestones(unit.today, missing, planned_on)),
    )


def _milestones(
    today: date, missing: Sequence[Missing], planned_on: date | None
) -> Iterator[tuple[date, str]]:
    for one in missing:
        if one.due_on is not None and one.due_on >= today:
            yield one.due_on, one.name
    if planned_on is not None and planned_on >= today:
        yield planned_on, ""


def _plan(passed: Sequence[Passed]) -> dict[str, Any]:
    """What was planned; a later plan changes the day of the go-live."""
    plan: dict[str, Any] = {}
    for one in passed:
        if one.element_id == PLAN:
            plan = dict(one.values)
        elif one.element_id == NEW_PLAN and one.values.get(NEW_GO_LIVE_ON) is not None:
            plan[GO_LIVE_ON] = one.values[NEW_GO_LIVE_ON]
    return plan


def _done(passed: Sequence[Passed]) -> set[str]:
    """Elements of the parts that are done; what a new plan names is begun anew."""
    done: set[str] = set()
    for one in passed:
        if one.element_id == NEW_PLAN:
            again = one.values.get(AGAIN) or ()
            done -= {part.element_id for part in PARTS if part.name in again}
        else:
            done.add(one.element_id)
    return done & {part.element_id for part in PARTS}


def _day(plan: Mapping[str, Any], name: str) -> date | None:
    """A planned day; a changed form may ask for something else under that name."""
    value = plan.get(name)
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _days(unit: Unit, plan: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    """(element, the day by which it is to be done)"""
    planned_on, accepted_on = _day(plan, GO_LIVE_ON), _day(plan, ACCEPTED_ON)
    lead = unit.office.settings["go_live"]["lead"]
    for part in PARTS:
        if part.lead and planned_on is not None:
            yield part.element_id, unit.calendar.add(planned_on, -int(lead[part.lead]))
        elif not part.lead and accepted_on is not None:
            yield part.element_id, accepted_on


def _missing(
    unit: Unit, head: InstanceHead, found: _Found, part: Part, name: str, due_on: date | None
) -> Missing:
    begun = [
        one.id
        for one in found.called.values()
        if one.parent_id == head.id and one.parent_element_id == part.element_id
    ]
    own = {id_ for id_, one in found.called.items() if one.root_id == head.id} | {head.id}
    tasks = [
        task
        for task in found.tasks
        if task.instance_id in own
        and found.part_of(task.instance_id, task.element_id, head.id) == part.element_id
    ]
    stuck = [
        text
        for id_, text in found.stuck.items()
        if id_ in own and found.part_of(id_, "", head.id) == part.element_id
    ]
    return Missing(
        element_id=part.element_id,
        name=name,
        due_on=due_on,
        is_late=due_on is not None and due_on < unit.today,
        tasks=tuple(tasks),
        stuck_at=stuck[0] if stuck else "",
        instance_id=begun[0] if begun else None,
    )
