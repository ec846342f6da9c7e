"""What the worker asks of the job table and the outbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain.records import Job, OutboxRow
from engine.services import attachments
from engine.services.unit import Unit
from engine.storage import jobs, messages, outbox, people, tasks

EVENTS_KEPT = timedelta(days=7)
ATTEMPTS_KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to deliver.  `addresses` leaves out people without one."""

    row: OutboxRow
    addresses: tuple[str, ...]
    subject: str
    body: str


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


def put_back(unit: Unit) -> None:
    """What a killed worker has left half done is due again."""
    jobs.put_back(unit)


def next_job_at(unit: Unit) -> datetime | None:
    return jobs.next_at(unit)


def due_mail(unit: Unit) -> list[Mail]:
    """Mail that should go out now, with the addresses as they are now."""
    return [_mail(unit, row) for row in outbox.due(unit, "mail")]


def _mail(unit: Unit, row: OutboxRow) -> Mail:
    found = [people.find(unit, person_id) for person_id in row.body["to"]]
    addresses = [person.email for person in found if person and person.is_active and person.email]
    number = row.body.get("business_key", "")
    subject = f"【{number}】{row.body['subject']}" if number else row.body["subject"]
    return Mail(row=row, addresses=tuple(addresses), subject=subject, body=row.body["body"])


def mail_sent(unit: Unit, row: OutboxRow) -> None:
    outbox.sent(unit, row)


def mail_failed(unit: Unit, row: OutboxRow, pause: timedelta, error: str) -> None:
    """Try again after a pause; after the last attempt the mail is set aside."""
    if row.attempts + 1 >= unit.office.policy.mail_attempts:
        outbox.failed(unit, row, error)
    else:
        outbox.later(unit, row, unit.now + pause, error)


def mail_without_address(unit: Unit, row: OutboxRow) -> None:
    outbox.failed(unit, row, "宛先のメールアドレスがありません。")


def tidy(unit: Unit) -> None:
    """Daily: expired messages, drafts of closed tasks, old events and sign-in attempts."""
    messages.expire(unit)
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
