"""条件を保存: naming the filters of a list, renaming and forgetting them."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.domain.saved_view import SavedView
from engine.services import saved_views
from web import saved
from web.context import actor, engine
from web.i18n import _, filled

bp = Blueprint("saved_views", __name__, url_prefix="/me/views")


@bp.get("/new")
def new() -> str:
    return _rendered(request.args.get("page", ""), saved.plain(request.args.get("query", "")), "")


@bp.post("")
def create() -> Response:
    page, name = request.form.get("page", ""), request.form.get("name", "")
    query = saved.plain(request.form.get("query", ""))
    try:
        view = engine().run(saved_views.save, page, name, query, actor())
    except FieldErrors as error:
        return make_response(_rendered(page, query, name, errors=error.errors), 422)
    flash(filled(_("条件を「%(name)s」として保存しました。"), name=view.name), "ok")
    return redirect(saved.address(view), code=303)


@bp.get("/<view_id>")
def show(view_id: str) -> str:
    view = engine().ask(saved_views.get, view_id, actor())
    return _rendered(view.page, view.query, view.name, view)


@bp.post("/<view_id>")
def rename(view_id: str) -> Response:
    name = request.form.get("name", "")
    try:
        view = engine().run(saved_views.rename, view_id, name, actor())
    except FieldErrors as error:
        view = engine().ask(saved_views.get, view_id, actor())
        return make_response(_rendered(view.page, view.query, name, view, error.errors), 422)
    flash(filled(_("条件の名前を「%(name)s」にしました。"), name=view.name), "ok")
    return redirect(saved.address(view), code=303)


@bp.post("/<view_id>/delete")
def delete(view_id: str) -> Response:
    view = engine().run(saved_views.drop, view_id, actor())
    flash(filled(_("条件「%(name)s」を削除しました。"), name=view.name), "ok")
    return redirect(saved.home(view.page), code=303)


def _rendered(
    page: str,
    query: str,
    name: str,
    view: SavedView | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "saved_view.html",
        page=page,
        query=query,
        name=name,
        view=view,
        error=(errors or {}).get("name", ""),
        back=saved.address(view) if view else f"{saved.home(page)}?{query}",
        action=url_for(".rename", view_id=view.id) if view else url_for(".create"),
    )
