"""What a person does next in an ad hoc sub-process, whose open choice is a task of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.domain import user_task
from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.execution import runner
from engine.execution.adhoc import Choices
from engine.execution.runner import Live
from engine.services import delegations, running
from engine.services.host import CommandHost
from engine.services.recording import Cause
from engine.services.task_forms import may_act
from engine.services.unit import Unit
from engine.storage import tasks as rows

EVENT = "activity_chosen"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """`name`: of the activity that was started; `repeated`: the same post had started it before."""

    name: str
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What can be chosen now; `under_way`: element id -> open tasks the actor may do."""

    choices: Choices
    under_way: Mapping[str, Sequence[UserTask]]


def choose(
    unit: Unit, task_id: str, element_id: str, actor: Actor, submission_key: str | None = None
) -> Chosen:
    """Start an activity, without taking the choice away from the others who may choose.

    The same submission key again starts nothing.

    Raises:
        NotFoundError: nothing of that id can be started there.
        OneAtATimeError: in sequence, and another one is under way.
        and as `user_task.claim`.
    """
    task, head = rows.get_with_head(unit, task_id)
    bundle = unit.office.models.bundle(unit, head.definition_id)
    element = bundle.elements.get(element_id)
    name = "" if element is None else element.name or element_id
    if submission_key is not None and task.submission_key == submission_key:
        return Chosen(name=name, repeated=True)
    actor = delegations.acting_on(unit, task, head, actor)
    user_task.claim(task, actor)  # only asked whether one may
    taken = running.take(unit, head, actor)
    step = runner.choose(taken.live, task.id, element_id, taken.host)
    cause = Cause(
        event=EVENT,
        actor=actor,
        element_id=element_id,
        element_name=name,
        element_kind="" if element is None else element.kind,
    )
    running.record(unit, taken, step, cause)
    if task.id not in step.closed:
        rows.save(unit, replace(task, submission_key=submission_key))
    return Chosen(name=name)


def offered(
    unit: Unit, task: UserTask, head: InstanceHead, live: Live, actor: Actor
) -> Offered | None:
    """What the page of the task offers; None if it is an ordinary task."""
    choices = runner.choices_of(live, task.id, CommandHost(unit, head, actor))
    if choices is None:
        return None
    mine = [one for one in rows.open_of(unit, head.id) if may_act(one, actor)]
    ids = [one.element_id for one in choices.activities]
    under_way = {id_: [one for one in mine if one.element_id == id_] for id_ in ids}
    return Offered(choices=choices, under_way=under_way)
