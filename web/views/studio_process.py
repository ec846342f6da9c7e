"""The diagram of one process in the studio: read, and edited where there is a draft."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from engine.services import studio_process
from web import studio_words
from web.context import actor, engine

bp = Blueprint("studio_process", __name__, url_prefix="/studio")


@bp.get("/<key>")
def show(key: str) -> str:
    found = engine().ask(studio_process.page, key, actor())
    g.csp = "modeler"
    return render_template(
        "studio_process.html",
        found=found,
        page=studio_words.page(found),
        state=studio_words.state(found),
        decisions=studio_words.asked(found),
    )
