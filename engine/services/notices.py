"""Notices (お知らせ): what people should know, on their page and by mail if it matters now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.notice import Notice
from engine.domain.user_task import UserTask
from engine.services import notice_texts
from engine.services.unit import Unit
from engine.storage import history, instances, outbox, tasks
from engine.storage import notices as rows
from engine.storage.history import Line

NEWEST = rows.NEWEST
# kinds that also come by mail, unless a person does not want it
BY_MAIL = (
    "task_due_soon",
    "task_due_today",
    "task_overdue",
    "task_assigned",
    "task_reassigned",
    "mention",
    "delegation_given",
    "delegation_set",
    "completed_by_proxy",
)
NO_DETAIL: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Notices:
    """One page, newest first.  `next_before`: where the next one goes on, None on the last."""

    rows: tuple[Notice, ...]
    unread: int
    next_before: int | None


def notify(  # noqa: PLR0913 - what a notice is made of
    unit: Unit,
    person_ids: Iterable[str],
    kind: str,
    *,
    detail: Mapping[str, Any] = NO_DETAIL,
    instance_id: str | None = None,
    task_id: str | None = None,
    key: str | None = None,
    mail: bool = False,
) -> None:
    """Note one notice for each person; the caller leaves out the actor.

    `key`: a person gets at most one notice, and one mail, with it, however often it is asked for.
    `detail`: plain values that fill the words of the kind.
    """
    people = [one for one in dict.fromkeys(person_ids) if not one.startswith("system:")]
    keys = {one: None if key is None else f"{key}:{one}" for one in people}
    known = rows.known(unit, filter(None, keys.values()))
    new = [one for one in people if keys[one] not in known]
    for person_id in new:
        row = {"person_id": person_id, "kind": kind, "detail": detail, "key": keys[person_id]}
        rows.add(unit, {**row, "instance_id": instance_id, "task_id": task_id})
    if mail and new:
        silent = rows.without_mail(unit, new)
        wanted = [one for one in new if (one, kind) not in silent]
        _post(unit, wanted, kind, detail, (instance_id, task_id))


def _post(
    unit: Unit,
    person_ids: Sequence[str],
    kind: str,
    detail: Mapping[str, Any],
    about: tuple[str | None, str | None],
) -> None:
    """Note a mail of its own for each: nobody learns who else was told."""
    if not person_ids:
        return
    instance_id, task_id = about
    task: UserTask | None = None
    head: InstanceHead | None = None
    if task_id is not None:
        task, head = tasks.get_with_head(unit, task_id)
    elif instance_id is not None:
        head = instances.find_head(unit, instance_id)
    text = notice_texts.mail(kind, detail, head, task, unit.office.policy.public_url)
    body = {"subject": text.subject, "body": text.body, "business_key": text.business_key}
    for person_id in person_ids:
        outbox.add(unit, "mail", {**body, "to": [person_id]}, head.id if head else None)
    unit.wake_worker()


def mail_choice(unit: Unit, actor: Actor) -> frozenset[str]:
    """The kinds that the actor gets by mail, too."""
    silent = rows.without_mail(unit, [actor.user_id])
    return frozenset(kind for kind in BY_MAIL if (actor.user_id, kind) not in silent)


def choose_mail(unit: Unit, actor: Actor, kinds: Collection[str]) -> None:
    """Let only these kinds come by mail; on the page all of them come."""
    rows.choose(unit, actor.user_id, (kind for kind in BY_MAIL if kind not in kinds))
    history.add(unit, Line(event="mail_chosen", actor=actor, detail={"kinds": sorted(kinds)}))


def unread_count(unit: Unit, actor: Actor) -> int:
    """For the bell; at most 1,000."""
    return rows.count_unread(unit, actor.user_id)


def listing(unit: Unit, actor: Actor, before: int = rows.NEWEST, size: int = 50) -> Notices:
    """The actor's own notices with an id below `before`."""
    found = rows.page(unit, actor.user_id, before, size + 1)
    return Notices(
        rows=tuple(found[:size]),
        unread=rows.count_unread(unit, actor.user_id),
        next_before=found[size - 1].id if len(found) > size else None,
    )


def read(unit: Unit, actor: Actor, notice_id: int) -> None:
    """Take note of one; one that is read already, or somebody else's, stays as it is."""
    rows.read(unit, actor.user_id, notice_id, notice_id)


def read_all(unit: Unit, actor: Actor, newest: int) -> None:
    """Take note of all up to the one that stood at the top of the page."""
    rows.read(unit, actor.user_id, 0, newest)
