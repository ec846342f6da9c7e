"""版の切替: instances go on under another version of their process, each as it stands.

What an instance waits for goes with it (`engine.execution.migration`).  One that cannot go stays
as it is, with the reasons; one that has gone can be brought back until something happens to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from engine.domain.access import Actor, may_migrate
from engine.domain.batch import BatchState
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.instance import InstanceEndedError, InstanceHead
from engine.domain.records import DefinitionHead
from engine.execution import migration, runner
from engine.execution.bundle import Bundle
from engine.execution.migration import Migrated
from engine.execution.step import Step
from engine.services import batches, recording, running
from engine.services.host import CommandHost
from engine.services.recording import Cause
from engine.services.running import Running
from engine.services.unit import Unit
from engine.storage import batches as batch_rows
from engine.storage import definitions, incidents, instances
from engine.storage import taking_back as past
from engine.storage import tasks as task_rows
from engine.storage.instances import Change
from engine.storage.taking_back import PastStep

MIGRATE, UNDO = "instances.migrate", "instances.migrate_undo"  # kinds of batches
MIGRATED, UNDONE = "instance_migrated", "migration_undone"


class MayNotMigrateError(ForbiddenError):
    """Only process owners and administrators change the version of an instance."""

    code = "may_not_migrate"


class NotUndoableError(ConflictError):
    """Something has happened to the instance since."""

    code = "not_undoable"


class ReasonError(InvalidError):
    """The history needs a reason."""

    code = "reason_missing"


class NobodyError(InvalidError):
    """No instance was chosen."""

    code = "nobody_chosen"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to: a version, the elements that stand for others, and why."""

    definition_id: str
    reason: str
    mapping: Mapping[str, str] = field(default_factory=dict)

    def args(self) -> dict[str, Any]:
        return {
            "definition_id": self.definition_id,
            "reason": self.reason,
            "mapping": dict(self.mapping),
        }

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> Self:
        return cls(**args)


def check(actor: Actor) -> None:
    """
    Raises:
        MayNotMigrateError
    """
    if not may_migrate(actor):
        raise MayNotMigrateError(f"{actor.user_id} may not migrate instances")


def migrate(unit: Unit, instance_id: str, target: Target, actor: Actor) -> None:
    """Let the instance go on under the other version; again changes nothing.

    Raises:
        NotMigratableError: it stays as it is.
        MayNotMigrateError, NotFoundError, InstanceEndedError, ReasonError.
    """
    check(actor)
    if not target.reason.strip():
        raise ReasonError("a reason is needed")
    head = instances.get_head(unit, instance_id)
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    if head.definition_id == target.definition_id:
        return
    to = definitions.get(unit, target.definition_id)
    if to.key != head.key:
        raise NotFoundError("process_definition", target.definition_id)
    taken = running.take_resting(unit, head, actor)
    try:
        found = tried(unit, head, runner.pack(taken.live), target, actor)
    except BaseException:
        unit.office.live.put(head.id, head.version, taken.live)  # nothing has touched it
        raise
    detail = {"from_id": head.definition_id, "from": head.process_version, "to": to.version}
    cause = Cause(event=MIGRATED, actor=actor, detail={**detail, "reason": target.reason.strip()})
    _save(unit, taken, to, found, cause)


def tried(unit: Unit, head: InstanceHead, state: bytes, target: Target, actor: Actor) -> Migrated:
    """What the instance would be under the other version; nothing is written.

    Raises:
        NotMigratableError
    """
    models = unit.office.models
    old = models.bundle(unit, head.definition_id)
    new = models.bundle(unit, target.definition_id)
    host = CommandHost(unit, replace(head, definition_id=target.definition_id), actor)
    return migration.migrate(old, new, state, host, target.mapping)


def _save(unit: Unit, taken: Running, to: DefinitionHead, found: Migrated, cause: Cause) -> None:
    head = taken.head
    instances.save(unit, head, found.state, Change())
    instances.move(unit, head.id, to.id)
    after = replace(head, version=head.version + 1, definition_id=to.id, process_version=to.version)
    recording.rows_of(unit, after, found.step, cause)
    recording.lines_of(unit, after, Step(), cause, found.state)
    recording.feed(unit, after, cause)
    _move_rows(unit, head, unit.office.models.bundle(unit, to.id), found.places)
    cache, live = unit.office.live, found.live
    unit.after_commit(lambda: cache.put(head.id, after.version, live))


