"""タスク: read it, take it, fill its form, complete it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import token_urlsafe

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import (
    ConflictError,
    FieldErrors,
    NotACandidateError,
    NotFoundError,
    TaskAlreadyClaimedError,
)
from engine.domain.instance import InstanceSuspendedError
from engine.forms.posts import Post
from engine.services import assigning, choosing, form_pages, people, tasks, withdrawing
from engine.services.assigning import Candidate, NoAssigneeError
from engine.services.tasks import TaskPage
from web import conflicts, documents, form_token, formats, posts, withdrawals
from web.context import SignedIn, actor, clock, engine, signed_in
from web.form_token import Opened
from web.i18n import _, filled
from web.security import csrf
from web.views import lost_session

bp = Blueprint("tasks", __name__, url_prefix="/tasks")


@bp.get("/<task_id>")
def show(task_id: str) -> str:
    page = engine().ask(tasks.page, task_id, actor())
    if engine().ask(withdrawing.is_fresh, page.task):
        # whoever completed the task before may take it back until somebody looks at this one
        engine().run(withdrawing.seen, task_id, actor())
    if page.task.is_closed:
        page = replace(page, shown=engine().ask(form_pages.completed, task_id, actor()))
    return _rendered(page)


@bp.post("/<task_id>/claim")
def claim(task_id: str) -> Response:
    engine().run(tasks.claim, task_id, actor())
    flash(_("タスクを引き受けました。"), "ok")
    return redirect(url_for(".show", task_id=task_id), code=303)


@bp.post("/<task_id>/unclaim")
def unclaim(task_id: str) -> Response:
    engine().run(tasks.unclaim, task_id, actor())
    flash(_("タスクをグループに戻しました。"), "ok")
    return redirect(url_for("worklist.show"), code=303)


@bp.post("/<task_id>/choose")
def choose(task_id: str) -> Response:
    """Start an activity of an ad hoc sub-process."""
    element_id, key = request.form.get("element", ""), request.form.get("submission_key")
    chosen = engine().run(choosing.choose, task_id, element_id, actor(), key)
    flash(filled(_("「%(name)s」を始めました。"), name=chosen.name), "ok")
    return redirect(url_for(".show", task_id=task_id), code=303)


@bp.post("/<task_id>/assign")
def assign(task_id: str) -> Response:
    try:
        given = engine().run(assigning.assign, task_id, request.form.get("person", ""), actor())
    except NoAssigneeError:
        flash(_("担当にする人を選んでください。"), "note")
    else:
        names = engine().ask(people.names, [given.assignee or ""])
        name = names.get(given.assignee or "", "")
        flash(filled(_("担当を%(name)sさんに決めました。お知らせで伝えます。"), name=name), "ok")
    return redirect(url_for(".show", task_id=task_id), code=303)


@bp.post("/<task_id>/draft/discard")
def discard_draft(task_id: str) -> Response:
    engine().run(tasks.discard_draft, task_id, actor())
    flash(_("下書きを消し、最初の値に戻しました。"), "ok")
    return redirect(url_for(".show", task_id=task_id), code=303)


@bp.post("/<task_id>")
def submit(task_id: str) -> Response:
    """Everything the form's buttons ask for: complete, save as a draft, rows, fields anew.

    A post without a session carries the form's own mark instead of the session's.
    """
    if signed_in() is None:
        return lost_session.keep(task_id)
    csrf.protect()
    try:
        post = posts.read(actor())
    except posts.FileErrors as error:
        return _again(task_id, error.post, error.errors, 422)
    try:
        return _act(task_id, post, request.form.get("do", "complete"))
    except (NotACandidateError, TaskAlreadyClaimedError, NotFoundError):
        opened = form_token.read(request.form.get(form_token.FIELD, ""))
        late = conflicts.after_delegation(task_id, post, opened)
        if late is None:
            raise
        return late


def _act(task_id: str, post: Post, action: str) -> Response:
    if action == "complete":
        return _complete(task_id, post)
    if action == "draft":
        return _save_draft(task_id, post)
    return _again(task_id, engine().ask(form_pages.of_task, task_id, actor(), post, action))


def _complete(task_id: str, post: Post) -> Response:
    key = request.form.get("submission_key")
    try:
        done = engine().run(tasks.submit, task_id, actor(), post, key)
    except FieldErrors as error:
        return _again(task_id, post, error.errors, 422)
    except InstanceSuspendedError:
        engine().run(tasks.save_draft, task_id, actor(), post)
        return _again(task_id, post, status=409)
    except ConflictError as error:
        opened = form_token.read(request.form.get(form_token.FIELD, ""))
        late = conflicts.after_delegation(task_id, post, opened)
        return late or conflicts.page(task_id, post, error)
    withdrawals.say_completed(done)
    return redirect(url_for("worklist.show", done=done.instance_id), code=303)


def _save_draft(task_id: str, post: Post) -> Response:
    saved_at = engine().run(tasks.save_draft, task_id, actor(), post)
    said = _("%(time)sに下書きを保存しました", time=formats.clock(saved_at))
    if request.accept_mimetypes.best == "text/plain":
        return make_response(said, 200, {"Content-Type": "text/plain; charset=utf-8"})
    flash(said, "ok")
    return redirect(url_for(".show", task_id=task_id), code=303)


def _again(
    task_id: str,
    post: Mapping[str, Sequence[str]],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page with what was typed, and the errors if there are any; 409 when it is over."""
    page = engine().ask(tasks.page, task_id, actor(), post, errors)
    if page.task.is_closed:
        return conflicts.closed(page.task, post)
    return make_response(_rendered(page), status)


def _rendered(page: TaskPage) -> str:
    part = request.headers.get("X-Part")
    template = "_parts/task_fields.html" if part == "fields" else "task.html"
    due_at = page.task.due_at
    me = _me().person.id
    return render_template(
        template,
        page=page,
        task=page.task,
        shown=page.shown,
        due=formats.deadline(due_at, clock().now, clock().calendar) if due_at else None,
        editable=page.why in ("candidate", "assignee"),
        is_mine=page.task.assignee == me,
        is_anonymous=page.is_anonymous,
        posted=request.method == "POST",
        undo=withdrawals.of_task(page.task) if page.task.is_closed else None,
        documents=documents.of(page.variables),
        token=form_token.make(Opened(person_id=me, task_id=page.task.id, at=clock().now)),
        candidates=_candidates(page),
        submission_key=request.form.get("submission_key") or token_urlsafe(16),
        new_row=request.form.get("do", "").partition(":"),
    )


def _candidates(page: TaskPage) -> list[Candidate]:
    """Whom the person may give the task to."""
    found = engine().ask(assigning.candidates, [page.task], actor())
    return [one for one in found if one.id != page.task.assignee]


def _me() -> SignedIn:
    found = signed_in()
    if found is None:
        raise RuntimeError("the sign-in stands before this page")
    return found
