"""パスワードを変える: one's own, of one's own will or because it was given by an administrator."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.services import person_changes
from engine.services.people import SHORTEST_PASSWORD
from web import sessions
from web.context import actor, engine, signed_in
from web.i18n import _

bp = Blueprint("passwords", __name__, url_prefix="/me/password")


@bp.get("")
def show() -> str:
    return _page({})


@bp.post("")
def change() -> Response:
    old, new = request.form.get("old", ""), request.form.get("password", "")
    errors = _missing(old, new)
    if not errors:
        try:
            errors = _changed(old, new)
        except FieldErrors as error:
            errors = error.errors
    if errors:
        return make_response(_page(errors), 422)
    flash(_("パスワードを変えました。ほかの端末ではログアウトしました。"), "ok")
    return redirect(url_for("preferences.show"), code=303)


def _missing(old: str, new: str) -> dict[str, str]:
    errors = {}
    if not old:
        errors["old"] = _("今のパスワードを入力してください。")
    if not new:
        errors["password"] = _("新しいパスワードを入力してください。")
    elif new != request.form.get("again", ""):
        errors["again"] = _("新しいパスワードと同じものをもう一度入力してください。")
    return errors


def _changed(old: str, new: str) -> dict[str, str]:
    """Change it and go on in a session of the new one; what stood in the way."""
    address = request.remote_addr or ""
    done = engine().run(person_changes.change_password, old, new, actor(), address)
    if done.wait_seconds:
        minutes = -(-done.wait_seconds // 60)
        return {
            "old": _(
                "続けて誤りがあったため、%(minutes)s分たつまで変えられません。", minutes=minutes
            )
        }
    if not done.is_right:
        return {"old": _("今のパスワードと違います。大文字と小文字を確かめてください。")}
    person = signed_in()
    found = None if person is None else sessions.load(person.person)
    if found is not None:
        sessions.begin(found)
    return {}


def _page(errors: Mapping[str, str]) -> str:
    found = signed_in()
    is_due = found is not None and found.person.must_change_password
    return render_template(
        "password.html", errors=errors, is_due=is_due, shortest=SHORTEST_PASSWORD
    )
