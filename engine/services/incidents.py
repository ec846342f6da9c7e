"""Instances that are stuck until a person acts (処理停止)."""

from __future__ import annotations

from engine.domain.access import Actor, may_administer, may_see_project
from engine.domain.errors import ForbiddenError, NotFoundError
from engine.domain.records import Incident, Job
from engine.execution import runner
from engine.execution.step import Step
from engine.services import running
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import incidents as rows
from engine.storage import instances, jobs


class MayNotRetryError(ForbiddenError):
    """Only administrators and the project's PJMO let a stuck instance go on."""

    code = "may_not_retry"


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


def retry(unit: Unit, incident_id: int, actor: Actor) -> None:
    """Let the stuck element or job try again.

    Raises:
        NotFoundError: no such open incident.
        MayNotRetryError.
    """
    incident = rows.find(unit, incident_id)
    if incident is None or incident.resolved_at is not None or not _sees(unit, incident, actor):
        raise NotFoundError("incident", str(incident_id))
    if not _may_retry(unit, incident, actor):
        raise MayNotRetryError(f"{actor.user_id} may not retry incident {incident_id}")
    if incident.job_id is not None:
        _retry_job(unit, incident.job_id)
        rows.resolve(unit, incident.id, actor.user_id)
    elif incident.kind == "element" and incident.instance_id is not None:
        _retry_element(unit, incident, actor)
    else:
        rows.resolve(unit, incident.id, actor.user_id)


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


def _retry_element(unit: Unit, incident: Incident, actor: Actor) -> None:
    head = instances.get_head(unit, incident.instance_id or "")
    taken = running.take(unit, head, actor)
    step = runner.retry(taken.live, incident.element_instance_id or "", taken.host)
    if step == Step():
        unit.office.live.put(head.id, head.version, taken.live)
        rows.resolve(unit, incident.id, actor.user_id)
        return
    cause = Cause(
        event="incident_retried",
        actor=actor,
        element_id=incident.element_id,
        element_name=incident.element_name,
        element_instance_id=incident.element_instance_id,
    )
    if incident.element_instance_id not in {failure.id for failure in step.failures}:
        rows.resolve(unit, incident.id, actor.user_id)
    running.record(unit, taken, step, cause)


def job_failed(unit: Unit, job: Job, error: str) -> None:
    """Set a job aside that failed too often, with an incident that says so."""
    jobs.fail(unit, job, error)
    incident = Incident(
        id=0,
        kind="job",
        code="job_failed",
        text="予約処理が繰り返し失敗しました。",
        detail=f"{job.kind}: {error}",
        opened_at=unit.now,
        instance_id=job.instance_id,
        job_id=job.id,
    )
    rows.add(unit, incident)
