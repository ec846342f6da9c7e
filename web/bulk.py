"""Several tasks at once: each is its own command, and each tells what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain.errors import (
    EngineError,
    ForbiddenError,
    NotFoundError,
    TaskAlreadyClaimedError,
    TaskClosedError,
)
from engine.domain.user_task import UserTask
from engine.services import assigning, people, tasks
from engine.services.assigning import NoAssigneeError
from web.context import actor, engine
from web.i18n import _, filled

MOST = 50
ACTS = ("claim", "unclaim", "assign")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one task; `error` is empty when it went well."""

    task_id: str
    name: str
    number: str
    error: Markup | str = ""


def run(act: str, task_ids: Sequence[str], person_id: str) -> list[Result]:
    """Do it to one task after the other; a failure stops nothing."""
    return [_one(act, task_id, person_id) for task_id in dict.fromkeys(task_ids[:MOST])]


def _one(act: str, task_id: str, person_id: str) -> Result:
    name, number = "", ""
    try:
        seen = engine().ask(tasks.page, task_id, actor())
        name, number = seen.task.name, seen.head.business_key
        _act(act, task_id, person_id)
    except EngineError as error:
        return Result(task_id=task_id, name=name, number=number, error=_why(error))
    return Result(task_id=task_id, name=name, number=number)


def _act(act: str, task_id: str, person_id: str) -> UserTask:
    if act == "assign":
        return engine().run(assigning.assign, task_id, person_id, actor())
    command = tasks.claim if act == "claim" else tasks.unclaim
    return engine().run(command, task_id, actor())


def _why(error: EngineError) -> Markup | str:
    if isinstance(error, TaskAlreadyClaimedError):
        names = engine().ask(people.names, [error.assignee])
        name = names.get(error.assignee, error.assignee)
        return filled(_("%(name)sさんが引き受けています。"), name=name)
    known = (
        (NoAssigneeError, _("担当にする人を選んでください。")),
        (TaskClosedError, _("すでに完了したか、取りやめになっています。")),
        (NotFoundError, _("タスクが見つからないか、見る権限がありません。")),
        (ForbiddenError, _forbidden(error)),
    )
    texts = (text for kind, text in known if isinstance(error, kind))
    return next(texts, _("ほかの人の操作と重なりました。今の状態を確かめてください。"))


def _forbidden(error: EngineError) -> str:
    if error.code == "not_an_assigner":
        return _("担当を替えられるのは、PJMO、候補のグループの長、管理者です。")
    return _("その人はこのタスクの候補ではありません。")
