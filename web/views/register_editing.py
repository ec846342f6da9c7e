"""Records written by hand: a new one, a change, another state; and what if somebody was first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.records import RegisterEntry
from engine.domain.register import VALID
from engine.forms.posts import Post
from engine.services import people, register_editing, registers
from engine.services.register_editing import (
    NEW_STATE,
    PROJECT,
    REASON,
    Edit,
    EditPage,
)
from engine.services.register_writing import NewerVersionError
from web import conflicts, formats, posts
from web.context import actor, clock, engine
from web.digits import number
from web.i18n import _, filled

bp = Blueprint("register_editing", __name__, url_prefix="/registers")
SYSTEM, VERSION = "start.system", "edit.version"
OFFERED_STATES = (VALID, "完了", "取下げ")


def _edit(entry_id: str | None) -> Edit:
    """What the request says besides the fields of the form."""
    return Edit(
        entry_id=entry_id,
        version=number(request.form.get(VERSION, ""), None),
        project_id=request.form.get(PROJECT) or None,
        system_id=request.form.get(SYSTEM) or None,
        reason=request.form.get(REASON, "").strip(),
    )


@bp.get("/<code>/new")
def new(code: str) -> str:
    return _rendered(engine().ask(register_editing.page, code, actor(), Edit()))


@bp.get("/<code>/<entry_id>/edit")
def edit(code: str, entry_id: str) -> str:
    return _rendered(engine().ask(register_editing.page, code, actor(), Edit(entry_id=entry_id)))


@bp.post("/<code>/new")
def enter(code: str) -> Response:
    return _sent(code, None)


@bp.post("/<code>/<entry_id>/edit")
def change(code: str, entry_id: str) -> Response:
    return _sent(code, entry_id)


def _sent(code: str, entry_id: str | None) -> Response:
    """Everything the form's buttons ask for: save, rows, fields anew."""
    what = _edit(entry_id)
    try:
        post = posts.read(actor())
    except posts.FileErrors as error:
        return _again(code, what, error.post, error.errors, 422)
    action = request.form.get("do", "save")
    if action != "save":
        changed = engine().ask(register_editing.arranged, code, actor(), what, post, action)
        return _again(code, what, changed)
    try:
        saved = engine().run(register_editing.submit, code, actor(), what, post)
    except FieldErrors as error:
        return _again(code, what, post, error.errors, 422)
    except NewerVersionError as error:
        return _overtaken(code, what, post, error)
    return _done(code, what, saved)


def _done(code: str, what: Edit, saved: RegisterEntry) -> Response:
    if what.version == saved.version:
        text = _("変わったところがないため、新しい版は作りませんでした。")
    elif what.entry_id is None:
        text = filled(_("%(number)sを登録しました。"), number=saved.number)
    else:
        text = filled(_("%(number)sを直しました。"), number=saved.number)
    flash(text, "ok")
    return redirect(url_for("registers.entry", code=code, entry_id=saved.id), code=303)


def _again(
    code: str,
    what: Edit,
    post: Mapping[str, Sequence[str]],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    page = engine().ask(register_editing.page, code, actor(), what, post, errors)
    return make_response(_rendered(page, errors), status)


def _rendered(page: EditPage, errors: Mapping[str, str] | None = None) -> str:
    template = "register_form.html"
    if request.headers.get("X-Part") == "fields":
        template = "_parts/task_fields.html"
    chosen = request.form.get(PROJECT, "")
    if not chosen and len(page.projects) == 1:
        chosen = page.projects[0].id
    own = {n: text for n, text in (errors or {}).items() if n in (PROJECT, REASON)}
    return render_template(
        template,
        page=page,
        register=page.register,
        entry=page.entry,
        shown=page.shown,
        own_errors=own,
        chosen=chosen,
        version=request.form.get(VERSION) or (page.entry.version if page.entry else ""),
        new_row=request.form.get("do", "").partition(":"),
    )


def _overtaken(code: str, what: Edit, post: Post, error: NewerVersionError) -> Response:
    """409: what stands in the record now beside what was sent."""
    now = engine().ask(register_editing.page, code, actor(), what)
    mine = engine().ask(register_editing.page, code, actor(), what, post)
    current = error.entry
    names = engine().ask(people.names, [current.written_by])
    pattern = _("この記録は、先に%(name)sが直しました（%(time)s、第%(version)s版）。")
    said = filled(
        pattern,
        name=names.get(current.written_by, _("自動処理")),
        time=formats.list_moment(current.written_at, clock().today),
        version=current.version,
    )
    return make_response(
        render_template(
            "register_conflict.html",
            register=now.register,
            entry=current,
            what=said,
            lines=conflicts.lines(now.shown, mine.shown),
        ),
        409,
    )


@bp.get("/<code>/<entry_id>/state")
def ask_state(code: str, entry_id: str) -> str:
    return _state_question(code, entry_id)


@bp.post("/<code>/<entry_id>/state")
def set_state(code: str, entry_id: str) -> Response:
    what, state = _edit(entry_id), request.form.get(NEW_STATE, "").strip()
    try:
        saved = engine().run(register_editing.set_state, code, actor(), what, state)
    except FieldErrors as error:
        return make_response(_state_question(code, entry_id, error.errors), 422)
    flash(
        filled(_("%(number)sの状態を「%(state)s」にしました。"), number=saved.number, state=state),
        "ok",
    )
    return redirect(url_for("registers.entry", code=code, entry_id=entry_id), code=303)


def _state_question(code: str, entry_id: str, errors: Mapping[str, str] | None = None) -> str:
    page = engine().ask(register_editing.page, code, actor(), Edit(entry_id=entry_id))
    if page.entry is None:
        raise NotFoundError("register_entry", entry_id)
    known = [*OFFERED_STATES, *engine().ask(registers.states, code)]
    return render_template(
        "register_state.html",
        register=page.register,
        entry=page.entry,
        states=[one for one in dict.fromkeys(known) if one != page.entry.state],
        errors=errors or {},
        version=request.form.get(VERSION) or page.entry.version,
    )
