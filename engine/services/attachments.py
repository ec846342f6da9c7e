"""Files people hand in: stored before the command that refers to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from engine.domain.access import Actor, may_see_project
from engine.domain.errors import NotFoundError
from engine.domain.person import Attachment
from engine.domain.user_task import UserTask, may_take
from engine.services import delegations, file_store
from engine.services.task_forms import may_act
from engine.services.unit import Unit
from engine.storage import attachments as rows
from engine.storage import batches, instances, tasks


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it comes in; `stream` stands at its beginning."""

    name: str
    content_type: str
    stream: IO[bytes]


def store(unit: Unit, upload: Upload, actor: Actor) -> Attachment:
    """Keep the content under its SHA-256 and note a draft row.

    The content is durable before the row is: a row never names a file that is not there.  Running
    this again stores the same content in the same place.
    """
    sha256, count = file_store.keep(unit.office.files, upload.stream)
    kept = Attachment(
        id=uuid.uuid4().hex,
        name=Path(upload.name.replace("\\", "/")).name[:255] or "file",
        content_type=upload.content_type,
        byte_count=count,
        sha256=sha256,
        state="draft",
        uploaded_by=actor.user_id,
        uploaded_at=unit.now,
    )
    rows.add(unit, kept)
    return kept


def attachment(unit: Unit, attachment_id: str, actor: Actor) -> Attachment:
    """The file's row.

    Raises:
        NotFoundError: none of that id, or none the actor may see.
    """
    found = rows.find(unit, attachment_id)
    if found is None or not _may_see(unit, actor, found):
        raise NotFoundError("attachment", attachment_id)
    return found


def _may_see(unit: Unit, actor: Actor, found: Attachment) -> bool:
    if found.uploaded_by == actor.user_id:
        return True
    if found.state == "draft":
        return False
    return may_see_project(actor, found.project_id) or _has_a_task_there(unit, actor, found)


def _has_a_task_there(unit: Unit, actor: Actor, found: Attachment) -> bool:
    """External parties see the files of what they have, had or may take a part in."""
    if found.instance_id is None:
        return False
    root_id = instances.get_head(unit, found.instance_id).root_id
    there = tasks.of_root(unit, root_id or found.instance_id)
    has_own = any(
        actor.user_id in (task.assignee, task.completed_by) or may_take(task, actor)
        for task in there
    )
    return has_own or _has_one_in_proxy(unit, actor, there)


def _has_one_in_proxy(unit: Unit, actor: Actor, there: Sequence[UserTask]) -> bool:
    """Who acts for somebody sees the files of what that person has to do now."""
    for standing in delegations.standings(unit, actor):
        keys = standing.process_keys
        for task in there:
            if may_act(task, standing.actor) and (
                keys is None or instances.get_head(unit, task.instance_id).key in keys
            ):
                return True
    return False


def path(unit: Unit, attachment_id: str, actor: Actor) -> tuple[Attachment, Path]:
    """The file's row and where its content lies."""
    found = attachment(unit, attachment_id, actor)
    return found, unit.office.files / found.sha256


def of_instance(unit: Unit, instance_id: str) -> list[Attachment]:
    """The files an instance refers to; rights are those of the instance."""
    return rows.of_instance(unit, instance_id)


def drop_old_drafts(unit: Unit) -> list[str]:
    """Note the end of drafts nobody has referred to in time; content that is free now (SHA-256)."""
    before = unit.now - timedelta(days=unit.office.policy.draft_days)
    free = []
    for draft in rows.old_drafts(unit, before):
        rows.drop(unit, draft.id)
        if rows.uses_of(unit, draft.sha256) == 1 and not batches.uses_of(unit, draft.sha256):
            free.append(draft.sha256)
    return free
