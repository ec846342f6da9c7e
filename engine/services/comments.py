"""Comments on an instance: write, edit, withdraw; those who are named or follow are told.

Comments stand in their own list.  Nothing of it is ever deleted: what was edited or withdrawn
stays in the history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.domain import comment as rules
from engine.domain import user_task
from engine.domain.access import Actor, may_read_comments
from engine.domain.comment import (
    Comment,
    CommentWithdrawnError,
    Mentions,
    NotTheWriterError,
    Reader,
)
from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.services.notices import notify
from engine.services.unit import Unit
from engine.storage import comments as rows
from engine.storage import history, instances, tasks
from engine.storage.history import Line

EXCERPT = 60  # letters of the text that a notice shows


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The comments of an instance, oldest first.

    `readers` may be named, the nearest first.  `links`: 管理番号 in the texts -> instance id.
    """

    instance_id: str
    comments: tuple[Comment, ...]
    readers: tuple[Reader, ...]
    links: Mapping[str, str]
    has_older: bool = False


@dataclass(frozen=True, kw_only=True)
class _Audience:
    head: InstanceHead
    tasks: Sequence[UserTask]
    readers: Sequence[Reader]

    @property
    def holders(self) -> set[str]:
        return {task.assignee for task in self.tasks if task.assignee and not task.is_closed}


def of_instance(unit: Unit, instance_id: str, actor: Actor, most: int = 100) -> Thread:
    """The newest comments, and who may be named in the next.

    Raises:
        NotFoundError: no such instance, or none whose comments the actor may read.
    """
    audience = _audience(unit, instance_id, actor)
    found = rows.of_instance(unit, instance_id, most + 1)
    near = audience.holders | {one.person_id for one in found}
    others = [reader for reader in audience.readers if reader.id != actor.user_id]
    return Thread(
        instance_id=instance_id,
        comments=tuple(found[-most:]),
        readers=tuple(sorted(others, key=lambda reader: reader.id not in near)),
        links=_links(unit, audience.head, found),
        has_older=len(found) > most,
    )


def _links(unit: Unit, head: InstanceHead, found: Iterable[Comment]) -> dict[str, str]:
    """Numbers of cases of the same project, as far as there are such cases."""
    wanted = {
        number
        for one in found
        if one.withdrawn_at is None
        for number in rules.possible_numbers(one.text)
    }
    return instances.ids_of_numbers(unit, head.project_id, wanted)


def write(  # noqa: PLR0913 - what a comment is made of
    unit: Unit,
    instance_id: str,
    text: str,
    actor: Actor,
    *,
    task_id: str | None = None,
    to: Collection[str] = (),
    submission_key: str | None = None,
) -> None:
    """Write a comment, once per submission key.  `to`: ids of people to name in front of it.

    Raises:
        CommentError: no text, too long, or a name nobody or more than one has.
        NotFoundError: no such instance or task, or not for the actor.
    """
    audience = _audience(unit, instance_id, actor)
    if submission_key is not None:
        if instances.submitted(unit, submission_key) is not None:
            return
        instances.add_submission(unit, submission_key, instance_id)
    if task_id is not None and task_id not in {task.id for task in audience.tasks}:
        raise NotFoundError("user_task", task_id)
    clean = rules.check(_addressed(text, to, audience.readers))
    mentions = rules.find_mentions(clean, audience.readers)
    new = Comment(
        id=0,
        instance_id=instance_id,
        task_id=task_id,
        person_id=actor.user_id,
        person_name=actor.name,
        organisation_name="",
        text=clean,
        at=unit.now,
        mentions=mentions.words,
    )
    rows.add(unit, new)
    _tell(unit, new, mentions.person_ids, actor)
    _tell_followers(unit, new, audience, {actor.user_id, *mentions.person_ids}, actor)


def _tell_followers(
    unit: Unit, new: Comment, audience: _Audience, but: Collection[str], actor: Actor
) -> None:
    """Tell who has written there or holds a task of it, except those who know already."""
    followers = {*rows.writers(unit, new.instance_id), *audience.holders}
    followers &= {reader.id for reader in audience.readers}
    notify(
        unit,
        sorted(followers.difference(but)),
        "comment",
        detail=_detail(new, actor),
        instance_id=new.instance_id,
        task_id=new.task_id,
    )


