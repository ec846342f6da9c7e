"""引き戻す on the pages: the toast after a completion, and why it cannot be taken back any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash
from markupsafe import Markup

from engine.domain.user_task import UserTask
from engine.domain.withdrawal import Obstacle, Offer
from engine.services import people, withdrawing
from engine.services.tasks import Completed
from web import formats
from web.context import actor, engine
from web.i18n import _, filled

TOAST = "undo"  # category of the flash; its message is a mapping


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What the page of a completed task says.

    `until` is empty when it cannot be taken back; then `why` says so, and `holders` are the tasks
    whose people can be asked instead, with their `names`.
    """

    until: str = ""
    why: Markup | str = ""
    holders: tuple[UserTask, ...] = ()
    names: Mapping[str, str]


def say_completed(done: Completed) -> None:
    """Flash that the task is completed, with the button to take it back while that is possible."""
    said = filled(_("「%(task)s」を完了しました。"), task=done.task.name)
    if done.undo_until is None:
        flash(said, "ok")
        return
    until = formats.clock(done.undo_until)
    flash({"said": said, "task_id": done.task.id, "until": until}, TOAST)  # type: ignore[arg-type]  # any JSON


def of_task(task: UserTask) -> Undo | None:
    """What to say on the page of the task to the person at the keyboard."""
    offer = engine().ask(withdrawing.offer, task.id, actor())
    if offer is None:
        return None
    if offer.until is not None:
        return Undo(until=formats.clock(offer.until), names={})
    holders = engine().ask(withdrawing.holders, task.id, actor())
    ids = {one.assignee for one in holders} - {None}
    names = engine().ask(people.names, sorted(filter(None, ids)))
    return Undo(why=why(offer), holders=holders, names=names)


def why(offer: Offer) -> Markup | str:
    """The sentence for the obstacle."""
    if offer.obstacle is Obstacle.SEEN and offer.person_id is not None:
        names = engine().ask(people.names, [offer.person_id])
        name = names.get(offer.person_id, offer.person_id)
        return filled(_("%(name)sさんが次のタスクを開いたため、引き戻せません。"), name=name)
    return _sentences().get(offer.obstacle or Obstacle.UNKNOWN, _("この完了は引き戻せません。"))


def _sentences() -> dict[Obstacle, str]:
    return {
        Obstacle.LATE: _("引き戻せる時間を過ぎました。"),
        Obstacle.SEEN: _("次のタスクが開かれたため、引き戻せません。"),
        Obstacle.MOVED: _("案件が先に進んだため、引き戻せません。"),
        Obstacle.ENDED: _("この完了で案件が終わったため、引き戻せません。"),
        Obstacle.REGISTER: _("この完了で台帳に記録したため、引き戻せません。"),
        Obstacle.MESSAGE: _("この完了でメッセージを送ったため、引き戻せません。"),
        Obstacle.MAIL: _("この完了でメールを送ったため、引き戻せません。"),
        Obstacle.CALL: _("この完了で次の業務フローが始まったか終わったため、引き戻せません。"),
        Obstacle.SUSPENDED: _("案件が一時停止中のため、引き戻せません。"),
        Obstacle.OPERATION: _("この完了で自動処理を始めたため、引き戻せません。"),
    }
