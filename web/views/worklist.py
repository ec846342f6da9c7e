"""受信箱: the tasks that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request

from engine.domain.working_days import tokyo_date
from engine.services import deployments, people, tasks
from engine.services.tasks import Worklist, WorklistRow
from engine.services.unit import Unit
from web.context import actor, clock, engine
from web.i18n import _
from web.paging import asked_page

bp = Blueprint("worklist", __name__, url_prefix="/worklist")

PAGE_SIZE = 25
FILTERS = ("flow", "system", "due", "sort")
VIEWS = ("mine", "group", "waiting", "done")
SUNDAY = 6


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tasks due in one stretch of time."""

    heading: str
    is_late: bool
    rows: tuple[WorklistRow, ...]


@bp.get("")
def show() -> str:
    view = request.args.get("view", "")
    view = view if view in VIEWS else _first_view()
    found = engine().ask(_page, view)
    rows = found.rows
    names = engine().ask(people.names, sorted({r.task.assignee for r in rows if r.task.assignee}))
    return render_template(
        "worklist.html",
        view=view,
        found=found,
        groups=_grouped(rows, view),
        names=names,
        due=request.args.get("due", ""),
        sort=request.args.get("sort", ""),
        due_counts=engine().ask(tasks.due_counts, actor(), view),
        is_filtered=any(request.args.get(name) for name in FILTERS),
        page_size=PAGE_SIZE,
        definitions=engine().ask(deployments.newest),
        systems=engine().ask(people.systems, actor()),
    )


def _first_view() -> str:
    """One's own tasks; who has none sees first what could be taken."""
    counts = engine().ask(tasks.counts, actor())
    return "group" if counts["group"] and not counts["mine"] else "mine"


def _page(unit: Unit, view: str) -> Worklist:
    return tasks.worklist(
        unit,
        actor(),
        view,
        page=asked_page(),
        size=PAGE_SIZE,
        key=request.args.get("flow") or None,
        system_id=request.args.get("system") or None,
        due=request.args.get("due", ""),
        order=request.args.get("sort", ""),
    )


def _grouped(rows: Sequence[WorklistRow], view: str) -> list[Group]:
    """Rows in the order they came, under the stretch of time their deadline lies in."""
    if view == "done":
        return [Group(heading="", is_late=False, rows=tuple(rows))] if rows else []
    headings: dict[str, list[WorklistRow]] = {}
    today = clock().today
    for row in rows:
        due_at = row.task.due_at
        heading = _stretch(tokyo_date(due_at) if due_at else None, today)
        headings.setdefault(heading, []).append(row)
    return [
        Group(heading=heading, is_late=heading == _("期限切れ"), rows=tuple(found))
        for heading, found in headings.items()
    ]


def _stretch(due_on: date | None, today: date) -> str:
    if due_on is None:
        return _("期限なし")
    if due_on < today:
        return _("期限切れ")
    if due_on == today:
        return _("今日")
    sunday = today + timedelta(days=SUNDAY - today.weekday())
    return _("今週") if due_on <= sunday else _("来週以降")
