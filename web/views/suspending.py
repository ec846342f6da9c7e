"""一時停止 and 再開 of a case, each with a question before it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import instances, suspending
from web.context import actor, engine
from web.i18n import _

bp = Blueprint("suspending", __name__, url_prefix="/instances")

MAX_REASON = 400
COMMANDS = {"suspend": suspending.suspend, "resume": suspending.resume}


@bp.get("/<instance_id>/suspend/confirm")
def confirm_suspend(instance_id: str) -> str:
    return _question(instance_id, "suspend")


@bp.post("/<instance_id>/suspend")
def suspend(instance_id: str) -> Response:
    return _done(instance_id, "suspend", _("案件を一時停止しました。"))


@bp.get("/<instance_id>/resume/confirm")
def confirm_resume(instance_id: str) -> str:
    return _question(instance_id, "resume")


@bp.post("/<instance_id>/resume")
def resume(instance_id: str) -> Response:
    return _done(instance_id, "resume", _("案件を再開しました。"))


def _done(instance_id: str, verb: str, said: str) -> Response:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        return make_response(_question(instance_id, verb, reason, is_sent=True), 422)
    engine().run(COMMANDS[verb], instance_id, reason, actor())
    flash(said, "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


def _question(instance_id: str, verb: str, reason: str = "", *, is_sent: bool = False) -> str:
    page = engine().ask(instances.page, instance_id, actor())
    head = page.head
    fits = not head.is_suspended if verb == "suspend" else head.suspended_with == head.id
    return render_template(
        "instance_rest.html",
        page=replace(page, history=()),
        head=head,
        verb=verb,
        reason=reason,
        longest=MAX_REASON,
        is_sent=is_sent,
        is_allowed=page.may_suspend and fits,
        running=[child for child in page.children if not child.is_ended],
    )
