"""Starting, cancelling and showing process instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Actor, may_cancel, may_see_instance, may_start, may_suspend
from engine.domain.errors import ForbiddenError, InvalidError, NotFoundError
from engine.domain.instance import (
    HistoryEntry,
    InstanceEndedError,
    InstanceHead,
    InstancePage,
    InstanceState,
)
from engine.domain.person import Place
from engine.domain.records import DefinitionHead
from engine.domain.values import storable
from engine.execution import runner
from engine.execution.act import COMPLETED_BY
from engine.execution.data import data_of
from engine.execution.step import Ended, EndKind
from engine.forms.accepting import accept
from engine.forms.showing import Shown, show
from engine.services import files_in_values, instance_steps, places, running
from engine.services.lookups import OfficeLookups
from engine.services.running import Beginning
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage import history as history_rows
from engine.storage import instances as rows
from engine.storage import tasks as task_rows
from engine.storage.queries import instance_path as path_queries
from engine.storage.queries import instances as queries

Post = Mapping[str, Sequence[str]]
MOST_VISITS = 2_000  # to elements, that the page of an instance tells of


class MayNotStartError(ForbiddenError):
    """The actor holds none of the roles that start this process there."""

    code = "may_not_start"

    def __init__(self, key: str, user_id: str) -> None:
        super().__init__(f"{user_id} may not start {key}")
        self.key = key
        self.user_id = user_id


class MayNotCancelError(ForbiddenError):
    """The actor neither started the instance nor belongs to the project's PJMO."""

    code = "may_not_cancel"

    def __init__(self, instance_id: str, user_id: str) -> None:
        super().__init__(f"{user_id} may not cancel {instance_id}")
        self.instance_id = instance_id
        self.user_id = user_id


class ReasonMissingError(InvalidError):
    """A destructive act needs a reason for the history."""

    code = "reason_missing"


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where and as what an instance starts.  `submission_key`: the same one starts it once."""

    project_id: str
    system_id: str | None = None
    subject: str | None = None
    submission_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class StartPage:
    """`shown` is None when the process has no start form."""

    definition: DefinitionHead
    shown: Shown | None
    projects: tuple[Place, ...]
    systems: tuple[Place, ...]


def start(  # noqa: PLR0913 - the same as Start, for callers that have it in pieces
    unit: Unit,
    key: str,
    actor: Actor,
    *,
    project_id: str,
    system_id: str | None = None,
    values: Mapping[str, Any] | None = None,
    subject: str | None = None,
    submission_key: str | None = None,
) -> str:
    """Start the newest version with these values; the id of the instance.

    Raises:
        NotFoundError: no such process, project or system.
        MayNotStartError: the actor's roles do not allow it.
        UnstorableError: a value no variable may hold.
    """
    wanted = Start(
        project_id=project_id,
        system_id=system_id,
        subject=subject,
        submission_key=submission_key,
    )
    earlier = _earlier(unit, wanted)
    if earlier is not None:
        return earlier
    definition = _startable(unit, key, actor, wanted)
    return _start(unit, definition, actor, wanted, values or {})


def submit_start(unit: Unit, key: str, actor: Actor, post: Post, start: Start) -> str:
    """Start the newest version with what was posted by its start form; the id of the instance.

    Raises:
        FieldErrors: a field cannot be taken; and as `start`.
    """
    earlier = _earlier(unit, start)
    if earlier is not None:
        return earlier
    definition = _startable(unit, key, actor, start)
    bundle = unit.office.models.bundle(unit, definition.id)
    values: dict[str, Any] = {}
    if bundle.start_form is not None:
        lookups = OfficeLookups(unit, actor, start.project_id, start.system_id)
        form = bundle.forms[bundle.start_form]
        values = accept(form, post, _scope(unit), lookups, unit.evaluation())
    return _start(unit, definition, actor, start, values)


def _earlier(unit: Unit, wanted: Start) -> str | None:
    if wanted.submission_key is None:
        return None
    return rows.submitted(unit, wanted.submission_key)


def _scope(unit: Unit) -> dict[str, Any]:
    return {"設定": unit.office.settings}


def _startable(unit: Unit, key: str, actor: Actor, wanted: Start) -> DefinitionHead:
    found = definitions.versions(unit, key)
    if not found:
        raise NotFoundError("process", key)
    by_hand = not actor.user_id.startswith("system:")
    places.check(unit, wanted.project_id, wanted.system_id, must_be_open=by_hand)
    if by_hand and not found[0].may_be_started:
        raise MayNotStartError(key, actor.user_id)
    if not may_start(actor, found[0].starters, wanted.project_id):
        raise MayNotStartError(key, actor.user_id)
    return found[0]


def _start(
    unit: Unit, definition: DefinitionHead, actor: Actor, wanted: Start, values: Mapping[str, Any]
) -> str:
    given = {name: storable(value, name) for name, value in values.items()}
    beginning = Beginning(
        definition=definition,
        actor=actor,
        project_id=wanted.project_id,
        system_id=wanted.system_id,
        variables={COMPLETED_BY: actor.user_id, **given},
        subject=wanted.subject or "",
        detail={"values": given},
    )
    head = running.begin(unit, beginning)
    files_in_values.link(unit, given, actor, head.id, head.project_id)
    if wanted.submission_key is not None:
        rows.add_submission(unit, wanted.submission_key, head.id)
        task_rows.drop_draft(unit, f"start:{definition.key}", actor.user_id)
    return head.id


def _projects_to_start_in(unit: Unit, definition: DefinitionHead, actor: Actor) -> list[Place]:
    return [
        place
        for place in places.projects_of(unit, actor)
        if definition.may_be_started
        and not place.is_closed
        and may_start(actor, definition.starters, place.id)
    ]


def start_page(
    unit: Unit,
    key: str,
    actor: Actor,
    post: Post | None = None,
    errors: Mapping[str, str] | None = None,
    project_id: str | None = None,
) -> StartPage:
    """What the page 業務を始める shows; only places where the actor may start the process.

    Raises:
        NotFoundError: no such process.
        MayNotStartError: nowhere.
    """
    found = definitions.versions(unit, key)
    if not found:
        raise NotFoundError("process", key)
    definition = found[0]
    projects = _projects_to_start_in(unit, definition, actor)
    if not projects:
        raise MayNotStartError(key, actor.user_id)
    ids = {place.id for place in projects}
    chosen = project_id if project_id in ids else projects[0].id
    bundle = unit.office.models.bundle(unit, definition.id)
    shown = None
    if bundle.start_form is not None:
        lookups = OfficeLookups(unit, actor, chosen, None)
        form = bundle.forms[bundle.start_form]
        shown = show(form, _scope(unit), lookups, unit.evaluation(), post, errors)
    systems = [
        place
        for place in places.systems_of(unit, actor)
        if place.project_id in ids and not place.is_closed
    ]
    return StartPage(
        definition=definition, shown=shown, projects=tuple(projects), systems=tuple(systems)
    )


def startable(unit: Unit, actor: Actor) -> list[DefinitionHead]:
    """The processes the actor may start by hand in at least one project."""
    seen = [place for place in places.projects_of(unit, actor) if not place.is_closed]
    return [
        head
        for head in definitions.newest(unit)
        if head.may_be_started and any(may_start(actor, head.starters, p.id) for p in seen)
    ]


def cancel(unit: Unit, instance_id: str, reason: str, actor: Actor) -> None:
    """End the instance now, with all it has called.  A caller is told and stops there.

    Raises:
        ReasonMissingError: no reason was given.
        MayNotCancelError, InstanceEndedError, NotFoundError.
    """
    head = rows.get_head(unit, instance_id)
    if not reason.strip():
        raise ReasonMissingError("a reason is needed")
    if not may_cancel(actor, head.started_by, head.project_id):
        raise MayNotCancelError(instance_id, actor.user_id)
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    running.cancel(unit, head, actor, reason.strip())
    if head.parent_id is not None:
        running.tell_caller(unit, head, Ended(kind=EndKind.CANCELLED))


def head(unit: Unit, instance_id: str, actor: Actor) -> InstanceHead:
    """The instance as lists show it.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    found = rows.get_head(unit, instance_id)
    if not may_see_instance(actor, found.started_by, found.project_id):
        raise NotFoundError("process_instance", instance_id)
    return found