def edit(unit: Unit, comment_id: int, text: str, actor: Actor) -> Comment:
    """Write one's own comment anew; who is named for the first time is told.

    Raises:
        CommentError, NotTheWriterError, CommentWithdrawnError, NotFoundError.
    """
    old = own(unit, comment_id, actor)
    audience = _audience(unit, old.instance_id, actor)
    clean = rules.check(text)
    if clean == old.text:
        return old
    mentions = rules.find_mentions(clean, audience.readers)
    new = replace(old, text=clean, mentions=mentions.words, edited_at=unit.now)
    rows.save(unit, new)
    history.add(unit, _line("comment_edited", old, actor))
    before = _named_before(old, audience.readers)
    _tell(unit, new, [one for one in mentions.person_ids if one not in before], actor)
    return new


def withdraw(unit: Unit, comment_id: int, actor: Actor) -> Comment:
    """Take one's own comment back: the page no longer shows its text, the trace stays.

    Raises:
        NotTheWriterError, CommentWithdrawnError, NotFoundError.
    """
    old = own(unit, comment_id, actor)
    new = replace(old, withdrawn_at=unit.now)
    rows.save(unit, new)
    history.add(unit, _line("comment_withdrawn", old, actor))
    return new


def own(unit: Unit, comment_id: int, actor: Actor) -> Comment:
    """The actor's own comment.

    Raises:
        NotTheWriterError, CommentWithdrawnError, NotFoundError.
    """
    found = rows.get(unit, comment_id)
    _audience(unit, found.instance_id, actor)
    if found.person_id != actor.user_id:
        raise NotTheWriterError(f"{actor.user_id} has not written comment {comment_id}")
    if found.withdrawn_at is not None:
        raise CommentWithdrawnError(f"comment {comment_id} is withdrawn")
    return found


def _audience(unit: Unit, instance_id: str, actor: Actor) -> _Audience:
    head = instances.get_head(unit, instance_id)
    of_it = tasks.of_instance(unit, instance_id)
    if not _may_read(actor, head, of_it):
        raise NotFoundError("process_instance", instance_id)
    members = rows.members(unit, head.project_id, unit.today)
    readers = [reader for reader, person in members if _may_read(person, head, of_it)]
    return _Audience(head=head, tasks=of_it, readers=readers)


def _may_read(actor: Actor, head: InstanceHead, of_it: Iterable[UserTask]) -> bool:
    has_task = any(
        actor.user_id in (task.assignee, task.completed_by) or user_task.may_take(task, actor)
        for task in of_it
    )
    return may_read_comments(actor, head.started_by, head.project_id, has_task=has_task)


def _addressed(text: str, to: Collection[str], readers: Iterable[Reader]) -> str:
    """The text with the people who were ticked in front of it, by login where names are shared."""
    known = list(readers)
    names = [reader.name for reader in known]
    words = [
        f"@{reader.name if names.count(reader.name) == 1 else reader.login} "
        for reader in known
        if reader.id in to and f"@{reader.name}" not in text and f"@{reader.login}" not in text
    ]
    return "".join(words) + text if text.strip() else text


def _named_before(old: Comment, readers: Sequence[Reader]) -> set[str]:
    try:
        found: Mentions = rules.find_mentions(old.text, readers)
    except rules.CommentError:  # somebody named then may not read it any more
        return set()
    return set(found.person_ids)


def _tell(unit: Unit, comment: Comment, person_ids: Iterable[str], actor: Actor) -> None:
    notify(
        unit,
        [one for one in person_ids if one != actor.user_id],
        "mention",
        detail=_detail(comment, actor),
        instance_id=comment.instance_id,
        task_id=comment.task_id,
        mail=True,
    )


def _detail(comment: Comment, actor: Actor) -> dict[str, str]:
    text = " ".join(comment.text.split())
    return {
        "by": actor.name,
        "excerpt": text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
    }


def _line(event: str, old: Comment, actor: Actor) -> Line:
    return Line(
        event=event,
        actor=actor,
        instance_id=old.instance_id,
        element_kind="comment",
        detail={"comment_id": old.id, "before": old.text},
    )
