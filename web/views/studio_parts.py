"""Decisions and input forms of the studio: read, edited where there is a draft, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.dmn.blank import Heads
from engine.domain.errors import FieldErrors
from engine.services import studio, studio_library, studio_parts, studio_preview
from engine.services.studio_parts import PartPage
from web import posts, studio_part_words, studio_words
from web.context import actor, engine
from web.i18n import _
from web.model_keys import model_address

bp = Blueprint("studio_parts", __name__, url_prefix="/studio")
FORM_FIELDS = ("id", "first")
DECISION_FIELDS = ("id", "name", "input", "output")


@bp.get("/<key>/decisions/<id_>")
def decision(key: str, id_: str) -> str:
    return _editor("studio_decision.html", engine().ask(studio_parts.decision, key, id_, actor()))


@bp.get("/decisions/<id_>")
def decision_by_itself(id_: str) -> str:
    found = engine().ask(studio_parts.decision_by_itself, id_, actor())
    return _editor("studio_decision.html", found)


@bp.get("/<key>/forms/<id_>")
def form(key: str, id_: str) -> str:
    return _editor("studio_form.html", engine().ask(studio_parts.form, key, id_, actor()))


def _editor(template: str, found: PartPage) -> str:
    g.csp = "editor"
    return render_template(
        template,
        found=found,
        base=model_address(found.key),
        page=studio_part_words.page(found),
        state=studio_words.state(found),
    )


# --- プレビュー


@bp.get("/<key>/forms/<id_>/preview")
def preview(key: str, id_: str) -> Response:
    return _previewed(key, id_)


@bp.post("/<key>/forms/<id_>/preview")
def try_out(key: str, id_: str) -> Response:
    """The same errors as in a task; nothing is kept, files are not even read."""
    post = {name: values for name, values in request.form.lists() if name not in posts.OWN}
    return _previewed(key, id_, post, request.form.get("do", studio_preview.SEND))


def _previewed(
    key: str, id_: str, post: Mapping[str, list[str]] | None = None, action: str = ""
) -> Response:
    found = engine().ask(studio_preview.preview, key, id_, actor(), post, action)
    is_part = request.headers.get("X-Part") == "fields"
    made = render_template(
        "_parts/task_fields.html" if is_part else "studio_preview.html",
        found=found,
        shown=found.shown,
        page=found.page,
        base=model_address(key),
        new_row=request.form.get("do", "").partition(":"),
    )
    return make_response(made, 422 if found.shown and found.shown.error_count else 200)


# --- new ones


@bp.get("/<key>/new-form")
def new_form(key: str) -> str:
    return _asked("studio_new_form.html", key)


@bp.post("/<key>/new-form")
def add_form(key: str) -> Response:
    typed = _typed(FORM_FIELDS)

    def add() -> str:
        engine().run(studio_parts.add_form, key, typed["id"], typed["first"], actor())
        return url_for(".form", key=key, id_=typed["id"])

    return _added("studio_new_form.html", key, add, _("入力フォームを作りました。"))


@bp.get("/<key>/new-decision")
def new_decision(key: str) -> str:
    return _asked("studio_new_decision.html", key)


@bp.post("/<key>/new-decision")
def add_decision(key: str) -> Response:
    typed = _typed(DECISION_FIELDS)
    heads = Heads(name=typed["name"], input=typed["input"], output=typed["output"])

    def add() -> str:
        engine().run(studio_parts.add_decision, key, typed["id"], heads, actor())
        return url_for(".decision", key=key, id_=typed["id"])

    return _added("studio_new_decision.html", key, add, _("判断表を作りました。"))


def _typed(fields: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in fields}


def _added(template: str, key: str, add: Callable[[], str], said: str) -> Response:
    try:
        place = add()
    except FieldErrors as error:
        return make_response(_asked(template, key, error.errors), 422)
    flash(said, "ok")
    return redirect(place, code=303)


def _asked(template: str, key: str, errors: Mapping[str, str] | None = None) -> str:
    engine().ask(studio.get_draft, key, actor())
    return render_template(
        template,
        key=key,
        name=engine().ask(studio_library.process_name, key, actor()),
        base=model_address(key),
        errors=errors or {},
    )
