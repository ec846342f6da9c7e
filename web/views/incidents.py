"""処理停止: what is stuck, by cause; retried alone, in a selection or as a whole group."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.access import may_administer
from engine.services import faults, incidents
from engine.services.incidents import MANY, Chosen, CountError
from web import incident_words
from web.context import actor, clock, engine
from web.digits import number
from web.i18n import _
from web.paging import asked_page

bp = Blueprint("incidents", __name__, url_prefix="/admin/incidents")
PAGE_SIZE = 25
ROWS = 50
MAX_REASON = 400
MAX_NUMBER = 12


@bp.get("")
def listing() -> str:
    cause = request.args.get("group", "")
    return _group(cause) if cause else _groups()


def _groups() -> str:
    page = asked_page()
    found = engine().ask(incidents.groups, actor(), page=page, size=PAGE_SIZE + 1)
    number = request.args.get("number", "").strip()[:MAX_NUMBER]
    may_look = may_administer(actor())
    return render_template(
        "incidents.html",
        summary=engine().ask(incidents.summary, actor()),
        groups=found[:PAGE_SIZE],
        has_next=len(found) > PAGE_SIZE,
        page=page,
        page_size=PAGE_SIZE,
        number=number,
        fault=engine().ask(faults.find, number, actor()) if number and may_look else None,
        **_words(),
    )


def _group(cause: str) -> str:
    page = asked_page()
    return render_template(
        "incident_group.html",
        group=engine().ask(incidents.group, cause, actor()),
        incidents=engine().ask(incidents.of_group, cause, actor(), page=page, size=ROWS),
        page=page,
        page_size=ROWS,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "words": incident_words,
        "many": MANY,
        "is_administrator": may_administer(actor()),
        "now": clock().now,
    }


@bp.get("/retry/confirm")
def confirm_retry() -> str:
    return _question("retry", _chosen(request.args))


@bp.get("/close/confirm")
def confirm_close() -> str:
    return _question("close", _chosen(request.args))


@bp.post("/retry")
def retry() -> Response:
    which = _chosen(request.form)
    if not which.ids and not which.cause:
        return _nothing_chosen()
    try:
        batch_id = engine().run(incidents.retry_all, which, actor(), _typed())
    except CountError:
        if "count" not in request.form:  # not yet asked
            return redirect(url_for(".confirm_retry", **_query(which)), code=303)
        return make_response(_question("retry", which, errors={"count": _wrong_count()}), 422)
    return _accepted(batch_id)


@bp.post("/close")
def close() -> Response:
    """Set aside without a retry; the reason stays in the history."""
    which = _chosen(request.form)
    reason = request.form.get("reason", "").strip()
    errors = {}
    if not reason:
        errors["reason"] = _("理由を入力してください。")
    elif len(reason) > MAX_REASON:
        errors["reason"] = _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
    if not errors:
        try:
            return _accepted(
                engine().run(incidents.set_aside_all, which, reason, actor(), _typed())
            )
        except CountError:
            errors["count"] = _wrong_count()
    return make_response(_question("close", which, errors=errors), 422)


def _accepted(batch_id: str) -> Response:
    flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


def _nothing_chosen() -> Response:
    flash(_("処理停止を1件以上選んでください。"), "note")
    return redirect(url_for(".listing", group=request.form.get("from") or None), code=303)


def _wrong_count() -> str:
    return _("件数が違います。表示されている件数を半角の数字で入力してください。")


def _chosen(fields: Any) -> Chosen:
    """What was ticked; without a tick, the group that was named."""
    ids = tuple(id_ for one in fields.getlist("id") if (id_ := number(one, 0)))
    return Chosen(
        ids=ids,
        cause="" if ids else fields.get("group", ""),
        until=number(fields.get("until", ""), 0),
    )


def _query(which: Chosen) -> dict[str, Any]:
    if which.cause:
        return {"group": which.cause, "until": which.until}
    return {"id": list(which.ids)}


def _typed() -> int | None:
    return number(request.form.get("count", "").strip(), None)


def _question(verb: str, which: Chosen, errors: dict[str, str] | None = None) -> str:
    found = engine().ask(incidents.chosen, which, actor())
    return render_template(
        "incident_question.html",
        verb=verb,
        which=which,
        incidents=found,
        errors=errors or {},
        reason=request.form.get("reason", ""),
        typed=request.form.get("count", ""),
        longest=MAX_REASON,
        **_words(),
    )
