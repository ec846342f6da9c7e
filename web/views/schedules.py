"""定期起動: all by system, one with what comes and what was, and what people do with them."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import RefusedError
from engine.domain.schedule_rule import Planned
from engine.domain.schedule_words import TIME, read_rule
from engine.services import people, schedule_changes, schedule_pages
from engine.services.schedule_changes import ScheduleChangedError
from engine.services.schedule_pages import SchedulePage
from web import schedule_words
from web.admin_forms import asked_version
from web.context import actor, engine
from web.i18n import _
from web.paging import asked_page

bp = Blueprint("schedules", __name__, url_prefix="/admin/schedules")

PAGE_SIZE = 50
RUNS = 20
MAX_REASON = 400
MAX_WORDS = 100
Errors = Mapping[str, str]


@bp.get("")
def listing() -> str:
    page = asked_page()
    system_id = request.args.get("system") or None
    found = engine().ask(
        schedule_pages.listing, actor(), system_id=system_id, page=page, size=PAGE_SIZE
    )
    return render_template(
        "schedules.html",
        found=found,
        systems=engine().ask(people.systems, actor()),
        page=page,
        page_size=PAGE_SIZE,
        words=schedule_words,
    )


@bp.get("/<schedule_id>")
def show(schedule_id: str) -> str:
    page = asked_page()
    found = _page(schedule_id, page)
    return render_template(
        "schedule.html",
        found=found,
        row=found.row,
        schedule=found.row.schedule,
        page=page,
        page_size=RUNS,
        changes=schedule_words.told(found.changes),
        words=schedule_words,
    )


def _page(schedule_id: str, page: int = 1) -> SchedulePage:
    return engine().ask(schedule_pages.page, schedule_id, actor(), page=page, size=RUNS)


def _back(schedule_id: str) -> Response:
    return redirect(url_for(".show", schedule_id=schedule_id), code=303)


# --- questions: pause, resume, start now


@bp.get("/<schedule_id>/pause/confirm")
def confirm_pause(schedule_id: str) -> str:
    return _question(schedule_id, "pause")


@bp.get("/<schedule_id>/resume/confirm")
def confirm_resume(schedule_id: str) -> str:
    return _question(schedule_id, "resume")


@bp.get("/<schedule_id>/start/confirm")
def confirm_start(schedule_id: str) -> str:
    return _question(schedule_id, "start")


def _question(
    schedule_id: str, verb: str, errors: Errors | None = None, *, is_overtaken: bool = False
) -> str:
    found = _page(schedule_id)
    return render_template(
        "schedule_question.html",
        found=found,
        row=found.row,
        schedule=found.row.schedule,
        verb=verb,
        errors=errors or {},
        is_overtaken=is_overtaken,
        reason=request.form.get("reason", ""),
        make_up=request.form.get("make_up", ""),
        longest=MAX_REASON,
        submission_key=request.form.get("submission_key") or token_urlsafe(16),
        words=schedule_words,
    )


def _reason() -> tuple[str, Errors]:
    reason = request.form.get("reason", "").strip()
    if not reason:
        return reason, {"reason": _("理由を入力してください。")}
    if len(reason) > MAX_REASON:
        return reason, {
            "reason": _("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)
        }
    return reason, {}


def _overtaken(schedule_id: str, verb: str) -> Response:
    return make_response(_question(schedule_id, verb, is_overtaken=True), 409)


@bp.post("/<schedule_id>/pause")
def pause(schedule_id: str) -> Response:
    reason, errors = _reason()
    if errors:
        return make_response(_question(schedule_id, "pause", errors), 422)
    try:
        engine().run(schedule_changes.pause, schedule_id, asked_version(), reason, actor())
    except ScheduleChangedError:
        return _overtaken(schedule_id, "pause")
    flash(_("定期起動を一時停止しました。再開するまで起動しません。"), "ok")
    return _back(schedule_id)


@bp.post("/<schedule_id>/resume")
def resume(schedule_id: str) -> Response:
    chosen = request.form.get("make_up", "")
    if chosen not in ("yes", "no") and _page(schedule_id).missed:
        errors = {"make_up": _("抜けた予定の分を起動するかどうかを選んでください。")}
        return make_response(_question(schedule_id, "resume", errors), 422)
    try:
        started = engine().run(
            schedule_changes.resume, schedule_id, asked_version(), actor(), make_up=chosen == "yes"
        )
    except ScheduleChangedError:
        return _overtaken(schedule_id, "resume")
    said = schedule_words.next_words(_page(schedule_id).row.coming)
    if started is not None:
        flash(_("定期起動を再開し、抜けた予定の分を1件始めました。%(next)s", next=said), "ok")
    else:
        flash(_("定期起動を再開しました。%(next)s", next=said), "ok")
    return _back(schedule_id)


@bp.post("/<schedule_id>/start")
def start(schedule_id: str) -> Response:
    reason, errors = _reason()
    if errors:
        return make_response(_question(schedule_id, "start", errors), 422)
    key = request.form.get("submission_key") or token_urlsafe(16)
    instance_id = engine().run(schedule_changes.run_now, schedule_id, reason, actor(), key)
    flash(_("業務を始めました。予定していた起動は変わりません。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


# --- policy and rule


@bp.post("/<schedule_id>/policy")
def policy(schedule_id: str) -> Response:
    chosen = request.form.get("catch_up", "")
    engine().run(schedule_changes.set_policy, schedule_id, asked_version(), chosen, actor())
    flash(_("抜けた予定の扱いを変えました。"), "ok")
    return _back(schedule_id)


@bp.get("/<schedule_id>/rule")
def edit_rule(schedule_id: str) -> str:
    schedule = _page(schedule_id).row.schedule
    return _rule_form(schedule_id, (schedule.rule, schedule.time))


@bp.post("/<schedule_id>/rule")
def change_rule(schedule_id: str) -> Response:
    typed = (
        request.form.get("rule", "").strip()[:MAX_WORDS],
        request.form.get("time", "").strip()[:MAX_WORDS],
    )
    try:
        planned = engine().ask(schedule_pages.preview, schedule_id, typed, actor())
        if request.form.get("do") != "save":
            return make_response(_rule_form(schedule_id, typed, planned=planned))
        engine().run(schedule_changes.change_rule, schedule_id, asked_version(), typed, actor())
    except RefusedError as error:
        return make_response(_rule_form(schedule_id, typed, _at_fields(error)), 422)
    except ScheduleChangedError:
        answer = _rule_form(schedule_id, typed, planned=planned, is_overtaken=True)
        return make_response(answer, 409)
    said = schedule_words.next_words(_page(schedule_id).row.coming)
    flash(_("規則を変えました。%(next)s", next=said), "ok")
    return _back(schedule_id)


def _at_fields(error: RefusedError) -> Errors:
    return {
        "time" if finding.code == TIME else "rule": finding.message for finding in error.findings
    }


def _rule_form(
    schedule_id: str,
    typed: tuple[str, str],
    errors: Errors | None = None,
    *,
    planned: list[Planned] | None = None,
    is_overtaken: bool = False,
) -> str:
    found = _page(schedule_id)
    values: dict[str, Any] = {"found": found, "row": found.row, "schedule": found.row.schedule}
    return render_template(
        "schedule_rule.html",
        **values,
        rule=typed[0],
        time=typed[1],
        errors=errors or {},
        planned=planned,
        planned_rule=read_rule(*typed) if planned is not None else None,
        is_overtaken=is_overtaken,
        words=schedule_words,
    )


@bp.post("/<schedule_id>/rule/template")
def back_to_template(schedule_id: str) -> Response:
    engine().run(schedule_changes.back_to_template, schedule_id, asked_version(), actor())
    name = _page(schedule_id).row.name
    flash(schedule_words.restored(name), "ok")
    return _back(schedule_id)
