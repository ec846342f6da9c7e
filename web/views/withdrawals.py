"""引き戻す: taking back a task one has just completed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from engine.domain.withdrawal import NotWithdrawableError, Offer
from engine.services import withdrawing
from web import withdrawals
from web.context import actor, engine
from web.errors import Message, page
from web.i18n import _, filled

bp = Blueprint("withdrawals", __name__, url_prefix="/tasks")


@bp.post("/<task_id>/withdraw")
def withdraw(task_id: str) -> Response:
    try:
        task = engine().run(withdrawing.withdraw, task_id, actor())
    except NotWithdrawableError as error:
        offer = Offer(obstacle=error.obstacle, person_id=error.person_id)
        next_step = _("完了したタスクの画面に、引戻しを依頼する相手が出ています。")
        texts = (withdrawals.why(offer), next_step)
        return page(Message(title=_("もう引き戻せません"), texts=texts), 409)
    pattern = _("「%(task)s」を引き戻しました。入力した内容は下書きにあります。")
    flash(filled(pattern, task=task.name), "ok")
    return redirect(url_for("tasks.show", task_id=task_id), code=303)
