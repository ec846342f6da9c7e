"""利用者と権限: who may sign in, and what administrators do with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors
from engine.domain.person import Person
from engine.services import people, people_pages, person_changes
from engine.services.people_pages import ACTIVE, STATES, PeopleFilter, PersonPage
from engine.services.person_changes import PersonChangedError, PersonData
from web import admin_forms, history_words
from web.context import actor, clock, engine
from web.i18n import _, filled
from web.paging import asked_page, same_with
from web.views.register_export import attached

bp = Blueprint("people", __name__, url_prefix="/admin/people")

PAGE_SIZE = 50
MAX_TEXT = 100
SHORT_HISTORY = 20
Errors = Mapping[str, str]


def _asked() -> tuple[PeopleFilter, str]:
    """What the list is asked for, and in which order."""
    args = request.args
    state, order = args.get("state", ACTIVE), args.get("sort", "reading")
    asked = PeopleFilter(
        text=args.get("q", "").strip()[:MAX_TEXT],
        role=args.get("role", ""),
        project_id=args.get("project", ""),
        organisation_id=args.get("organisation", ""),
        state=state if state in STATES else ACTIVE,
    )
    return asked, order if people_pages.is_known_order(order) else "reading"


@bp.get("")
def listing() -> str:
    asked, order = _asked()
    page = asked_page()
    rows, total = engine().ask(people_pages.listing, actor(), asked, order, page, PAGE_SIZE)
    return render_template(
        "people.html",
        rows=rows,
        total=total,
        asked=asked,
        order=order,
        page=page,
        page_size=PAGE_SIZE,
        roles=roles(),
        projects=places(people.projects, actor()),
        organisations=places(people.organisations),
        chips=_chips(asked),
        sort_address=lambda by: same_with(sort=f"-{by}" if order == by else by),
        query=request.args.to_dict(),
    )


def _chips(asked: PeopleFilter) -> list[tuple[Any, str]]:
    """Set filters as words, each with the address without it."""
    names = dict([*roles(), *places(people.projects, actor()), *places(people.organisations)])
    sides = (
        ("q", _("ことば"), asked.text),
        ("role", _("役割"), asked.role),
        ("project", _("プロジェクト"), asked.project_id),
        ("organisation", _("組織"), asked.organisation_id),
    )
    return [
        (
            filled(_("%(name)s：%(value)s"), name=label, value=names.get(value, value)),
            same_with(**{name: None}),
        )
        for name, label, value in sides
        if value
    ]


def roles() -> list[tuple[str, str]]:
    return list(engine().ask(people.role_names).items())


def places(question: Any, *args: Actor) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in engine().ask(question, *args)]


@bp.get("/export.xlsx")
def export() -> Response:
    """The people of the current filter, a row for each role."""
    asked, order = _asked()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        engine().ask(people_pages.export, actor(), asked, order, path)
        return attached(path, f"利用者と権限_{clock().today:%Y%m%d}.xlsx", "xlsx")


@bp.get("/<person_id>")
def show(person_id: str) -> str:
    found = page_of(person_id)
    lines = found.lines if request.args.get("history") == "all" else found.lines[:SHORT_HISTORY]
    return render_template(
        "person.html",
        found=found,
        person=found.person,
        told=history_words.told(lines, names_of(found)),
        has_more=len(found.lines) > len(lines),
        is_oneself=person_id == actor().user_id,
    )


def page_of(person_id: str) -> PersonPage:
    return engine().ask(people_pages.page, person_id, actor())


def names_of(found: PersonPage) -> Mapping[str, str]:
    """Names of what the history of a person speaks of."""
    ids = history_words.ids_in(found.lines)
    organisations = dict(places(people.organisations))
    return {**dict(roles()), **found.names, **organisations, **engine().ask(people.names, ids)}


def back(person_id: str) -> Response:
    return redirect(url_for("people.show", person_id=person_id), code=303)


# --- adding and changing


@bp.get("/new")
def new() -> str:
    return _form(None, {"password": person_changes.first_password()})


@bp.post("")
def add() -> Response:
    data, password = _data(), request.form.get("password", "").strip()
    try:
        person_id = engine().run(person_changes.add, data, password, actor())
    except FieldErrors as error:
        return make_response(_form(None, request.form, error.errors), 422)
    flash(filled(_("%(name)sさんを加えました。続けて役割を付けます。"), name=data.name), "ok")
    return back(person_id)


def _data() -> PersonData:
    text = admin_forms.text
    return PersonData(
        login=text("login"),
        name=text("name"),
        reading=text("reading"),
        organisation_id=text("organisation") or None,
        email=text("email"),
    )


@bp.get("/<person_id>/edit")
def edit(person_id: str) -> str:
    person = page_of(person_id).person
    values = {
        **{name: getattr(person, name) for name in ("login", "name", "reading", "email")},
        "organisation": person.organisation_id or "",
    }
    return _form(person, values)


@bp.post("/<person_id>/edit")
def change(person_id: str) -> Response:
    version = admin_forms.asked_version()
    try:
        engine().run(person_changes.change, person_id, version, _data(), actor())
    except FieldErrors as error:
        return make_response(_form(page_of(person_id).person, request.form, error.errors), 422)
    except PersonChangedError:
        form = _form(page_of(person_id).person, request.form, is_overtaken=True)
        return make_response(form, 409)
    flash(_("登録を変えました。"), "ok")
    return back(person_id)


def _form(
    person: Person | None,
    post: Mapping[str, str],
    errors: Errors | None = None,
    *,
    is_overtaken: bool = False,
) -> str:
    return render_template(
        "person_form.html",
        person=person,
        post=post,
        errors=errors or {},
        is_overtaken=is_overtaken,
        organisations=places(people_pages.organisations, actor()),
    )


# --- questions: deactivate, activate


@bp.get("/<person_id>/deactivate/confirm")
def confirm_deactivate(person_id: str) -> str:
    return _question(person_id)


@bp.post("/<person_id>/deactivate")
def deactivate(person_id: str) -> Response:
    reason, errors = admin_forms.reason()
    if errors:
        return make_response(_question(person_id, errors), 422)
    version = admin_forms.asked_version()
    try:
        count = engine().run(person_changes.deactivate, person_id, version, reason, actor())
    except PersonChangedError:
        return make_response(_question(person_id, is_overtaken=True), 409)
    said = _("利用を止めました。")
    if count:
        said += _("タスク%(count)s件をグループに戻しました。", count=count)
    flash(said, "ok")
    return back(person_id)


def _question(person_id: str, errors: Errors | None = None, *, is_overtaken: bool = False) -> str:
    found = page_of(person_id)
    return render_template(
        "person_deactivate.html",
        found=found,
        person=found.person,
        errors=errors or {},
        is_overtaken=is_overtaken,
        reason=request.form.get("reason", ""),
        is_oneself=person_id == actor().user_id,
    )


@bp.post("/<person_id>/activate")
def activate(person_id: str) -> Response:
    version = admin_forms.asked_version()
    engine().run(person_changes.activate, person_id, version, actor())
    flash(_("利用を再開しました。役割を確かめてください。"), "ok")
    return back(person_id)


# --- password and sign-in


@bp.get("/<person_id>/password")
def password(person_id: str) -> str:
    return _password(person_id, person_changes.first_password())


@bp.post("/<person_id>/password")
def reset_password(person_id: str) -> Response:
    typed = request.form.get("password", "").strip()
    try:
        engine().run(person_changes.reset_password, person_id, typed, actor())
    except FieldErrors as error:
        return make_response(_password(person_id, typed, error.errors), 422)
    flash(_("新しいパスワードにしました。本人は次のログインで変更します。"), "ok")
    return back(person_id)


def _password(person_id: str, proposed: str, errors: Errors | None = None) -> str:
    found = page_of(person_id)
    return render_template(
        "person_password.html", person=found.person, proposed=proposed, errors=errors or {}
    )


@bp.post("/<person_id>/release")
def release(person_id: str) -> Response:
    engine().run(person_changes.release, person_id, actor())
    flash(_("ログインの停止を解きました。本人はすぐにログインできます。"), "ok")
    return back(person_id)
