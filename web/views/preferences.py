"""自分の設定: which notices the person at the keyboard also gets by mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import notices
from engine.services.notices import BY_MAIL
from web import notice_words
from web.context import actor, engine
from web.i18n import _

bp = Blueprint("preferences", __name__, url_prefix="/me")


@bp.get("")
def show() -> str:
    return render_template(
        "preferences.html",
        names=notice_words.names(),
        chosen=engine().ask(notices.mail_choice, actor()),
        has_host=bool(engine().settings.mail.host),
    )


@bp.post("")
def save() -> Response:
    wanted = set(request.form.getlist("kind")) & set(BY_MAIL)
    engine().run(notices.choose_mail, actor(), wanted)
    flash(_("設定を保存しました。"), "ok")
    return redirect(url_for(".show"), code=303)
