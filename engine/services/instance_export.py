"""The instances of a list as an Excel or CSV file, with where each stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.domain import typed_json
from engine.domain.access import HEAD, Actor
from engine.domain.instance import InstanceHead, InstanceState
from engine.domain.user_task import UserTask
from engine.domain.working_days import tokyo_date
from engine.services import instance_list
from engine.services.instance_list import InstanceFilter, InstanceRow, PageAsked
from engine.services.spreadsheets import Sheet, SheetColumn, write_csv, write_excel
from engine.services.unit import Unit
from engine.storage import people

KIND = "instances.export"  # of the batch
CSV = "csv"
AT_ONCE = 500  # rows read in one question; up to so many are exported without waiting
SHEET = Sheet(
    name="案件",
    columns=(
        SheetColumn(heading="管理番号", width=18),
        SheetColumn(heading="件名", width=40),
        SheetColumn(heading="業務フロー"),
        SheetColumn(heading="版", kind="number"),
        SheetColumn(heading="プロジェクト"),
        SheetColumn(heading="情報システム"),
        SheetColumn(heading="状態"),
        SheetColumn(heading="今の工程", kind="list", width=40),
        SheetColumn(heading="期限", kind="date"),
        SheetColumn(heading="超過営業日", kind="number"),
        SheetColumn(heading="始めた人"),
        SheetColumn(heading="開始日時", kind="datetime"),
        SheetColumn(heading="終了日時", kind="datetime"),
    ),
)
STATES = {
    InstanceState.RUNNING: "実行中",
    InstanceState.COMPLETED: "完了",
    InstanceState.CANCELLED: "取りやめ",
    InstanceState.FAILED: "異常終了",
}
STOPPED, SUSPENDED = "処理停止", "一時停止"
Ask = Callable[..., Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Export:
    """What to export: the instances that fit, in this order, as one kind of file."""

    asked: InstanceFilter
    order: str
    ending: str  # xlsx or csv

    def to_args(self) -> dict[str, Any]:
        """As a batch keeps it."""
        asked = typed_json.encode(vars(self.asked))
        return {"asked": asked, "order": self.order, "ending": self.ending}

    @staticmethod
    def from_args(args: Mapping[str, Any]) -> Export:
        found = typed_json.decode(args["asked"])
        numbers = {name: int(found.get(name, 0)) for name in ("version", "late")}
        items = tuple((name, how, typed) for name, how, typed in found.get("items", ()))
        asked = InstanceFilter(**{**found, **numbers, "items": items})
        return Export(asked=asked, order=str(args["order"]), ending=str(args["ending"]))


def file_name(ending: str, on: date) -> str:
    return f"案件_{on:%Y%m%d}.{ending}"


def write(
    ask: Ask, export: Export, actor: Actor, path: Path, progress: Progress | None = None
) -> int:
    """Write the file; how many instances it holds.

    `ask` puts questions, each with a short reading of its own: a long export holds nothing open.
    """
    rows = _rows(ask, export, actor, progress)
    return write_csv(path, SHEET, rows) if export.ending == CSV else write_excel(path, SHEET, rows)


def _rows(
    ask: Ask, export: Export, actor: Actor, progress: Progress | None
) -> Iterator[Sequence[Any]]:
    after, done = "", 0
    while True:
        cells, after = ask(chunk, export, actor, after)
        yield from cells
        done += len(cells)
        if progress is not None:
            progress(done, done + (AT_ONCE if after else 0))
        if not after:
            return


def chunk(
    unit: Unit, export: Export, actor: Actor, after: str
) -> tuple[list[tuple[Any, ...]], str]:
    """The cells of the next instances, and where the following ones begin."""
    page = PageAsked(order=export.order, after=after, size=AT_ONCE)
    found = instance_list.rows_of(unit, actor, export.asked, page)
    ids = {row.head.started_by for row in found.rows}
    ids |= {step.assignee for row in found.rows for step in row.steps if step.assignee}
    names = people.names(unit, ids)
    return [_cells(unit, row, names) for row in found.rows], found.after


def _cells(unit: Unit, row: InstanceRow, names: Mapping[str, str]) -> tuple[Any, ...]:
    head = row.head
    due_on = tokyo_date(row.due_at) if row.due_at else None
    is_late = due_on is not None and due_on < unit.today
    late = max(unit.calendar.between(due_on, unit.today), 1) if due_on and is_late else None
    return (
        head.business_key,
        head.subject or head.process_name,
        head.process_name,
        head.process_version,
        row.project_name,
        row.system_name,
        _state(head),
        _steps(unit, row, names),
        due_on,
        late,
        names.get(head.started_by, ""),
        head.started_at,
        head.ended_at,
    )


def _state(head: InstanceHead) -> str:
    is_stuck = head.state is InstanceState.RUNNING and head.incident_count
    if head.is_suspended and not head.is_ended:
        return SUSPENDED
    return STOPPED if is_stuck else STATES[head.state]


def _steps(unit: Unit, row: InstanceRow, names: Mapping[str, str]) -> list[str]:
    shown = [f"{step.name}（{_holder(unit, step, names)}）" for step in row.steps]
    rest = row.step_count - len(row.steps)
    return [*(shown or row.stopped_at), *([f"ほか{rest}件"] if rest else [])]


def _holder(unit: Unit, step: UserTask, names: Mapping[str, str]) -> str:
    if step.assignee:
        return names.get(step.assignee, step.assignee)
    groups = sorted(step.candidate_groups, key=lambda group: (group.removesuffix(HEAD), group))
    return "、".join(unit.office.roles.name_of(group) for group in groups) or "未定"
