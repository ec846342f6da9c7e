"""What the worker asks of the job table, and what is tidied up at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.domain.records import Job
from engine.services import attachments
from engine.services.unit import Unit
from engine.storage import instances, jobs, messages, outbox, people, signals, tasks

EVENTS_KEPT = timedelta(days=7)
ATTEMPTS_KEPT = timedelta(days=30)


def take(unit: Unit) -> Job | None:
    """Take the next due job; it counts as an attempt from now on."""
    job = jobs.due(unit)
    if job is None:
        return None
    jobs.take(unit, job.id)
    return replace(job, state="doing", attempts=job.attempts + 1)


def done(unit: Unit, job_id: int) -> None:
    jobs.drop(unit, job_id)


def later(unit: Unit, job: Job, pause: timedelta, error: str) -> None:
    """Try the job again after a pause."""
    jobs.again(unit, job, unit.now + pause, error)


def hold(unit: Unit, job: Job) -> None:
    """Let the job wait until its instance is resumed; at once, if it has been meanwhile."""
    head = None if job.instance_id is None else instances.find_head(unit, job.instance_id)
    if head is None or not head.is_suspended:
        jobs.restart(unit, job, unit.now)
        return
    instances.expect_suspended(unit, head.id)
    jobs.hold(unit, job)


def put_back(unit: Unit) -> None:
    """What a killed worker has left half done is due again."""
    jobs.put_back(unit)


def next_job_at(unit: Unit) -> datetime | None:
    return jobs.next_at(unit)


def tidy(unit: Unit) -> None:
    """Daily: expired messages, drafts of closed tasks, old events and sign-in attempts."""
    messages.expire(unit)
    signals.forget(unit)
    tasks.drop_stale_drafts(unit)
    outbox.drop_events(unit, unit.now - EVENTS_KEPT)
    people.drop_attempts(unit, unit.now - ATTEMPTS_KEPT)


def tidy_files(unit: Unit) -> None:
    """Daily: rows of files nobody has referred to; their content goes once that is durable."""
    free = attachments.drop_old_drafts(unit)
    folder = unit.office.files

    def remove() -> None:
        for sha256 in free:
            (folder / sha256).unlink(missing_ok=True)

    unit.after_commit(remove)