def page(unit: Unit, instance_id: str, actor: Actor) -> InstancePage:
    """All the page of an instance shows.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    found = head(unit, instance_id, actor)
    bundle = unit.office.models.bundle(unit, found.definition_id)
    live = running.peek(unit, found)
    entries = tuple(history_rows.of_instance(unit, found.id))
    project_name, system_name = places.names(unit, found.project_id, found.system_id)
    return InstancePage(
        head=found,
        variables=variables(unit, found),
        open_tasks=tuple(task_rows.open_of(unit, found.id)),
        children=tuple(rows.children(unit, found.id)),
        parents=tuple(_parents(unit, found)),
        history=entries,
        elements=tuple(runner.outline(live)),
        visited=queries.visited(unit, found.id),
        diagram=bundle.files[f"{bundle.key}.bpmn"],
        names={id_: element.name for id_, element in bundle.elements.items()},
        may_cancel=not found.is_ended and may_cancel(actor, found.started_by, found.project_id),
        may_suspend=not found.is_ended and may_suspend(actor, found.started_by, found.project_id),
        project_name=project_name,
        system_name=system_name,
        visits=tuple(path_queries.visits(unit, found.id, MOST_VISITS)),
        partners=instance_steps.partners(unit, found, entries, actor),
        sign=instance_steps.sign(unit, found),
    )


def sign(unit: Unit, instance_id: str, actor: Actor) -> str:
    """Another text as soon as anything of the instance's page changes.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    return instance_steps.sign(unit, head(unit, instance_id, actor))


def variables(unit: Unit, found: InstanceHead) -> dict[str, Any]:
    """The data of the instance: what its live elements see, or what it ended with."""
    if found.state in (InstanceState.COMPLETED, InstanceState.FAILED):
        return history_rows.final_variables(unit, found.id)
    live = running.peek(unit, found)
    return data_of(live, is_cancelled=found.state is InstanceState.CANCELLED)


def _parents(unit: Unit, found: InstanceHead) -> list[InstanceHead]:
    """The callers, outermost first."""
    above: list[InstanceHead] = []
    while found.parent_id is not None:
        found = rows.get_head(unit, found.parent_id)
        above.insert(0, found)
    return above


def history(
    unit: Unit,
    instance_id: str,
    actor: Actor,
    *,
    before_id: int | None = None,
    limit: int = 200,
) -> list[HistoryEntry]:
    """What happened, newest first; `before_id`: go on from there."""
    found = head(unit, instance_id, actor)
    before = history_rows.NEWEST if before_id is None else before_id
    return history_rows.of_instance(unit, found.id, before, limit)
