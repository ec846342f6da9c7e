"""The list of instances as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.jobs.batch_kinds import BATCH_KINDS, WholeKind
from engine.services import instance_export, tasks
from engine.services.instance_export import KIND, Export
from engine.services.instance_list import InstanceFilter
from engine.services.spreadsheets import Table, read_table
from engine.testing import TestOffice
from tests.services.test_instance_list import opened


def exported(
    office: TestOffice, folder: Path, ending: str = "xlsx", by: str = "pmo1", **asked: str
) -> Table:
    wanted = Export(asked=InstanceFilter(**asked), order="due", ending=ending)  # type: ignore[arg-type]  # texts only
    path = folder / f"made.{ending}"
    instance_export.write(office.engine.ask, wanted, office.actor(by), path)
    return read_table(path.read_bytes(), path.name)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_file_holds_what_the_list_shows(
    office: TestOffice, tmp_path: Path, ending: str
) -> None:
    opened(office)
    office.engine.run(tasks.claim, office.task("hurry").id, office.actor("pjmo2"))
    office.advance(working_days=2)

    table = exported(office, tmp_path, ending)

    rows = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
    assert [row["件名"] for row in rows] == ["審査の計画", "申請の受付", "ABC 様式"]
    assert rows[0]["今の工程"] == "hurry（PJMO pjmo2）"
    assert str(rows[0]["超過営業日"]) == "1"
    assert rows[2]["今の工程"] == "wait_and_see（PJMO）"
    assert {row["状態"] for row in rows} == {"実行中"}


def test_the_file_holds_no_more_than_one_may_see(office: TestOffice, tmp_path: Path) -> None:
    opened(office)

    assert exported(office, tmp_path, by="dev1").rows == ()


def test_a_long_file_is_written_piece_by_piece(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office)
    whole = exported(office, tmp_path)
    monkeypatch.setattr(instance_export, "AT_ONCE", 2)

    assert exported(office, tmp_path) == whole


def test_what_is_asked_for_survives_the_batch() -> None:
    asked = InstanceFilter(text="計画", version=2, started_from=date(2026, 4, 1), with_called=True)
    wanted = Export(asked=asked, order="-ended", ending="csv")

    assert Export.from_args(wanted.to_args()) == wanted


def test_the_work_in_the_background_is_known() -> None:
    assert isinstance(BATCH_KINDS[KIND], WholeKind)
