"""設定: the values in force, the closed days of the office, and what each role may do."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from engine.services import calendar_page, people, roles_page
from engine.setting_origins import in_force
from web import setting_words
from web.context import actor, engine
from web.digits import number

bp = Blueprint("settings", __name__, url_prefix="/admin/settings")

FIRST_YEAR, LAST_YEAR = 2015, 2059


@bp.get("")
def show() -> str:
    people.check(actor())
    found = in_force(engine().settings)
    return render_template(
        "settings.html",
        settings={
            name: [one for one in found if one.section == name] for name in setting_words.sections()
        },
        is_stale=any(one.is_stale for one in found),
        words=setting_words,
    )


@bp.get("/calendar")
def calendar() -> str:
    return render_template(
        "settings_calendar.html",
        calendar=engine().ask(calendar_page.closure_days, actor(), _year()),
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        words=setting_words,
    )


@bp.get("/roles")
def roles() -> str:
    found = engine().ask(roles_page.rows, actor())
    return render_template("settings_roles.html", roles=found, words=setting_words)


def _year() -> int | None:
    year = number(request.args.get("year", ""), 0)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
