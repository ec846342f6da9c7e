"""Small things of the house: which language, where does / lead."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from web.context import options
from web.i18n import COOKIE, JAPANESE, LANGUAGES
from web.sessions import safe_next

bp = Blueprint("system", __name__)
_ONE_YEAR = 31_536_000


@bp.get("/")
def home() -> Response:
    return redirect(url_for("worklist.show"))


@bp.post("/language")
def language() -> Response:
    wanted = request.form.get("lang", JAPANESE)
    answer = redirect(safe_next(request.form.get("next")), code=303)
    if wanted in LANGUAGES:
        answer.set_cookie(
            COOKIE,
            wanted,
            max_age=_ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=options().is_https,
        )
    return answer
