"""In a sandbox: who one is, what time it is, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.sentence import Sentence
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date
from engine.forms.dates import read_date, read_time
from engine.sandbox import Sandbox, TakesTooLongError
from engine.services import people
from web import formats, sandboxes, sessions
from web.context import engine, sandbox
from web.i18n import _

bp = Blueprint("sandbox", __name__, url_prefix="/sandbox")
FARTHEST = timedelta(days=3 * 366)
PARTS = ("年", "月", "日")
MAX_SUBJECT = 50


def _opened() -> Sandbox:
    found = sandbox()
    if found is None:
        raise RuntimeError("these pages are those of a sandbox")
    return found


@bp.post("/person")
def sit_down() -> Response:
    """Act as somebody else; with a task, go there at once."""
    person_id, _slash, task_id = request.form.get("person", "").partition("/")
    found = sessions.load(engine().ask(people.person, person_id))
    if found is None:
        raise NotFoundError("person", person_id)
    sessions.begin(found)
    if task_id:
        return redirect(url_for("tasks.show", task_id=task_id), code=303)
    return redirect(url_for("worklist.show"), code=303)


@bp.post("/day")
def pass_day() -> Response:
    return _advanced(_opened().end_of_next_day())


@bp.post("/deadline")
def pass_deadline() -> Response:
    moment = _opened().next_moment()
    if moment is None:
        flash(_("この先に、期限も予約処理もありません。"), "note")
        return _back()
    return _advanced(moment)


@bp.get("/time")
def ask_time() -> str:
    now = _opened().now.astimezone(TOKYO)
    day = {"at/年": str(now.year), "at/月": str(now.month), "at/日": str(now.day)}
    return _time_page({**day, "time": f"{now:%H:%M}"})


@bp.post("/time")
def pass_time() -> Response:
    moment, errors = _moment(request.form)
    if moment is None:
        return make_response(_time_page(request.form, errors), 422)
    return _advanced(moment, url_for("worklist.show"))


def _moment(post: Mapping[str, str]) -> tuple[datetime | None, dict[str, str]]:
    day = read_date(_("進める日"), *(post.get(f"at/{part}", "") for part in PARTS))
    hour = read_time(_("時刻"), post.get("time", ""))
    errors: dict[str, str] = {
        name: found for name, found in (("at", day), ("time", hour)) if isinstance(found, str)
    }
    if not isinstance(day, date) or not isinstance(hour, time):
        return None, errors
    moment, now = datetime.combine(day, hour, TOKYO), _opened().now
    if moment <= now:
        return None, {"at": _("今の仮の日時より後の日時を入力してください。時間は戻せません。")}
    if moment - now > FARTHEST:
        return None, {"at": _("一度に進められるのは3年先までです。")}
    return moment, {}


def _time_page(post: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "sandbox_time.html", post=post, errors=errors or {}, parts=PARTS, now=_opened().now
    )


def _advanced(moment: datetime, back: str = "") -> Response:
    opened = _opened()
    try:
        opened.advance(moment)
    except TakesTooLongError:
        flash(_("処理が多いため、途中の%(at)sまで進めました。", at=_said(opened.now)), "note")
    else:
        flash(_("%(at)sまで進めました。", at=_said(opened.now)), "ok")
    return redirect(back, code=303) if back else _back()


def _said(moment: datetime) -> str:
    return f"{formats.full_date(tokyo_date(moment))} {formats.clock(moment)}"


def _back() -> Response:
    return redirect(sessions.safe_next(request.form.get("next")), code=303)


@bp.get("/start")
def start() -> str:
    return _start_page({})


@bp.post("/start")
def submit() -> Response:
    """What people do not start begins as if another process had called it."""
    opened, subject = _opened(), request.form.get("subject", "").strip()
    texts = {
        name: request.form.get(f"input/{number}", "") for number, name in enumerate(opened.inputs())
    }
    errors: dict[str, str] = {}
    if not subject:
        errors["subject"] = _("件名を入力してください。")
    elif len(subject) > MAX_SUBJECT:
        errors["subject"] = _("件名は%(count)s文字以内で入力してください。", count=MAX_SUBJECT)
    try:
        if not errors:
            id_ = opened.start_as_called(texts, subject)
            flash(_("案件を始めました。"), "ok")
            return redirect(url_for("instances.show", instance_id=id_), code=303)
    except FieldErrors as error:
        errors = {
            name: Sentence("式を計算できません（%(error)s）。", error=why)
            for name, why in error.errors.items()
        }
    return make_response(_start_page(request.form, errors), 422)


def _start_page(post: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    opened = _opened()
    return render_template(
        "sandbox_start.html",
        trial=opened.trial,
        inputs=opened.inputs(),
        post=post,
        errors=errors or {},
        subject_limit=MAX_SUBJECT,
    )


@bp.post("/again")
def again() -> Response:
    return _wished("again")


@bp.post("/end")
def end() -> Response:
    return _wished("end")


def _wished(wish: sandboxes.Wish) -> Response:
    """The office around the sandbox does it, once this answer is there."""
    sandboxes.visit().wish = wish
    return Response(status=204)
