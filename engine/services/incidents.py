"""Instances that are stuck until a person acts (処理停止)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.access import (
    Actor,
    may_administer,
    may_mend,
    may_see_project,
    mended_projects,
)
from engine.domain.batch import BatchItem
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.incident_group import IncidentGroup, IncidentSummary, may_be_set_aside
from engine.domain.records import Incident, Job
from engine.execution import runner
from engine.execution.step import Step
from engine.services import batches, incident_rows, running
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import history, instances, jobs
from engine.storage import incidents as rows
from engine.storage.history import Line
from engine.storage.queries import incidents as queries

RETRY, SET_ASIDE = "incidents.retry", "incidents.set_aside"  # kinds of batches
MANY = 20  # more at once only for somebody who has typed how many


class MayNotRetryError(ForbiddenError):
    """Only administrators and the project's PJMO let a stuck instance go on."""

    code = "may_not_retry"


class MayNotBeSetAsideError(ConflictError):
    """An instance waits for it: it can only be retried, or the instance cancelled."""

    code = "may_not_be_set_aside"


class CountError(InvalidError):
    """Many at once, and the number typed is not how many they are (`count`)."""

    code = "wrong_count"

    def __init__(self, count: int) -> None:
        super().__init__(f"they are {count}")
        self.count = count


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Incidents to act on: these `ids`, or those of a group up to id `until`."""

    ids: tuple[int, ...] = ()
    cause: str = ""
    until: int = 0


def open_ones(unit: Unit, actor: Actor, *, page: int = 1, size: int = 50) -> list[Incident]:
    """Newest first; administrators see all, others those of instances of their projects."""
    found = rows.open_ones(unit, (page - 1) * size, size)
    return [incident for incident in found if _sees(unit, incident, actor)]


def _sees(unit: Unit, incident: Incident, actor: Actor) -> bool:
    if may_administer(actor):
        return True
    if incident.instance_id is None:
        return False
    return may_see_project(actor, instances.get_head(unit, incident.instance_id).project_id)


def of_instance(unit: Unit, instance_id: str) -> list[Incident]:
    """What is stuck in an instance; rights are those of the instance."""
    return rows.open_of(unit, instance_id)


# Grouped by cause


def _projects(actor: Actor) -> frozenset[str] | None:
    if not may_mend(actor):
        raise MayNotRetryError(f"{actor.user_id} mends no trouble")
    return mended_projects(actor)


def summary(unit: Unit, actor: Actor) -> IncidentSummary:
    return queries.summary(unit, _projects(actor))


def count(unit: Unit, actor: Actor) -> int:
    """How many the actor may mend, at most 1,000."""
    return queries.count(unit, _projects(actor)) if may_mend(actor) else 0


def groups(unit: Unit, actor: Actor, *, page: int = 1, size: int = 25) -> list[IncidentGroup]:
    """Open incidents by cause; what stopped last comes first."""
    return queries.groups(unit, _projects(actor), (page - 1) * size, size)


def group(unit: Unit, cause: str, actor: Actor) -> IncidentGroup:
    """
    Raises:
        NotFoundError: nothing of that cause is open (any more).
    """
    found = queries.group(unit, cause, _projects(actor))
    if found is None:
        raise NotFoundError("cause", cause)
    return found


def of_group(
    unit: Unit, cause: str, actor: Actor, *, page: int = 1, size: int = 50
) -> list[Incident]:
    """Those of one cause, oldest first."""
    return queries.of_group(unit, cause, _projects(actor), (page - 1) * size, size)


def chosen(unit: Unit, which: Chosen, actor: Actor) -> list[Incident]:
    """The open ones among those chosen that the actor may mend."""
    projects = _projects(actor)
    if which.cause:
        most = batches.MOST_ITEMS
        return queries.all_of_group(unit, which.cause, projects, which.until, most)
    return queries.named(unit, which.ids, projects)


# Mending


def retry_all(unit: Unit, which: Chosen, actor: Actor, typed: int | None = None) -> str:
    """Begin to retry them in the background, each once; the batch's id.

    Raises:
        CountError: they are many, and `typed` is not how many.
        NotFoundError: nothing of it is open any more.
    """
    return batches.begin(unit, RETRY, actor, items=_items(_counted(unit, which, actor, typed)))


def set_aside_all(
    unit: Unit, which: Chosen, reason: str, actor: Actor, typed: int | None = None
) -> str:
    """Begin to close them without a retry; the batch's id.  Errors: those of `retry_all`."""
    found = _counted(unit, which, actor, typed)
    return batches.begin(unit, SET_ASIDE, actor, args={"reason": reason}, items=_items(found))


