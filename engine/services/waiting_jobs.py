"""予約処理: what is to run later, what runs, what was set aside and may be retried."""

from __future__ import annotations

from engine.domain.access import Actor, may_administer
from engine.domain.errors import NotFoundError
from engine.services import incidents
from engine.services.overview import AdministratorsOnlyError
from engine.services.unit import Unit
from engine.storage import jobs
from engine.storage.queries import jobs as queries
from engine.storage.queries.jobs import JobRow

STATES = ("todo", "doing", "held", "failed")
MOST = 100


def _check(actor: Actor) -> None:
    if not may_administer(actor):
        raise AdministratorsOnlyError(f"{actor.user_id} is no administrator")


def listing(unit: Unit, actor: Actor, state: str) -> list[JobRow]:
    """The next hundred in that state; what is due first comes first."""
    _check(actor)
    return queries.page(unit, state, MOST)


def counts(unit: Unit, actor: Actor) -> dict[str, int]:
    _check(actor)
    return {state: queries.count(unit, state) for state in STATES}


def retry(unit: Unit, job_id: int, actor: Actor) -> None:
    """Let a job that was set aside run again; its incident is resolved with it.

    Raises:
        NotFoundError: there is no such job, or it was not set aside (any more).
    """
    _check(actor)
    job = jobs.find(unit, job_id)
    if job is None or job.state != "failed":
        raise NotFoundError("job", str(job_id))
    incident_id = queries.incident_of(unit, job_id)
    if incident_id is not None:
        incidents.retry(unit, incident_id, actor)
        return
    jobs.restart(unit, job, unit.now)
    unit.wake_worker()
