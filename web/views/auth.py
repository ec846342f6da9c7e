"""ログイン and ログアウト."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import people
from web import sessions
from web.context import engine, signed_in
from web.i18n import _

bp = Blueprint("auth", __name__)


@bp.get("/login")
def login() -> Response | str:
    if signed_in() is not None:
        return redirect(url_for("worklist.show"))
    return _page()


@bp.post("/login")
def sign_in() -> Response:
    name, password = request.form.get("username", "").strip(), request.form.get("password", "")
    missing = _missing(name, password)
    if missing:
        return make_response(_page(name, missing), 422)
    result = engine().run(people.sign_in, name, password, request.remote_addr or "")
    if result.person is None:
        return make_response(_page(name, {"": _refusal(result.wait_seconds)}), 422)
    found = sessions.load(result.person)
    if found is None:
        return make_response(_page(name, {"": _refusal(0)}), 422)
    sessions.begin(found)
    return redirect(sessions.safe_next(request.form.get("next")), code=303)


@bp.post("/logout")
def logout() -> Response:
    sessions.end()
    return redirect(url_for(".login"), code=303)


@bp.get("/session")
def session() -> Response:
    """Being asked for prolongs the session like any page; says how many seconds it lasts now."""
    if request.accept_mimetypes.best == "text/html":  # sent as a plain form
        return redirect(url_for("worklist.show"))
    return make_response(
        str(sessions.seconds_left()), 200, {"Content-Type": "text/plain; charset=utf-8"}
    )


def _missing(name: str, password: str) -> dict[str, str]:
    faults = {}
    if not name:
        faults["username"] = _("利用者IDを入力してください。")
    if not password:
        faults["password"] = _("パスワードを入力してください。")
    return faults


def _refusal(wait_seconds: int) -> str:
    if wait_seconds:
        minutes = -(-wait_seconds // 60)
        return _(
            "続けて誤りがあったため、この利用者IDのログインを止めています。%(minutes)s分たってから、もう一度試してください。",
            minutes=minutes,
        )
    return _(
        "利用者IDとパスワードの組み合わせが登録と違います。大文字と小文字を確かめて、もう一度入力してください。"
    )


def _page(name: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "login.html",
        name=name,
        errors=errors or {},
        next=request.values.get("next", ""),
    )
