"""全体ボード: all information systems on one page, and the lists of tasks behind its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import board, board_export, people, task_list
from engine.services.board import Board, SystemRow
from engine.services.task_list import VIEWS, TaskQuestion
from web import board_words, charts
from web.context import actor, clock, engine
from web.i18n import _
from web.views.register_export import attached

bp = Blueprint("overview", __name__, url_prefix="/overview")

MOST_MISSING = 3  # of one go-live, before the rest is folded
MOST_GO_LIVES = 5  # on the page before all are asked for
MAX_MARK = 100
SORTS: Mapping[str, Callable[[SystemRow], Any]] = {
    "attention": lambda row: (row.attention, row.name),
    "name": lambda row: row.name,
    "running": lambda row: (-row.running, row.name),
    "late": lambda row: (-row.late, row.name),
    "stopped": lambda row: (-row.stopped, row.name),
}


@bp.get("")
def show() -> str:
    span = _span()
    found: Board = engine().ask(board.board, actor(), span)
    sort = request.args.get("sort", "")
    tasks = [row.task for row in found.late]
    tasks += [task for one in found.go_lives for part in one.missing for task in part.tasks]
    return render_template(
        "board.html",
        board=found,
        systems=sorted(found.systems, key=SORTS.get(sort, SORTS["attention"])),
        places={row.id: row for row in found.systems},
        sort=sort if sort in SORTS else "attention",
        spans=board_words.board_spans(),
        names=board_words.names_of(tasks),
        chart=_chart(found),
        words=board_words,
        most_missing=MOST_MISSING,
        most_go_lives=len(found.go_lives) if request.args.get("go_lives") else MOST_GO_LIVES,
    )


def _span() -> str:
    asked = request.args.get("span", "")
    return asked if asked in board.SPANS else "year"


def _chart(found: Board) -> charts.Bars:
    return charts.bars(
        [
            (_("%(month)s月", month=one.month.month), one.started, one.completed)
            for one in found.months
        ]
    )


@bp.get("/board.xlsx")
def download() -> Response:
    """The board as an Excel file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "board.xlsx"
        engine().ask(board_export.write, actor(), _span(), path)
        return attached(path, board_export.file_name(clock().today), "xlsx")


@bp.get("/tasks")
def tasks() -> str:
    """The tasks that a figure of the board counts."""
    asked = _question()
    board.check(actor())
    found = engine().ask(task_list.listing, actor(), asked)
    systems = engine().ask(people.systems, actor())
    return render_template(
        "board_tasks.html",
        found=found,
        asked=asked,
        span=_span(),
        spans=board_words.board_spans(),
        systems=systems,
        place=next((one.name for one in systems if one.id == asked.system_id), ""),
        names=board_words.names_of(row.task for row in found.rows),
        words=board_words,
        address=_address,
    )


def _question() -> TaskQuestion:
    period = board.period_of(_span(), clock().today)
    view = request.args.get("view", "")
    get = request.args.get
    return TaskQuestion(
        view=view if view in VIEWS else VIEWS[0],
        first_day=period.first_day,
        last_day=period.last_day,
        system_id=get("system", "").replace("\x00", "")[:MAX_MARK],
        before=get("before", "").replace("\x00", "")[:MAX_MARK],
        after=get("after", "").replace("\x00", "")[:MAX_MARK],
    )


def _address(**changes: str) -> str:
    """This list with parts of its query changed, from its first page."""
    query = {name: request.args.get(name, "") for name in ("view", "span", "system")}
    asked: dict[str, Any] = {**query, **changes}
    return url_for("overview.tasks", **{name: value for name, value in asked.items() if value})
