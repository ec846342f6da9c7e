"""お知らせ: what the person at the keyboard should know, read and unread."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import notices
from engine.services.notices import NEWEST
from web import notice_words, paging
from web.context import actor, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("notices", __name__, url_prefix="/me/notices")


@bp.get("")
def listing() -> str:
    before = paging.asked_id("before")
    found = engine().ask(notices.listing, actor(), before or NEWEST)
    return render_template(
        "notices.html",
        found=found,
        told=[notice_words.told(one) for one in found.rows],
        is_first=before is None,
    )


@bp.post("/<int:notice_id>/read")
def read(notice_id: int) -> Response:
    engine().run(notices.read, actor(), notice_id)
    return redirect(url_for(".listing", before=request.args.get("before")), code=303)


@bp.post("/read")
def read_all() -> Response:
    newest = number(request.form.get("newest", ""), None)
    if newest is not None:
        engine().run(notices.read_all, actor(), min(newest, NEWEST))
        flash(_("お知らせを既読にしました。"), "ok")
    return redirect(url_for(".listing"), code=303)


def unread() -> int:
    """For the bell on every page."""
    return engine().ask(notices.unread_count, actor())
