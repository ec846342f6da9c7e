"""Somebody was first: a page that says who and when, with both sets of values side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.domain.errors import ConflictError, TaskAlreadyClaimedError, TaskClosedError
from engine.domain.user_task import UserTask
from engine.forms.posts import Post
from engine.forms.showing import Shown, ShownField
from engine.services import form_pages, people, tasks
from web import formats
from web.context import actor, clock, engine
from web.form_token import Opened
from web.i18n import _, filled


@dataclass(frozen=True, kw_only=True)
class Line:
    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.mine


def page(task_id: str, post: Post, error: ConflictError) -> Response:
    """409 with what is stored now beside what was sent; nothing typed is lost."""
    stored = engine().ask(tasks.page, task_id, actor())
    theirs, mine = engine().ask(form_pages.two_sides, task_id, actor(), post)
    other = _other(error)
    return make_response(
        render_template(
            "conflict.html",
            page=stored,
            what=_what(error, other),
            other=other,
            lines=lines(theirs, mine),
        ),
        409,
    )


def closed(task: UserTask, post: Post) -> Response:
    """The same for a task that is over; one sentence where a script asked for the fields alone."""
    error = TaskClosedError(task.id, task.state, task.completed_by, task.completed_at)
    if "X-Part" not in request.headers:
        return page(task.id, post, error)
    return make_response(_what(error, _other(error)), 409, {"Content-Type": "text/plain"})


def after_delegation(task_id: str, post: Post, opened: Opened | None) -> Response | None:
    """409 for a proxy whose time was over before the form came; what was typed is kept.

    None where that is not the reason.
    """
    if opened is None or (opened.person_id, opened.task_id) != (actor().user_id, task_id):
        return None
    kept = engine().run(tasks.keep_late, task_id, actor(), post, opened.at)
    if kept is None:
        return None
    return make_response(render_template("delegation_over.html", kept=kept), 409)


def _other(error: ConflictError) -> str:
    person = None
    if isinstance(error, TaskClosedError):
        person = error.completed_by
    elif isinstance(error, TaskAlreadyClaimedError):
        person = error.assignee
    if person is None:
        return ""
    return engine().ask(people.names, [person]).get(person, person)


def _what(error: ConflictError, other: str) -> str:
    if isinstance(error, TaskClosedError) and other and error.completed_at is not None:
        moment = formats.list_moment(error.completed_at, clock().today)
        pattern = _("このタスクは、先に%(name)sさんが完了しました（%(time)s）。")
        return filled(pattern, name=other, time=moment)
    if isinstance(error, TaskClosedError):
        return _("このタスクは取りやめになりました。")
    if isinstance(error, TaskAlreadyClaimedError):
        return filled(_("このタスクは、先に%(name)sさんが引き受けました。"), name=other)
    if error.code == "not_yet_over":
        return _("終わりにする条件がそろっていません。必要な作業を済ませてください。")
    return _("ほかの人の操作と重なりました。")


def lines(theirs: Shown | None, mine: Shown | None) -> list[Line]:
    if theirs is None or mine is None:
        return []
    before = dict(_texts(theirs.fields, ""))
    after = dict(_texts(mine.fields, ""))
    labels = [*after, *(label for label in before if label not in after)]
    return [
        Line(label=label, theirs=before.get(label, "—"), mine=after.get(label, "—"))
        for label in labels
    ]


def _texts(fields: Sequence[ShownField], place: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        if field.is_input and not field.rows:
            text = field.label_of_value or formats.shown(field.value, field.field.field_type)
            yield place + field.field.label, text
        yield from _texts(field.fields, place)
        for row in field.rows if field.is_input else ():
            yield from _texts(row.fields, f"{field.field.label} {row.index + 1} ")
