"""届いていないメッセージ: why nobody has received them; deliver again, or discard with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.undelivered import Undelivered, Why
from engine.services import undelivered
from engine.services.incidents import MANY, CountError
from web.context import actor, engine
from web.digits import number
from web.i18n import _
from web.paging import asked_page

bp = Blueprint("messages", __name__, url_prefix="/admin/messages")
PAGE_SIZE = 25
MAX_REASON = 400


@bp.get("")
def listing() -> str:
    view = request.args.get("view", "")
    view = view if view in undelivered.STATES else "waiting"
    page = asked_page()
    rows = engine().ask(undelivered.listing, actor(), view, page=page, size=PAGE_SIZE + 1)
    return render_template(
        "messages.html",
        rows=rows[:PAGE_SIZE],
        has_next=len(rows) > PAGE_SIZE,
        page=page,
        page_size=PAGE_SIZE,
        view=view,
        counts=engine().ask(undelivered.counts, actor()),
        why=why,
    )


def why(row: Undelivered) -> str:
    """Why nobody has it, and what would help."""
    said = {
        Why.NO_LISTENER: _(
            "この名前のメッセージを待つ業務フローが公開されていません。公開してから再配信します。"
        ),
        Why.NOBODY_WAITS: _("このメッセージを待っている案件が、今はありません。"),
        Why.OTHER_PROJECT: _("待っている案件は、別のプロジェクトのものです。"),
        Why.OTHER_KEY: _("照合キーが合う案件がありません。似たキーで待っている案件："),
        Why.EXPIRED: _("受け取る案件がないまま、有効期間が過ぎました。"),
        Why.DISCARDED: _("破棄されました。"),
    }
    return said[row.why]


@bp.post("/redeliver")
def redeliver() -> Response:
    ids = request.form.getlist("id")
    if not ids:
        return _nothing_chosen()
    return _accepted(engine().run(undelivered.redeliver_all, ids, actor()))


@bp.get("/discard/confirm")
def confirm_discard() -> str:
    return _question(request.args.getlist("id"), {})


@bp.post("/discard")
def discard() -> Response:
    ids = request.form.getlist("id")
    reason = request.form.get("reason", "").strip()
    errors = {}
    if not reason:
        errors["reason"] = _("理由を入力してください。")
    elif len(reason) > MAX_REASON:
        errors["reason"] = _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
    if not errors:
        try:
            return _accepted(engine().run(undelivered.discard_all, ids, reason, actor(), _typed()))
        except CountError:
            errors["count"] = _(
                "件数が違います。表示されている件数を半角の数字で入力してください。"
            )
    return make_response(_question(ids, errors), 422)


def _typed() -> int | None:
    return number(request.form.get("count", "").strip(), None)


def _accepted(batch_id: str) -> Response:
    flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


def _nothing_chosen() -> Response:
    flash(_("メッセージを1件以上選んでください。"), "note")
    return redirect(url_for(".listing"), code=303)


def _question(ids: list[str], errors: dict[str, str]) -> str:
    return render_template(
        "message_question.html",
        messages=engine().ask(undelivered.chosen, ids, actor()),
        errors=errors,
        reason=request.form.get("reason", ""),
        typed=request.form.get("count", ""),
        longest=MAX_REASON,
        many=MANY,
    )
