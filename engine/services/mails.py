"""Mail that is to go out, has gone out, or could not: for the relay and for administrators."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.domain.access import ADMINISTRATOR, Actor, may_administer
from engine.domain.errors import ForbiddenError, InvalidError
from engine.domain.mail import MailFault, MailState, Trouble
from engine.domain.records import OutboxRow
from engine.services.notices import notify
from engine.services.unit import Unit
from engine.storage import history, outbox, people
from engine.storage.history import Line

NEWEST = outbox.NEWEST
ROUND = 10  # jobs get their turn after so many mails


class MailboxForAdministratorsError(ForbiddenError):
    """Only administrators see and change what waits to be sent."""

    code = "mail_for_administrators"


class DiscardReasonError(InvalidError):
    """Mail is thrown away with a reason only."""

    code = "discard_reason_missing"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to deliver.  `addresses`: person id -> address, without people who have none."""

    row: OutboxRow
    addresses: Mapping[str, str]
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A mail as administrators see it; `names` of those it goes to."""

    row: OutboxRow
    names: tuple[str, ...]
    subject: str


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One page of the mail of a state, newest first.  `counts`: state -> number, at most 1,000."""

    rows: tuple[Posted, ...]
    counts: Mapping[str, int]
    next_before: int | None = None


def due(unit: Unit) -> list[Mail]:
    """Mail that should go out now, with the addresses as they are now."""
    return [_mail(unit, row) for row in outbox.due(unit, "mail", ROUND)]


def _mail(unit: Unit, row: OutboxRow) -> Mail:
    found = [people.find(unit, person_id) for person_id in row.body["to"]]
    known = {one.id: one.email for one in found if one and one.is_active and one.email}
    return Mail(row=row, addresses=known, subject=_subject(row), body=row.body["body"])


def _subject(row: OutboxRow) -> str:
    number = row.body.get("business_key", "")
    return f"【{number}】{row.body['subject']}" if number else str(row.body["subject"])


def sent(unit: Unit, row: OutboxRow, refused: Mapping[str, str]) -> None:
    """It has gone out.  `refused`: person id -> what the host said, of those it did not reach.

    For them a mail of their own is set aside, so that sending again reaches nobody twice.
    """
    outbox.sent(unit, row)
    if refused:
        said = " / ".join(sorted(set(refused.values())))
        error = Trouble(fault=MailFault.RECIPIENT, said=said).text
        outbox.add_failed(unit, {**row.body, "to": sorted(refused)}, row.instance_id, error)
        _tell(unit)


def failed(unit: Unit, row: OutboxRow, pause: timedelta, trouble: Trouble) -> None:
    """Try again after a pause; after the last attempt the mail is set aside."""
    if trouble.is_final or row.attempts + 1 >= unit.office.policy.mail_attempts:
        outbox.failed(unit, row, trouble.text)
        _tell(unit)
    else:
        outbox.later(unit, row, unit.now + pause, trouble.text)


def _tell(unit: Unit) -> None:
    """Note a notice to the administrators, at most one an hour; by mail it would not come."""
    found = people.holders(unit, [ADMINISTRATOR], None, unit.today)
    key = f"mail_failed {unit.now:%Y-%m-%d %H}"
    notify(unit, (holder.id for holder in found), "mail_failed", key=key)


def listing(unit: Unit, actor: Actor, state: str, before: int = NEWEST, size: int = 50) -> Mailbox:
    """Mail of that state with an id below `before`.

    Raises:
        MailboxForAdministratorsError: the actor is none.
    """
    _check(actor)
    found = outbox.of_state(unit, MailState(state), before, size + 1)
    return Mailbox(
        rows=_posted(unit, found[:size]),
        counts={one: outbox.count(unit, one) for one in (MailState.WAITING, MailState.FAILED)},
        next_before=found[size - 1].id if len(found) > size else None,
    )


def _posted(unit: Unit, rows: Sequence[OutboxRow]) -> tuple[Posted, ...]:
    names = people.names(unit, (one for row in rows for one in row.body["to"]))
    return tuple(
        Posted(
            row=row,
            names=tuple(names.get(one, one) for one in row.body["to"]),
            subject=_subject(row),
        )
        for row in rows
    )


def failed_count(unit: Unit, actor: Actor) -> int:
    """For the menu; at most 1,000."""
    _check(actor)
    return outbox.count(unit, MailState.FAILED)


def chosen(unit: Unit, ids: Collection[int], actor: Actor) -> tuple[Posted, ...]:
    """Those of the ids that still can be sent or discarded."""
    _check(actor)
    return _posted(unit, _open(unit, ids))


def _open(unit: Unit, ids: Collection[int]) -> list[OutboxRow]:
    return [row for row in outbox.find(unit, ids) if row.state in ("waiting", "failed")]


def send_again(unit: Unit, ids: Collection[int], actor: Actor) -> int:
    """Let these go out now, with all their attempts before them; how many there were.

    What has been sent or discarded meanwhile stays as it is.
    """
    return _change(unit, ids, actor, MailState.WAITING, "")


def discard(unit: Unit, ids: Collection[int], reason: str, actor: Actor) -> int:
    """Give these up; how many there were.

    Raises:
        DiscardReasonError: no reason was given.
    """
    if not reason.strip():
        raise DiscardReasonError("a reason is needed")
    return _change(unit, ids, actor, MailState.DISCARDED, reason.strip())


def _change(unit: Unit, ids: Collection[int], actor: Actor, state: MailState, reason: str) -> int:
    _check(actor)
    found = _open(unit, ids)
    error = Trouble(fault=MailFault.GIVEN_UP, said=reason).text if reason else ""
    for row in found:
        outbox.change(unit, row, state, error)
    event = "mail_discarded" if state is MailState.DISCARDED else "mail_sent_again"
    for row in found:
        detail = {"outbox_id": row.id, "subject": row.body["subject"], "reason": reason}
        history.add(
            unit, Line(event=event, actor=actor, instance_id=row.instance_id, detail=detail)
        )
    if state is MailState.WAITING:
        unit.wake_worker()
    return len(found)


def _check(actor: Actor) -> None:
    if not may_administer(actor):
        raise MailboxForAdministratorsError(f"{actor.user_id} is no administrator")
