"""送信待ち: mail that waits, went out or could not; administrators send it again or discard it."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.mail import MailState
from engine.services import mails
from engine.services.mails import NEWEST
from web import mail_words, paging
from web.context import actor, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("outbox", __name__, url_prefix="/admin/outbox")
MAX_REASON = 400


@bp.get("")
def listing() -> str:
    asked = request.args.get("state", "")
    state = asked if asked in list(MailState) else MailState.FAILED
    before = paging.asked_id("before")
    return render_template(
        "outbox.html",
        found=engine().ask(mails.listing, actor(), state, before or NEWEST),
        state=state,
        is_first=before is None,
        has_host=bool(engine().settings.mail.host),
        words=mail_words,
    )


@bp.post("")
def act() -> Response:
    """Send what was ticked again, or ask why it is to be discarded."""
    ids = _ids(request.form.getlist("id"))
    back = redirect(url_for(".listing", state=request.args.get("state")), code=303)
    if not ids:
        flash(_("メールを1件以上選んでください。"), "note")
        return back
    if request.form.get("do") == "discard":
        return redirect(url_for(".confirm_discard", id=ids), code=303)
    count = engine().run(mails.send_again, ids, actor())
    flash(_("%(count)s件をもう一度送ります。", count=count), "ok")
    return back


@bp.get("/discard/confirm")
def confirm_discard() -> str:
    return _question(_ids(request.args.getlist("id")))


@bp.post("/discard")
def discard() -> Response:
    ids, reason = _ids(request.form.getlist("id")), request.form.get("reason", "").strip()
    error = ""
    if not reason:
        error = _("理由を入力してください。")
    elif len(reason) > MAX_REASON:
        error = _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
    if error:
        return make_response(_question(ids, error), 422)
    count = engine().run(mails.discard, ids, reason, actor())
    flash(_("%(count)s件を破棄しました。", count=count), "ok")
    return redirect(url_for(".listing"), code=303)


def _question(ids: list[int], error: str = "") -> str:
    return render_template(
        "outbox_discard.html",
        mails=engine().ask(mails.chosen, ids, actor()),
        error=error,
        reason=request.form.get("reason", ""),
        longest=MAX_REASON,
    )


def _ids(texts: list[str]) -> list[int]:
    return [id_ for text in texts if (id_ := number(text, 0))]
