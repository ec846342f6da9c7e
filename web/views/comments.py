"""コメント: written on the page of a case or task, edited and withdrawn on pages of their own."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.comment import Comment, CommentError
from engine.services import comments
from engine.services import tasks as task_service
from web import comment_words
from web.context import actor, engine
from web.i18n import _

bp = Blueprint("comments", __name__)


@bp.post("/instances/<instance_id>/comments")
def write(instance_id: str) -> Response:
    return _write(instance_id, None)


@bp.post("/tasks/<task_id>/comments")
def write_at_task(task_id: str) -> Response:
    task = engine().ask(task_service.page, task_id, actor()).task
    return _write(task.instance_id, task_id)


def _write(instance_id: str, task_id: str | None) -> Response:
    try:
        engine().run(
            comments.write,
            instance_id,
            request.form.get("text", ""),
            actor(),
            task_id=task_id,
            to=request.form.getlist("to"),
            submission_key=request.form.get("submission_key") or None,
        )
    except CommentError as error:
        return make_response(_form(instance_id, task_id, error), 422)
    flash(_("コメントを書きました。"), "ok")
    return _back(instance_id, task_id)


@bp.get("/comments/<int:comment_id>/edit")
def edit_form(comment_id: int) -> str:
    found = engine().ask(comments.own, comment_id, actor())
    return _form(found.instance_id, request.args.get("task"), None, found)


@bp.post("/comments/<int:comment_id>")
def edit(comment_id: int) -> Response:
    task_id = request.args.get("task")
    try:
        done = engine().run(comments.edit, comment_id, request.form.get("text", ""), actor())
    except CommentError as error:
        found = engine().ask(comments.own, comment_id, actor())
        return make_response(_form(found.instance_id, task_id, error, found), 422)
    flash(_("コメントを直しました。"), "ok")
    return _back(done.instance_id, task_id)


@bp.get("/comments/<int:comment_id>/withdraw/confirm")
def confirm_withdraw(comment_id: int) -> str:
    found = engine().ask(comments.own, comment_id, actor())
    task_id = request.args.get("task")
    return render_template(
        "comment_withdraw.html",
        comment=found,
        thread=comment_words.thread(found.instance_id),
        task_id=task_id,
        back=_address(found.instance_id, task_id),
    )


@bp.post("/comments/<int:comment_id>/withdraw")
def withdraw(comment_id: int) -> Response:
    done = engine().run(comments.withdraw, comment_id, actor())
    flash(_("コメントを取り消しました。"), "ok")
    return _back(done.instance_id, request.args.get("task"))


def _form(
    instance_id: str,
    task_id: str | None,
    error: CommentError | None,
    comment: Comment | None = None,
) -> str:
    """The form on a page of its own, with everything that was typed."""
    typed = request.form.get("text")
    return render_template(
        "comment_form.html",
        thread=comment_words.thread(instance_id),
        comment=comment,
        task_id=task_id,
        text=typed if typed is not None else (comment.text if comment else ""),
        ticked=request.form.getlist("to"),
        error=comment_words.refused(error) if error else "",
        submission_key=request.form.get("submission_key") or token_urlsafe(16),
        back=_address(instance_id, task_id),
    )


def _address(instance_id: str, task_id: str | None) -> str:
    if task_id:
        return url_for("tasks.show", task_id=task_id, _anchor="comments")
    return url_for("instances.show", instance_id=instance_id, _anchor="comments")


def _back(instance_id: str, task_id: str | None) -> Response:
    return redirect(_address(instance_id, task_id), code=303)
