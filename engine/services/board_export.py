"""The board as an Excel file: one sheet for each of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from engine.domain.access import HEAD, Actor
from engine.domain.phase import Phase
from engine.domain.user_task import UserTask
from engine.domain.working_days import tokyo_date
from engine.services import board, task_list
from engine.services.board import Board
from engine.services.spreadsheets import ExcelFile, Sheet, SheetColumn
from engine.services.staying import OTHERS
from engine.services.task_list import TaskQuestion, TaskRow
from engine.services.unit import Unit
from engine.storage import people

MOST_TASKS = 1_000
PHASES: Mapping[Phase, str] = {
    Phase.PREPARING: "運営開始準備",
    Phase.RENEWING: "更改の検討",
    Phase.IMPROVING: "改善",
    Phase.ENDED: "運営終了",
    Phase.OPERATING: "運営",
    Phase.BEFORE: "準備前",
}
GO_LIVE, OTHER_SYSTEMS = "運営開始", "ほかの情報システム"
Cells = Iterator[Sequence[Any]]


def _sheet(name: str, *columns: tuple[str, Any]) -> Sheet:
    return Sheet(
        name=name,
        columns=tuple(SheetColumn(heading=heading, kind=kind) for heading, kind in columns),
    )


SYSTEMS = _sheet(
    "情報システム別の状況",
    ("情報システム", "text"),
    ("プロジェクト", "text"),
    ("段階", "text"),
    ("実行中の案件", "number"),
    ("期限切れの案件", "number"),
    ("期限切れのタスク", "number"),
    ("処理停止", "number"),
    ("著しく低い指標", "number"),
    ("次の節目", "text"),
    ("節目の日", "date"),
)
GO_LIVES = _sheet(
    "運営開始準備",
    ("情報システム", "text"),
    ("管理番号", "text"),
    ("運営開始予定日", "date"),
    ("残り営業日", "number"),
    ("済んだ準備", "number"),
    ("準備の数", "number"),
    ("足りない準備", "text"),
    ("期日", "date"),
    ("開いているタスク", "list"),
    ("持っている人", "list"),
)
MONTHS = _sheet("案件の開始と完了", ("月", "date"), ("開始", "number"), ("完了", "number"))
STAYING = _sheet(
    "どこで滞っているか",
    ("業務フロー", "text"),
    ("期限までの日数", "number"),
    ("情報システム", "text"),
    ("開いているタスク", "number"),
    ("平均滞留日数", "number"),
)
LATE = _sheet(
    "期限切れのタスク",
    ("タスク", "text"),
    ("管理番号", "text"),
    ("件名", "text"),
    ("情報システム", "text"),
    ("持っている人", "text"),
    ("いつから", "datetime"),
    ("期限", "date"),
    ("超過営業日", "number"),
)


def file_name(on: date) -> str:
    return f"全体ボード_{on:%Y%m%d}.xlsx"


def write(unit: Unit, actor: Actor, span: str, path: Path) -> None:
    """Write the file.

    Raises:
        MayNotSeeBoardError
    """
    found = board.board(unit, actor, span)
    asked = TaskQuestion(first_day=unit.today, last_day=unit.today, size=MOST_TASKS)
    late = task_list.listing(unit, actor, asked).rows
    parts = [part for one in found.go_lives for part in one.missing]
    tasks = [row.task for row in late] + [task for part in parts for task in part.tasks]
    names = people.names(unit, {task.assignee for task in tasks if task.assignee})
    sheets = (
        (SYSTEMS, _systems(found)),
        (GO_LIVES, _go_lives(unit, found, names)),
        (MONTHS, ((one.month, one.started, one.completed) for one in found.months)),
        (STAYING, _staying(found)),
        (LATE, (_late(unit, row, names) for row in late)),
    )
    with ExcelFile(path) as file:
        for sheet, rows in sheets:
            made = file.add(sheet)
            for row in rows:
                made.write(row)


def _systems(found: Board) -> Cells:
    for row in found.systems:
        yield (
            row.name,
            row.project_name,
            PHASES[row.phase],
            row.running,
            row.late,
            row.late_tasks,
            row.stopped,
            row.weak.count if row.weak else 0,
            (row.next_name or GO_LIVE) if row.next_on else None,
            row.next_on,
        )


def _go_lives(unit: Unit, found: Board, names: Mapping[str, str]) -> Cells:
    places = {row.id: row.name for row in found.systems}
    for one in found.go_lives:
        system = places.get(one.head.system_id or "", "")
        head = (system, one.head.business_key, one.planned_on, one.working_days)
        for part in one.missing:
            yield (
                *head,
                one.done,
                one.total,
                part.name,
                part.due_on,
                [task.name for task in part.tasks],
                [_holder(unit, task, names) for task in part.tasks],
            )
        if not one.missing:
            yield (*head, one.done, one.total, None, None, None, None)


def _staying(found: Board) -> Cells:
    places = {row.id: row.name for row in found.systems}
    for row in found.staying.rows:
        for system_id, cell in zip(found.staying.systems, row.cells, strict=True):
            if cell is not None:
                name = OTHER_SYSTEMS if system_id == OTHERS else places.get(system_id or "", "")
                given = None if row.given is None else round(row.given, 1)
                process = found.names.get(row.key, row.key)
                yield process, given, name, cell.count, round(cell.days, 1)


def _late(unit: Unit, row: TaskRow, names: Mapping[str, str]) -> Sequence[Any]:
    due_on = tokyo_date(row.task.due_at) if row.task.due_at else None
    return (
        row.task.name,
        row.head.business_key,
        row.head.subject or row.head.process_name,
        row.system_name or row.project_name,
        _holder(unit, row.task, names),
        row.since,
        due_on,
        max(unit.calendar.between(due_on, unit.today), 1) if due_on else None,
    )


def _holder(unit: Unit, task: UserTask, names: Mapping[str, str]) -> str:
    if task.assignee:
        return names.get(task.assignee, task.assignee)
    groups = sorted(task.candidate_groups, key=lambda group: (group.removesuffix(HEAD), group))
    return "、".join(unit.office.roles.name_of(group) for group in groups) or "未定"
