"""Reminders and escalation (S05): the ladder of the office, applied to all open tasks.

Nothing happens when a task is made or done; a look at all deadlines every few minutes finds what
is due.  Marks, notices and mails of a look are one transaction, so a step is told exactly once,
however many processes look; each person gets one mail for it, also when many tasks are due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.domain.access import CLOCK, HEAD
from engine.domain.instance import InstanceHead
from engine.domain.reminder import ASSIGNEE, HEAD_OF_GROUP, Ladder, Plan, Step, days_left
from engine.domain.user_task import UserTask
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.services import reminder_texts
from engine.services.reminder_texts import Reminded
from engine.services.unit import Unit
from engine.storage import history, notices, outbox, people
from engine.storage import reminders as rows
from engine.storage.history import Line
from engine.storage.people import Holder

MOST = 500  # tasks in one transaction
KINDS = {-1: "task_overdue", 0: "task_due_today", 1: "task_due_soon"}


@dataclass(frozen=True, kw_only=True)
class _Due:
    task: UserTask
    head: InstanceHead
    plan: Plan


def send_due(unit: Unit) -> bool:
    """Remind of what is due by now; whether more may be left for another call."""
    ladder = unit.office.ladder
    if not ladder.steps:
        return False
    reached = [
        (step.id, datetime.combine(day + timedelta(days=1), time(), TOKYO))
        for step, day in ladder.reached(unit.now, unit.calendar)
    ]
    found = rows.due(unit, reached, MOST)
    if found:
        _tell(unit, _planned(unit, found))
    return len(found) == MOST


def _planned(unit: Unit, found: Sequence[tuple[UserTask, InstanceHead]]) -> list[_Due]:
    """Note the marks of each task; what is to be told about it."""
    ladder, marked = unit.office.ladder, rows.marked(unit, (task.id for task, _ in found))
    planned = []
    for task, head in found:
        if task.due_at is None or task.created_at is None:
            continue
        known = marked.get(task.id, {})
        current = {step for step, due_at in known.items() if due_at == task.due_at}
        if len(current) < len(known):
            rows.forget_others(unit, task.id, task.due_at)
        due_on = tokyo_date(task.due_at)
        plan = ladder.plan(due_on, task.created_at, current, unit.now, unit.calendar)
        planned.append(_Due(task=task, head=head, plan=plan))
    for one in planned:
        for step in one.plan.marks:
            if one.task.due_at is not None:
                rows.mark(unit, one.task.id, step, one.task.due_at)
    return planned


def _tell(unit: Unit, planned: Sequence[_Due]) -> None:
    office = _People(unit, [one.task for one in planned])
    reminded: dict[str, list[Reminded]] = {}
    for one in planned:
        told = _addressees(unit.office.ladder, one, office)
        for person_id, addressee in told.items():
            mine = reminded.setdefault(person_id, [])
            mine.append(_reminded(unit, one, addressee, office.names))
        if told:
            history.add(unit, _line(one, told))
    for person_id, mine in reminded.items():
        for about in mine:
            notices.add(unit, _notice(person_id, about))
    silent = notices.without_mail(unit, reminded)
    for person_id, mine in reminded.items():
        wanted = [about for about in mine if (person_id, _kind(about)) not in silent]
        if wanted:
            _mail(unit, person_id, wanted)


def _addressees(ladder: Ladder, one: _Due, office: _People) -> dict[str, str]:
    """Person id -> as what they hear of it; where nobody is there, the next step's people do."""
    told: dict[str, str] = {}
    own = f"{one.head.key}.{one.task.element_id}" in ladder.reminded_by_model
    for step, addressee in one.plan.tells:
        if own and step.days <= 0:
            continue
        for word, person_id in _found(ladder, step, addressee, one.task, office):
            told.setdefault(person_id, word)
    return told


def _found(
    ladder: Ladder, step: Step, addressee: str, task: UserTask, office: _People
) -> list[tuple[str, str]]:
    found = [(addressee, person_id) for person_id in office.of(addressee, task)]
    for later in ladder.later(step):
        if found:
            break
        found = [(word, person_id) for word in later.to for person_id in office.of(word, task)]
    return found


