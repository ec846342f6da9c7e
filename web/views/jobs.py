"""予約処理: what the engine does later and for which case; what was set aside is tried again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.records import Job
from engine.services import waiting_jobs
from web.context import actor, clock, engine
from web.i18n import _

bp = Blueprint("jobs", __name__, url_prefix="/admin/jobs")


@bp.get("")
def listing() -> str:
    state = request.args.get("state", "")
    state = state if state in waiting_jobs.STATES else "todo"
    return render_template(
        "jobs.html",
        rows=engine().ask(waiting_jobs.listing, actor(), state),
        counts=engine().ask(waiting_jobs.counts, actor()),
        state=state,
        what=what,
        most=waiting_jobs.MOST,
        now=clock().now,
    )


@bp.post("/<int:job_id>/retry")
def retry(job_id: int) -> Response:
    engine().run(waiting_jobs.retry, job_id, actor())
    flash(_("予約処理を再実行しました。"), "ok")
    return redirect(url_for(".listing", state="failed"), code=303)


def what(job: Job) -> str:
    """What it does, in words."""
    said = {
        "fire_timer": _("待ち時間・期限が来たときに案件を進める"),
        "run_operation": _("外部への自動処理を行う"),
        "finish_operation": _("外部への自動処理の結果を案件に渡す"),
        "deliver_kept": _("一時停止の間に届いたメッセージを案件に渡す"),
        "resume_caller": _("終わった案件の結果を、呼び出した案件に渡す"),
        "escalate_call": _("呼び出された案件の知らせを、呼び出した案件に渡す"),
        "route_message": _("メッセージを待っている案件に届ける"),
        "match_subscription": _("先に届いていたメッセージを探す"),
        "broadcast_signal": _("一斉通知を届ける"),
    }
    return said.get(job.kind, _("内部の処理"))
