"""業務を始める: the processes one may start, and their start forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from secrets import token_urlsafe

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.services import form_pages, instances
from engine.services.instances import Start, StartPage
from web import posts
from web.context import actor, engine
from web.i18n import _

bp = Blueprint("processes", __name__, url_prefix="/processes")
PROJECT, SYSTEM, SUBJECT = "start.project", "start.system", "start.subject"
MAX_SUBJECT = 50


@bp.get("")
def listing() -> str:
    return render_template("processes.html", definitions=engine().ask(instances.startable, actor()))


@bp.get("/<key>/start")
def start(key: str) -> str:
    return _rendered(key)


@bp.post("/<key>/start")
def submit(key: str) -> Response:
    try:
        post = posts.read(actor())
    except posts.FileErrors as error:
        return make_response(_rendered(key, error.post, error.errors), 422)
    action = request.form.get("do", "start")
    if action != "start":
        changed = engine().ask(form_pages.of_start, key, post, action)
        return make_response(_rendered(key, changed))
    place = Start(
        project_id=request.form.get(PROJECT, ""),
        system_id=request.form.get(SYSTEM) or None,
        subject=request.form.get(SUBJECT, "").strip() or None,
        submission_key=request.form.get("submission_key"),
    )
    errors = _missing(key, place)
    try:
        if not errors:
            return _started(engine().run(instances.submit_start, key, actor(), post, place))
    except FieldErrors as error:
        errors = error.errors
    return make_response(_rendered(key, post, errors), 422)


def _started(instance_id: str) -> Response:
    flash(_("案件を始めました。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


def _missing(key: str, place: Start) -> dict[str, str]:
    page = engine().ask(instances.start_page, key, actor())
    if page.projects and not place.project_id:
        return {PROJECT: _("プロジェクトを選んでください。")}
    if page.shown is None and not place.subject:
        return {SUBJECT: _("件名を入力してください。")}
    if place.subject and len(place.subject) > MAX_SUBJECT:
        return {SUBJECT: _("件名は%(count)s文字以内で入力してください。", count=MAX_SUBJECT)}
    return {}


def _rendered(
    key: str,
    post: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    chosen = request.form.get(PROJECT) or request.args.get("project") or None
    page: StartPage = engine().ask(instances.start_page, key, actor(), post, errors, chosen)
    template = "start.html"
    if request.headers.get("X-Part") == "fields":
        template = "_parts/task_fields.html"
    return render_template(
        template,
        page=page,
        shown=page.shown,
        own_errors={
            name: text for name, text in (errors or {}).items() if name.startswith("start.")
        },
        chosen=chosen or (page.projects[0].id if len(page.projects) == 1 else ""),
        submission_key=request.form.get("submission_key") or token_urlsafe(16),
        new_row=request.form.get("do", "").partition(":"),
        subject_limit=MAX_SUBJECT,
    )