def _counted(unit: Unit, which: Chosen, actor: Actor, typed: int | None) -> list[Incident]:
    found = chosen(unit, which, actor)
    if not found:
        raise NotFoundError("incident", which.cause)
    if len(found) > MANY and typed != len(found):
        raise CountError(len(found))
    return found


def _items(found: Sequence[Incident]) -> list[tuple[str, str]]:
    return [(str(one.id), one.business_key or one.element_name or one.text) for one in found]


def retry_item(unit: Unit, item: BatchItem, actor: Actor) -> None:
    """One incident of a batch; one that stops again at once counts as not done."""
    if not batches.is_open(unit, item):
        return
    if retry(unit, int(item.ref), actor):
        batches.item_done(unit, item)
    else:
        batches.item_failed(unit, item, "stopped_again", "")


def retry(unit: Unit, incident_id: int, actor: Actor) -> bool:
    """Let the stuck element or job try again; False if it has stopped again at once.

    Raises:
        NotFoundError: no such open incident.
        MayNotRetryError.
    """
    incident = _open(unit, incident_id, actor)
    if incident.job_id is not None:
        _retry_job(unit, incident.job_id)
    elif incident.kind == "element" and incident.instance_id is not None:
        return _retry_element(unit, incident, actor)
    rows.resolve(unit, incident.id, actor.user_id)
    return True


def _open(unit: Unit, incident_id: int, actor: Actor) -> Incident:
    incident = rows.find(unit, incident_id)
    if incident is None or incident.resolved_at is not None or not _sees(unit, incident, actor):
        raise NotFoundError("incident", str(incident_id))
    if not _may_retry(unit, incident, actor):
        raise MayNotRetryError(f"{actor.user_id} may not retry incident {incident_id}")
    return incident


def _may_retry(unit: Unit, incident: Incident, actor: Actor) -> bool:
    if may_administer(actor):
        return True
    if incident.instance_id is None:
        return False
    return actor.holds("PJMO", instances.get_head(unit, incident.instance_id).project_id)


def _retry_job(unit: Unit, job_id: int) -> None:
    job = jobs.find(unit, job_id)
    if job is not None:
        jobs.restart(unit, job, unit.now)
        unit.wake_worker()


def _retry_element(unit: Unit, incident: Incident, actor: Actor) -> bool:
    """What stops again is a new incident: it has another moment, perhaps another cause."""
    rows.resolve(unit, incident.id, actor.user_id)
    head = instances.get_head(unit, incident.instance_id or "")
    taken = running.take(unit, head, actor)
    step = runner.retry(taken.live, incident.element_instance_id or "", taken.host)
    if step == Step():
        unit.office.live.put(head.id, head.version, taken.live)
        return True
    cause = Cause(
        event="incident_retried",
        actor=actor,
        element_id=incident.element_id,
        element_name=incident.element_name,
        element_instance_id=incident.element_instance_id,
    )
    running.record(unit, taken, step, cause)
    return incident.element_instance_id not in {failure.id for failure in step.failures}


def set_aside(unit: Unit, incident_id: int, reason: str, actor: Actor) -> None:
    """Close an incident for which no instance waits, with a reason; its job is dropped.

    Raises:
        NotFoundError, MayNotRetryError: as for `retry`.
        MayNotBeSetAsideError
    """
    incident = _open(unit, incident_id, actor)
    if not may_be_set_aside(incident):
        raise MayNotBeSetAsideError(f"incident {incident_id} holds an instance")
    if incident.job_id is not None:
        jobs.drop(unit, incident.job_id)
    rows.resolve(unit, incident.id, actor.user_id, reason)
    detail = {"incident_id": incident.id, "reason": reason, "text": incident.text}
    history.add(unit, Line(event="incident_set_aside", actor=actor, detail=detail))


def job_failed(unit: Unit, job: Job, error: str) -> None:
    """Set a job aside that failed too often, with an incident that says so."""
    jobs.fail(unit, job, error)
    head = None if job.instance_id is None else instances.find_head(unit, job.instance_id)
    incident = Incident(
        id=0,
        kind="job",
        code="job_failed",
        text="予約処理が繰り返し失敗しました。",
        detail=f"{job.kind}: {error}",
        opened_at=unit.now,
        instance_id=job.instance_id,
        project_id=None if head is None else head.project_id,
        job_id=job.id,
    )
    incident_rows.note(unit, incident)
