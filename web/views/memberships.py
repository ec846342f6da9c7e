"""役割: giving one to a person, changing its days, ending it, or taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.access import Membership
from engine.domain.errors import FieldErrors
from engine.services import memberships, people, roles_page
from engine.services.people_pages import Held, PersonPage
from engine.services.person_changes import PersonChangedError
from web import admin_forms
from web.context import actor, clock, engine
from web.i18n import _
from web.views.people import back, page_of

bp = Blueprint("memberships", __name__, url_prefix="/admin/people/<person_id>/roles")

Errors = Mapping[str, str]
VERBS = ("change", "end", "withdraw")


@bp.get("/new")
def new(person_id: str) -> str:
    return _form(person_id, {"head": "no", **admin_forms.day_parts("from", clock().today)})


@bp.post("")
def add(person_id: str) -> Response:
    errors: dict[str, str] = {}
    wanted = Membership(
        person_id=person_id,
        role=admin_forms.text("role"),
        project_id=admin_forms.text("project") or None,
        is_head=request.form.get("head") == "yes",
        valid_from_on=admin_forms.day("from", _("始まりの日"), errors),
        valid_to_on=admin_forms.day("to", _("終わりの日"), errors, date.max),
    )
    return _done(person_id, wanted, errors)


def _done(person_id: str, wanted: Membership, errors: dict[str, str]) -> Response:
    version = admin_forms.asked_version()
    try:
        if not errors:
            engine().run(memberships.add, wanted, version, actor(), admin_forms.text("reason"))
    except FieldErrors as error:
        errors = error.errors
    except PersonChangedError:
        return make_response(_form(person_id, request.form, is_overtaken=True), 409)
    if errors:
        return make_response(_form(person_id, request.form, errors), 422)
    flash(_("役割を付けました。"), "ok")
    return back(person_id)


def _form(
    person_id: str,
    post: Mapping[str, str],
    errors: Errors | None = None,
    *,
    is_overtaken: bool = False,
) -> str:
    found = page_of(person_id)
    projects = engine().ask(people.projects, actor())
    return render_template(
        "membership_new.html",
        person=found.person,
        post=post,
        errors=errors or {},
        is_overtaken=is_overtaken,
        roles=engine().ask(roles_page.to_give),
        projects=[(one.id, one.name) for one in projects if not one.is_closed],
    )


# --- change, end, take back


@bp.get("/<int:membership_id>/<any(change, end, withdraw):verb>")
def question(person_id: str, membership_id: int, verb: str) -> Response | str:
    found = page_of(person_id)
    held = _held(found, membership_id)
    if held is None:
        return redirect(url_for("people.show", person_id=person_id))
    one = held.membership
    post = {
        "head": "yes" if one.is_head else "no",
        **admin_forms.day_parts("from", one.valid_from_on),
        **admin_forms.day_parts("to", clock().today if verb == "end" else one.valid_to_on),
    }
    return _question(found, held, verb, post)


def _held(found: PersonPage, membership_id: int) -> Held | None:
    return next((one for one in found.held if one.membership.id == membership_id), None)


def _question(
    found: PersonPage,
    held: Held,
    verb: str,
    post: Mapping[str, str],
    errors: Errors | None = None,
    *,
    is_overtaken: bool = False,
) -> str:
    return render_template(
        "membership.html",
        person=found.person,
        held=held,
        verb=verb,
        post=post,
        errors=errors or {},
        is_overtaken=is_overtaken,
    )


@bp.post("/<int:membership_id>/<any(change, end, withdraw):verb>")
def act(person_id: str, membership_id: int, verb: str) -> Response:
    found = page_of(person_id)
    held = _held(found, membership_id)
    if held is None:  # somebody else has taken it back
        flash(_("この役割はもうありません。"), "note")
        return back(person_id)
    reason, errors = admin_forms.reason()
    try:
        wanted = _wanted(held.membership, verb, errors)
        if not errors:
            _run(verb, wanted, reason)
    except FieldErrors as error:
        errors = error.errors
    except PersonChangedError:
        answer = _question(found, held, verb, request.form, is_overtaken=True)
        return make_response(answer, 409)
    if errors:
        return make_response(_question(found, held, verb, request.form, errors), 422)
    flash(_said()[verb], "ok")
    return back(person_id)


def _wanted(old: Membership, verb: str, errors: dict[str, str]) -> Membership:
    """The membership as it is to be; of one that ends, only the last day counts."""
    first, last = old.valid_from_on, old.valid_to_on
    if verb == "change":
        first = admin_forms.day("from", _("始まりの日"), errors, date.min)
        last = admin_forms.day("to", _("終わりの日"), errors, date.max)
    if verb == "end":
        last = admin_forms.day("to", _("終わりの日"), errors)
    is_head = request.form.get("head") == "yes" if verb == "change" else old.is_head
    return Membership(
        person_id=old.person_id,
        role=old.role,
        project_id=old.project_id,
        is_head=is_head,
        valid_from_on=first,
        valid_to_on=last,
        id=old.id,
    )


def _run(verb: str, wanted: Membership, reason: str) -> None:
    version = admin_forms.asked_version()
    if verb == "change":
        engine().run(memberships.change, wanted, version, reason, actor())
    elif verb == "end":
        on = wanted.valid_to_on
        engine().run(memberships.end, wanted, version, on, reason, actor())
    else:
        engine().run(memberships.withdraw, wanted, version, reason, actor())


def _said() -> dict[str, str]:
    return {
        "change": _("役割を変えました。"),
        "end": _("役割の終わりの日を決めました。"),
        "withdraw": _("始まっていない役割を取り消しました。"),
    }
