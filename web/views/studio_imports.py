"""取込みの記録: what an import changed in a draft, and the questions it left, one by one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import studio_import, studio_publishing
from web.context import actor, engine
from web.digits import number
from web.import_words import OUTSIDE, QUESTIONS, REPAIRS

bp = Blueprint("studio_imports", __name__, url_prefix="/studio")


@bp.get("/<model:key>/imported")
def show(key: str) -> str:
    checked = engine().ask(studio_publishing.findings, key, actor())
    found = engine().ask(studio_import.page, key, actor(), checked.errors)
    return render_template(
        "studio_imported.html",
        key=key,
        found=found,
        checked=checked,
        repairs=REPAIRS,
        questions=QUESTIONS,
        outside=OUTSIDE,
    )


@bp.post("/<model:key>/imported")
def settle(key: str) -> Response:
    place = number(request.form.get("question", ""), -1)
    is_settled = request.form.get("settled") == "1"
    engine().run(studio_import.settle, key, place, actor(), is_settled=is_settled)
    return redirect(f"{url_for('.show', key=key)}#question-{place}", code=303)
