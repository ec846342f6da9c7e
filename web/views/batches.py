"""Work in the background: what I have begun, how far each is, what could not be done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from engine.domain.batch import Batch
from engine.services import batches, people
from web import batch_words
from web.context import actor, engine
from web.i18n import _
from web.paging import asked_page

bp = Blueprint("batches", __name__, url_prefix="/batches")
PAGE_SIZE = 25
ITEMS = 50


@bp.get("")
def listing() -> str:
    page = asked_page()
    found = engine().ask(batches.mine, actor(), page=page, size=PAGE_SIZE + 1)
    return render_template(
        "batches.html",
        batches=found[:PAGE_SIZE],
        has_next=len(found) > PAGE_SIZE,
        page=page,
        page_size=PAGE_SIZE,
        words=batch_words,
    )


@bp.get("/<batch_id>")
def show(batch_id: str) -> str:
    page = asked_page()
    batch: Batch = engine().ask(batches.progress, batch_id, actor(), page=page, size=ITEMS)
    return render_template(
        "batch.html",
        batch=batch,
        page=page,
        page_size=ITEMS,
        words=batch_words,
        is_mine=batch.person_id == actor().user_id,
        names=engine().ask(people.names, [batch.person_id]),
        kept_days=batches.FILES_KEPT.days,
    )


@bp.get("/<batch_id>/file")
def download(batch_id: str) -> Response:
    batch, path = engine().ask(batches.file_of, batch_id, actor())
    return send_file(
        path,
        mimetype=batch.result.get("content_type") or "application/octet-stream",
        as_attachment=True,
        download_name=batch.file_name,
    )


@bp.post("/<batch_id>/again")
def again(batch_id: str) -> Response:
    new_id = engine().run(batches.again, batch_id, actor())
    flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for(".show", batch_id=new_id), code=303)