class _People:
    """Everybody the steps may mean, read with one statement for each project."""

    def __init__(self, unit: Unit, tasks: Collection[UserTask]) -> None:
        self._roles = unit.office.roles
        named = {task.assignee for task in tasks} - {None}
        named |= {person_id for task in tasks for person_id in task.candidate_users}
        self.names: Mapping[str, str] = people.active_names(unit, filter(None, named))
        codes = {word for step in unit.office.ladder.steps for word in step.to}
        codes -= {ASSIGNEE, HEAD_OF_GROUP}
        self._holders: dict[str | None, list[Holder]] = {}
        for project_id in sorted({task.project_id for task in tasks}, key=str):
            groups = {g for t in tasks if t.project_id == project_id for g in t.candidate_groups}
            roles = self._spread(groups | codes)
            self._holders[project_id] = people.holders(unit, roles, project_id, unit.today)

    def of(self, addressee: str, task: UserTask) -> list[str]:
        if addressee == ASSIGNEE:
            return self._doers(task)
        if addressee == HEAD_OF_GROUP:
            return self._in(task, self._spread(task.candidate_groups), only_heads=True)
        return self._in(task, self._spread([addressee]))

    def _doers(self, task: UserTask) -> list[str]:
        if task.assignee is not None:
            return [task.assignee] if task.assignee in self.names else []
        heads = [group for group in task.candidate_groups if group.endswith(HEAD)]
        found = self._in(task, self._spread(task.candidate_groups.difference(heads)))
        found += self._in(task, self._spread(heads), only_heads=True)
        found += sorted(task.candidate_users & self.names.keys())
        return [one for one in dict.fromkeys(found) if one not in task.excluded_users]

    def _in(self, task: UserTask, roles: Collection[str], *, only_heads: bool = False) -> list[str]:
        found = [h for h in self._holders[task.project_id] if h.role in roles]
        return list(dict.fromkeys(h.id for h in found if h.is_head or not only_heads))

    def _spread(self, groups: Iterable[str]) -> frozenset[str]:
        return self._roles.spread(group.removesuffix(HEAD) for group in groups)


def _reminded(unit: Unit, one: _Due, addressee: str, names: Mapping[str, str]) -> Reminded:
    task = one.task
    if task.due_at is None:
        raise ValueError(f"task {task.id} has no deadline")
    return Reminded(
        task=task,
        head=one.head,
        days=days_left(task.due_at, unit.now, unit.calendar),
        is_doer=addressee == ASSIGNEE,
        assignee=names.get(task.assignee or "", ""),
    )


def _notice(person_id: str, about: Reminded) -> dict[str, object]:
    detail = {"days": abs(about.days), "is_doer": about.is_doer, "assignee": about.assignee}
    return {
        "person_id": person_id,
        "kind": _kind(about),
        "detail": detail,
        "key": None,
        "instance_id": about.head.id,
        "task_id": about.task.id,
    }


def _kind(about: Reminded) -> str:
    return KINDS[max(-1, min(1, about.days))]


def _mail(unit: Unit, person_id: str, mine: Sequence[Reminded]) -> None:
    text = reminder_texts.mail(mine, unit.office.policy.public_url)
    body = {"subject": text.subject, "body": text.body, "business_key": text.business_key}
    instance_id = mine[0].head.id if len(mine) == 1 else None
    outbox.add(unit, "mail", {**body, "to": [person_id]}, instance_id)
    unit.wake_worker()


def _line(one: _Due, told: Mapping[str, str]) -> Line:
    return Line(
        event="task_reminded",
        actor=CLOCK,
        instance_id=one.head.id,
        element_id=one.task.element_id,
        element_name=one.task.name,
        element_kind="userTask",
        element_instance_id=one.task.id,
        detail={"to": sorted(told), "due_at": one.task.due_at},
    )


def next_at(unit: Unit) -> datetime | None:
    """When the office looks next for what is due; None while no open task has a deadline."""
    if not unit.office.ladder.steps or not rows.has_deadlines(unit):
        return None
    local = unit.now.astimezone(TOKYO)
    at = unit.office.ladder.at
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, TOKYO)
