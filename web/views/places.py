"""プロジェクトと組織: projects with their information systems, and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors
from engine.domain.person import Place
from engine.services import place_changes
from engine.services.place_changes import SYSTEM, PlaceChangedError, PlaceData
from web import admin_forms, history_words
from web.context import actor, engine
from web.i18n import _, filled

bp = Blueprint("places", __name__, url_prefix="/admin/projects")

KIND = "<any(organisation, project, system):kind>"
Errors = Mapping[str, str]


@bp.get("")
def listing() -> str:
    return render_template(
        "places.html", found=engine().ask(place_changes.everything, actor()), words=_words()
    )


def _words() -> dict[str, dict[str, str]]:
    """What the pages say of each kind."""
    return {
        "organisation": {
            "new": _("組織を加える"),
            "edit": _("組織の登録を変える"),
            "name": _("組織の名称"),
        },
        "project": {
            "new": _("プロジェクトを加える"),
            "edit": _("プロジェクトの登録を変える"),
            "name": _("プロジェクトの名称"),
        },
        "system": {
            "new": _("情報システムを加える"),
            "edit": _("情報システムの登録を変える"),
            "name": _("情報システムの名称"),
        },
    }


@bp.get(f"/{KIND}/new")
def new(kind: str) -> str:
    return _form(kind, None, {"project": request.args.get("project", "")})


@bp.post(f"/{KIND}")
def add(kind: str) -> Response:
    wanted, errors = _data(kind)
    try:
        if not errors:
            engine().run(place_changes.add, kind, wanted, actor())
    except FieldErrors as error:
        errors = error.errors
    if errors:
        return make_response(_form(kind, None, request.form, errors), 422)
    flash(filled(_("「%(name)s」を加えました。"), name=wanted.name), "ok")
    return redirect(url_for(".listing"), code=303)


def _data(kind: str) -> tuple[PlaceData, dict[str, str]]:
    errors: dict[str, str] = {}
    first = last = None
    if kind == SYSTEM:
        first = admin_forms.day("from", _("運営開始日"), errors, date.min)
        last = admin_forms.day("to", _("運営終了日"), errors, date.max)
    wanted = PlaceData(
        name=admin_forms.text("name"),
        reading=admin_forms.text("reading"),
        is_closed=request.form.get("closed") == "yes",
        project_id=admin_forms.text("project") or None if kind == SYSTEM else None,
        valid_from_on=None if first == date.min else first,
        valid_to_on=None if last == date.max else last,
    )
    return wanted, errors


@bp.get(f"/{KIND}/<place_id>")
def edit(kind: str, place_id: str) -> str:
    place = _place(kind, place_id)
    values = {
        "name": place.name,
        "reading": place.reading,
        "closed": "yes" if place.is_closed else "no",
        "project": place.project_id or "",
        **admin_forms.day_parts("from", place.valid_from_on),
        **admin_forms.day_parts("to", place.valid_to_on),
    }
    return _form(kind, place, values)


def _place(kind: str, place_id: str) -> Place:
    return engine().ask(place_changes.get, kind, place_id, actor())


@bp.post(f"/{KIND}/<place_id>")
def change(kind: str, place_id: str) -> Response:
    wanted, errors = _data(kind)
    version, of = admin_forms.asked_version(), (kind, place_id)
    try:
        if not errors:
            engine().run(place_changes.change, of, version, wanted, actor())
    except FieldErrors as error:
        errors = error.errors
    except PlaceChangedError:
        form = _form(kind, _place(kind, place_id), request.form, is_overtaken=True)
        return make_response(form, 409)
    if errors:
        return make_response(_form(kind, _place(kind, place_id), request.form, errors), 422)
    flash(filled(_("「%(name)s」の登録を変えました。"), name=wanted.name), "ok")
    return redirect(url_for(".listing"), code=303)


def _form(
    kind: str,
    place: Place | None,
    post: Mapping[str, str],
    errors: Errors | None = None,
    *,
    is_overtaken: bool = False,
) -> str:
    found = engine().ask(place_changes.everything, actor())
    projects = [(one.id, one.name) for one, _systems in found.projects]
    lines = engine().ask(place_changes.lines, place.id, actor()) if place else []
    return render_template(
        "place_form.html",
        kind=kind,
        place=place,
        post=post,
        errors=errors or {},
        is_overtaken=is_overtaken,
        projects=projects,
        words=_words()[kind],
        told=history_words.told(lines, dict(projects)),
    )