def _move_rows(unit: Unit, head: InstanceHead, to: Bundle, places: Mapping[str, str]) -> None:
    """Name the elements of the new version where the old ones were named."""
    for task in task_rows.open_of(unit, head.id):
        element = to.elements[places[task.id]]
        form_key = to.user_tasks[element.id].form_key
        if (task.element_id, task.name, task.form_key) != (element.id, element.name, form_key):
            task_rows.move(unit, task, element.id, element.name, form_key)
    for stuck in incidents.open_of(unit, head.id):
        place = places.get(stuck.element_instance_id or "", stuck.element_id)
        if place != stuck.element_id:
            name = to.elements[place].name
            incidents.move(unit, head.id, stuck.element_instance_id or "", place, name)
    for child in instances.children(unit, head.id):
        call_id = child.parent_element_instance_id or ""
        if places.get(call_id, child.parent_element_id) != child.parent_element_id:
            instances.move_called(unit, head.id, call_id, places[call_id])


# Back again


def undo(unit: Unit, instance_id: str, actor: Actor) -> None:
    """Bring the instance back to the version it came from, as it was.

    Raises:
        MayNotMigrateError, NotFoundError, InstanceEndedError.
        NotUndoableError: something has happened since.
    """
    check(actor)
    head = instances.get_head(unit, instance_id)
    last, before = _last_steps(unit, head)
    taken = running.take_resting(unit, head, actor)
    to = definitions.get(unit, str(last.detail["from_id"]))
    live = runner.unpack(unit.office.models.bundle(unit, to.id), before.live)
    back = Migrated(
        live=live,
        state=before.live,
        step=migration.between(taken.live.known, live.known),
        places=migration.places_of(live),
    )
    detail = {"from_id": head.definition_id, "from": head.process_version, "to": to.version}
    _save(unit, taken, to, back, Cause(event=UNDONE, actor=actor, detail=detail))


def may_undo(unit: Unit, head: InstanceHead, actor: Actor) -> bool:
    """Whether the last thing that has happened to the instance is a migration."""
    if head.is_ended or not may_migrate(actor):
        return False
    try:
        _last_steps(unit, head)
    except NotUndoableError:
        return False
    return True


def is_behind(unit: Unit, head: InstanceHead, actor: Actor) -> bool:
    """Whether the actor could let the instance go to a newer version."""
    if head.is_ended or not may_migrate(actor):
        return False
    return definitions.versions(unit, head.key)[0].version > head.process_version


def _last_steps(unit: Unit, head: InstanceHead) -> tuple[PastStep, PastStep]:
    found = past.last_steps(unit, head.id)
    versions = [one.version for one in found]
    if versions != [head.version, head.version - 1] or found[0].event != MIGRATED:
        raise NotUndoableError(f"process instance {head.id} has gone on")
    return found[0], found[1]


# Many at once


def begin(
    unit: Unit, from_id: str, target: Target, actor: Actor, chosen: Sequence[str] | None = None
) -> str:
    """Begin to move running instances of a version, all or those chosen; the batch's id.

    Raises:
        MayNotMigrateError, ReasonError.
        NobodyError: there is none of them (any more).
    """
    check(actor)
    if not target.reason.strip():
        raise ReasonError("a reason is needed")
    found = [head for head, _ in instances.running_of(unit, from_id, batches.MOST_ITEMS)]
    items = [_item(head) for head in found if chosen is None or head.id in set(chosen)]
    if not items:
        raise NobodyError("no running instance was chosen")
    return batches.begin(unit, MIGRATE, actor, args=target.args(), items=items)


def _item(head: InstanceHead) -> tuple[str, str]:
    return head.id, f"{head.business_key}　{head.subject}".strip()


def undo_all(unit: Unit, batch_id: str, actor: Actor) -> str:
    """Begin to bring back what a batch has moved; the new batch's id.

    Raises:
        NotFoundError: no such batch of migrations of the actor.
        NobodyError: it has moved nothing.
    """
    check(actor)
    batch = batch_rows.find(unit, batch_id)
    if batch is None or batch.kind != MIGRATE or batch.person_id != actor.user_id:
        raise NotFoundError("batch", batch_id)
    items = [(one.ref, one.label) for one in batch_rows.done(unit, batch_id)]
    if not items or batch.state in (BatchState.WAITING, BatchState.RUNNING):
        raise NobodyError("nothing was migrated")
    return batches.begin(unit, UNDO, actor, items=items)
