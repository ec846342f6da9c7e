"""代理の設定: who works for somebody who is away, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.domain.delegation import Delegation
from engine.domain.errors import FieldErrors
from engine.domain.sentence import Sentence
from engine.forms.dates import read_date
from engine.services import delegations, deployments, people
from engine.services.delegations import NewDelegation
from web.context import actor, clock, engine
from web.formats import list_date
from web.i18n import _, filled

bp = Blueprint("delegations", __name__, url_prefix="/me/delegations")

PARTS = ("年", "月", "日")
HINT_DAYS = 5  # working days ahead, named under the last day


@bp.get("")
def listing() -> str:
    page = engine().ask(delegations.page, actor(), request.args.get("person") or None)
    return render_template(
        "delegations.html",
        page=page,
        is_mine=page.person.id == actor().user_id,
        now=clock().now,
        working_days=_working_days,
        others=engine().ask(delegations.may_choose_holder, actor()),
    )


@bp.get("/new")
def new() -> str:
    return _form(request.args.get("person") or actor().user_id, MultiDict())


@bp.post("")
def give() -> Response:
    post = request.form
    person_id = post.get("person") or actor().user_id
    first, last, errors = _days(post)
    if not post.get("proxy"):
        errors = {"proxy": Sentence("代理の人を選んでください。"), **errors}
    if not errors:
        wanted = NewDelegation(
            person_id=person_id,
            proxy_id=post.get("proxy", ""),
            valid_from_on=first,
            valid_to_on=last,
            process_keys=tuple(post.getlist("process")),
            reason=post.get("reason", "").strip(),
        )
        try:
            engine().run(delegations.give, wanted, actor())
        except FieldErrors as error:
            errors = error.errors
        else:
            return _given(wanted)
    return make_response(_form(person_id, post, errors), 422)


def _given(wanted: NewDelegation) -> Response:
    name = engine().ask(people.names, [wanted.proxy_id]).get(wanted.proxy_id, "")
    flash(
        filled(_("%(name)sさんに代理を依頼しました。お知らせとメールで伝えます。"), name=name), "ok"
    )
    return _back(wanted.person_id)


def _back(person_id: str) -> Response:
    of = None if person_id == actor().user_id else person_id
    return redirect(url_for(".listing", person=of), code=303)


@bp.get("/<delegation_id>/end/confirm")
def confirm_end(delegation_id: str) -> str:
    found = engine().ask(delegations.get, delegation_id, actor())
    ids = [found.person_id, found.proxy_id]
    return render_template(
        "delegation_end.html", one=found, names=engine().ask(people.names, ids), of=_of(found)
    )


@bp.post("/<delegation_id>/end")
def end(delegation_id: str) -> Response:
    found = engine().run(delegations.end, delegation_id, actor())
    flash(_("代理を終えました。"), "ok")
    return _back(_of(found) or actor().user_id)


def _of(found: Delegation) -> str | None:
    """Whose page the delegation is on; None: one's own."""
    mine = actor().user_id in (found.person_id, found.proxy_id)
    return None if mine else found.person_id


def _days(post: Mapping[str, str]) -> tuple[date, date, dict[str, str]]:
    errors: dict[str, str] = {}
    found = {}
    for name, label in (("from", _("始まりの日")), ("to", _("終わりの日"))):
        day = read_date(label, *(post.get(f"{name}/{part}", "") for part in PARTS))
        if isinstance(day, date):
            found[name] = day
        else:
            errors[name] = day
    return found.get("from", date.min), found.get("to", date.min), errors


def _working_days(one: Delegation) -> int:
    return clock().calendar.between(one.valid_from_on - timedelta(days=1), one.valid_to_on)


def _form(
    person_id: str, post: MultiDict[str, str], errors: Mapping[str, str] | None = None
) -> str:
    page = engine().ask(delegations.page, actor(), person_id)
    today = clock().today
    ahead = clock().calendar.add(today, HINT_DAYS)
    return render_template(
        "delegation_new.html",
        person=page.person,
        is_mine=person_id == actor().user_id,
        choices=engine().ask(delegations.choices, page.person),
        definitions=engine().ask(deployments.newest),
        post=post,
        errors=errors or {},
        parts=PARTS,
        today=today,
        is_working_day=clock().calendar.is_working_day(today),
        ahead=list_date(ahead, today),
        ahead_days=HINT_DAYS,
    )
