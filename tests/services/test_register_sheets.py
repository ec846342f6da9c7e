"""Registers as spreadsheets: an export imported again changes nothing, a faulty file neither."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from engine.domain.access import Actor
from engine.domain.records import Register, RegisterEntry
from engine.domain.register import check
from engine.domain.register_search import ColumnKind, Search
from engine.services import attachments, register_export, register_import, registers
from engine.services.attachments import Upload
from engine.services.register_export import CSV, EXCEL, Export
from engine.services.register_import import (
    AlreadyImportedError,
    FaultyImportError,
    Imported,
)
from engine.services.register_layout import Column, columns_of
from engine.services.register_plan import Plan
from engine.services.register_writing import MayNotEnterError
from engine.services.unit import Unit
from engine.storage import registers as rows
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice

CODES = [f"R{number:02d}" for number in (*range(1, 18), 20, 21, 26, 34, 45)]
ENDINGS = [EXCEL, CSV]
BOOKS = registers.OwnBooks(project_id=PROJECT, system_id=SYSTEM)
SIGNS = "あ漢字ｶﾅＡb1 \n\t'\"=+-@,;（）()「」_x000D_％😀"


def a_text(random: Random) -> str:
    return "".join(random.choices(SIGNS, k=random.randint(1, 12))).strip() or "x"


def a_value(column: Column, random: Random) -> Any:
    makers: Mapping[ColumnKind, Callable[[], Any]] = {
        ColumnKind.TEXT: lambda: random.choice([a_text(random), "1.50", "2026-04-01", "はい"]),
        ColumnKind.CHOICE: lambda: random.choice(column.choices),
        ColumnKind.CHOICES: lambda: random.sample(column.choices, 2),
        ColumnKind.TEXTS: lambda: [a_text(random) for _ in range(random.randint(0, 3))],
        ColumnKind.NUMBER: lambda: Decimal(random.choice(["0.10", "-3", "12345678901234567.25"])),
        ColumnKind.YEN: lambda: Decimal(random.randint(-10, 10**9)),
        ColumnKind.DATE: lambda: date(1890, 1, 1) + timedelta(random.randint(0, 60_000)),
        ColumnKind.MOMENT: lambda: (
            datetime(2026, 4, 1, tzinfo=UTC)
            + timedelta(seconds=random.randint(0, 10**7), microseconds=random.randint(0, 999))
        ),
        ColumnKind.TIME: lambda: time(random.randint(0, 23), random.randint(0, 59)),
        ColumnKind.BOOL: lambda: random.random() < 0.5,
        ColumnKind.PERSON: lambda: random.choice(["pjmo1", "gyomu2", "someone-who-left"]),
        ColumnKind.ORGANISATION: lambda: "o1",
        ColumnKind.RECORD: lambda: "a-record-of-another-place",
        ColumnKind.FILES: lambda: [
            {"id": "f1", "名前": a_text(random), "種類": "text/plain", "バイト数": Decimal(3)}
        ],
        ColumnKind.OTHER: lambda: [{"項目": a_text(random), "分布": {"1": Decimal(2)}}],
        ColumnKind.ROWS: lambda: [
            {one.name: a_value(one, random) for one in column.inner}
            for _ in range(random.randint(0, 3))
        ],
    }
    if not column.is_required and random.random() < 0.2:
        return None
    return makers[column.kind]()


def filled(office: TestOffice, code: str, count: int) -> Register:
    """Records with a value of each type, written as processes write them."""
    register = office.engine.ask(registers.register, code)
    random = Random(f"{code} {count}")
    columns = columns_of(register)
    for _ in range(count):
        values = {one.name: a_value(one, random) for one in columns}
        check(register, values)
        office.engine.run(registers.enter, code, values, BOOKS, SETUP)
    return register


def exported(office: TestOffice, code: str, ending: str, folder: Path) -> bytes:
    path = folder / f"{code}.{ending}"
    wanted = Export(code=code, search=Search(), ending=ending)
    register_export.write(office.engine.ask, wanted, office.actor("pjmo1"), path)
    return path.read_bytes()


def planned(office: TestOffice, code: str, content: bytes, ending: str) -> Plan:
    actor = office.actor("pjmo1")
    return office.engine.ask(_compared, code, content, f"{code}.{ending}", actor)


def _compared(unit: Unit, code: str, content: bytes, name: str, actor: Actor) -> Plan:
    register = registers.register(unit, code)
    return register_import.compare(unit, register, content, name, actor)


def handed_in(office: TestOffice, content: bytes, name: str, by: str = "pjmo1") -> str:
    upload = Upload(name=name, content_type="", stream=io.BytesIO(content))
    return office.engine.run(attachments.store, upload, office.actor(by)).id


def imported(office: TestOffice, code: str, content: bytes, name: str) -> Imported:
    id_ = handed_in(office, content, name)
    return office.engine.run(register_import.execute, code, id_, office.actor("pjmo1"))


def everything(office: TestOffice, code: str) -> list[RegisterEntry]:
    found = office.engine.ask(rows.in_place, code, PROJECT, SYSTEM, 10_000)
    return sorted(found, key=lambda entry: entry.number)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_of_any_register_imported_again_changes_nothing(
    office: TestOffice, tmp_path: Path, ending: str
) -> None:
    counts = {}
    for code in CODES:
        filled(office, code, 6)

        plan = planned(office, code, exported(office, code, ending, tmp_path), ending)

        counts[code] = (plan.unchanged_count, plan.new, plan.changed, plan.faults)
    assert counts == dict.fromkeys(CODES, (6, (), (), ()))


@pytest.mark.parametrize("ending", ENDINGS)
def test_importing_an_unchanged_export_writes_no_version(
    office: TestOffice, tmp_path: Path, ending: str
) -> None:
    filled(office, "R17", 30)
    before = everything(office, "R17")

    done = imported(office, "R17", exported(office, "R17", ending, tmp_path), f"a.{ending}")

    assert done == Imported(new=0, changed=0)
    assert everything(office, "R17") == before


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The Excel file after somebody has worked on its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def place_of(sheet: Any, heading: str) -> int:
    return [cell.value for cell in sheet[1]].index(heading) + 1


def put(book: Any, row: int, heading: str, value: Any, sheet: str = "") -> None:
    page = book[sheet] if sheet else book.worksheets[0]
    page.cell(row, place_of(page, heading)).value = value


def entered(office: TestOffice, **values: Any) -> str:
    return office.engine.run(registers.enter, "R14", values, BOOKS, SETUP).id


def the(office: TestOffice, id_: str) -> RegisterEntry:
    return office.engine.ask(registers.entry, "R14", id_, office.actor("pjmo1"))


def test_changed_cells_become_a_version_and_blank_numbers_new_records(
    office: TestOffice, tmp_path: Path
) -> None:
    id_ = entered(office, 内容="画面が開かない", 担当="pjmo1", 期限=date(2026, 5, 1))
    content = exported(office, "R14", EXCEL, tmp_path)

    def change(book: Any) -> None:
        put(book, 2, "内容", "画面が白いまま開かない")
        put(book, 2, "担当", "業務実施部門 gyomu2（gyomu2）")
        put(book, 2, "期限", "R8.5.11")
        put(book, 2, "状態", "完了")
        put(book, 3, "内容", "印刷が遅い")
        put(book, 3, "運営への支障", "無")

    done = imported(office, "R14", edited(content, change), "直し.xlsx")

    first, second = everything(office, "R14")
    assert done == Imported(new=1, changed=1)
    assert first.values["内容"] == "画面が白いまま開かない"
    assert (first.values["担当"], first.values["期限"]) == ("gyomu2", date(2026, 5, 11))
    assert (first.version, first.state, first.id) == (2, "完了", id_)
    assert (second.values["内容"], second.number) == ("印刷が遅い", "不-R8-0002")
    assert second.written_by == "pjmo1"
    versions = office.engine.ask(registers.entry_versions, "R14", id_, office.actor("pjmo1"))
    assert [one.reason for one in versions] == ["", "表計算ファイルの取り込み：直し.xlsx"]


def test_the_rows_of_a_table_are_changed_on_their_sheet(office: TestOffice, tmp_path: Path) -> None:
    table = next(
        one
        for code in ("R03",)
        for one in columns_of(office.engine.ask(registers.register, code))
        if one.kind is ColumnKind.ROWS
    )
    register = filled(office, "R03", 3)
    content = exported(office, "R03", EXCEL, tmp_path)
    first = everything(office, "R03")[0]
    inner = next(one.name for one in table.inner if one.kind is ColumnKind.TEXT)

    def change(book: Any) -> None:
        sheet = book[table.name]
        sheet.append([first.number, first.id])
        put(book, sheet.max_row, inner, "最後に確かめる", table.name)

    done = imported(office, register.code, edited(content, change), "a.xlsx")

    now = next(one for one in everything(office, "R03") if one.id == first.id)
    assert done == Imported(new=0, changed=1)
    assert now.values[table.name][:-1] == (first.values[table.name] or [])
    assert now.values[table.name][-1][inner] == "最後に確かめる"


FAULTS: Sequence[tuple[int, str, Any, str]] = [
    (5, "期限", "来週の水曜", "日付"),
    (17, "期限", "2026-02-30", "日付"),
    (30, "発生原因", "気のせい", "選択肢"),
    (44, "運営への支障", "少し", "選択肢"),
    (61, "担当", "だれか", "見つかりません"),
    (80, "担当", "（nobody）", "見つかりません"),
    (99, "内容", None, "必須"),
    (120, "版", 7, "第1版"),
    (133, "版", None, "第1版"),
    (150, "管理番号", "不-R8-9999", "見つかりません"),
    (171, "プロジェクト", "別の事業", "所属"),
    (190, "情報システム", "別のシステム", "所属"),
    (222, "期限", "未定", "日付"),
    (260, "対応", "祈る", "選択肢"),
    (300, "担当", "PJMO", "見つかりません"),
    (333, "発生原因", "手順・体制", "選択肢"),
    (380, "状態", "長" * 51, "50文字"),
    (420, "期限", "13月1日", "日付"),
    (466, "運営への支障", "有無", "選択肢"),
    (501, "担当", "pjmo1 と pjmo2", "見つかりません"),
]


def with_faults(book: Any) -> None:
    sheet = book.worksheets[0]
    number = place_of(sheet, "記録ID")
    for row, heading, value, _ in FAULTS:
        put(book, row, heading, value)
        if heading == "版":
            put(book, row, "内容", "直した")
        if heading == "管理番号":
            sheet.cell(row, number).value = None


def test_a_file_of_500_rows_with_20_faults_changes_nothing_and_names_each(
    office: TestOffice, tmp_path: Path
) -> None:
    office.engine.run(many_defects, 500)
    before = everything(office, "R14")
    content = edited(exported(office, "R14", EXCEL, tmp_path), with_faults)

    with pytest.raises(FaultyImportError) as caught:
        imported(office, "R14", content, "a.xlsx")

    faults = caught.value.plan.faults
    assert [(one.row, one.column) for one in faults] == [(row, name) for row, name, _, _ in FAULTS]
    for fault, (_, _, _, word) in zip(faults, FAULTS, strict=True):
        assert word in fault.text
    assert everything(office, "R14") == before


def many_defects(unit: Unit, count: int) -> None:
    for number in range(count):
        values = {"内容": f"不具合 {number}", "担当": "pjmo1", "期限": date(2026, 5, 1)}
        registers.enter(unit, "R14", values, BOOKS, SETUP)


def csv_of(*lines: Sequence[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(lines)
    return made.getvalue().encode()


@pytest.mark.parametrize(
    ("lines", "row", "column", "word"),
    [
        pytest.param([["内容", "気温"], ["a", "20"]], 1, "気温", "ない列", id="unknown column"),
        pytest.param([["内容", "内 容"], ["a", "b"]], 1, "内 容", "2つ", id="column twice"),
        pytest.param([["", "内容"], ["a", "b"]], 1, "1列目", "見出しのない", id="no heading"),
        pytest.param([["内容"], ["a", "b"]], 2, "2列目", "見出しより右", id="too many cells"),
        pytest.param(
            [["管理番号", "内容"], ["新規1", "a"], ["新規1", "b"]],
            3,
            "管理番号",
            "2行目",
            id="twice",
        ),
        pytest.param([["発生原因"], ["手順"]], 2, "内容", "必須", id="required column missing"),
        pytest.param(
            [["内容", "プロジェクト"], ["a", "他"]], 2, "プロジェクト", "見つかり", id="project"
        ),
        pytest.param([["内容", "記録ID"], ["a", "x"]], 2, "記録ID", "見つかり", id="unknown id"),
    ],
)
def test_what_does_not_fit_is_named_by_row_and_column(
    office: TestOffice, lines: list[list[str]], row: int, column: str, word: str
) -> None:
    plan = planned(office, "R14", csv_of(*lines), CSV)

    [fault] = plan.faults
    assert (fault.row, fault.column) == (row, column)
    assert word in fault.text


def test_headings_are_found_in_any_order_and_width(office: TestOffice) -> None:
    content = csv_of(["担 当", "ﾌﾟﾛｼﾞｪｸﾄ", " 内容 "], ["gyomu1", "p1", "窓口が混む"])

    assert imported(office, "R14", content, "a.csv") == Imported(new=1, changed=0)
    [entry] = everything(office, "R14")
    assert (entry.values["担当"], entry.values["内容"]) == ("gyomu1", "窓口が混む")


def test_a_newer_version_is_not_overwritten(office: TestOffice, tmp_path: Path) -> None:
    id_ = entered(office, 内容="古い")
    content = exported(office, "R14", EXCEL, tmp_path)
    content = edited(content, lambda book: put(book, 2, "内容", "表で直した"))
    first = imported(
        office, "R14", edited(content, lambda book: put(book, 2, "状態", "完了")), "a.xlsx"
    )

    plan = planned(office, "R14", content, EXCEL)

    assert first == Imported(new=0, changed=1)
    assert [(one.row, one.column) for one in plan.faults] == [(2, "版")]
    assert the(office, id_).version == 2


def test_a_file_is_imported_once(office: TestOffice) -> None:
    id_ = handed_in(office, csv_of(["内容"], ["a"]), "a.csv")
    actor = office.actor("pjmo1")
    office.engine.run(register_import.execute, "R14", id_, actor)

    with pytest.raises(AlreadyImportedError):
        office.engine.run(register_import.execute, "R14", id_, actor)

    assert len(everything(office, "R14")) == 1


@pytest.mark.parametrize(
    ("person", "code"),
    [("gyomu1", "R14"), ("dev1", "R14"), ("pmo1", "R14"), ("pjmo1", "R45"), ("admin1", "R11")],
)
def test_only_those_whom_the_register_names_import(
    office: TestOffice, person: str, code: str
) -> None:
    id_ = handed_in(office, csv_of(["内容"], ["a"]), "a.csv", by=person)

    with pytest.raises(MayNotEnterError):
        office.engine.run(register_import.execute, code, id_, office.actor(person))


def test_external_people_export_nothing(office: TestOffice, tmp_path: Path) -> None:
    entered(office, 内容="a")
    wanted = Export(code="R14", search=Search(), ending=CSV)

    count = register_export.write(office.engine.ask, wanted, office.actor("dev1"), tmp_path / "a")

    assert count == 0


def test_a_search_survives_the_way_into_a_batch() -> None:
    from engine.domain.register_search import Condition

    wanted = Export(
        code="R14",
        ending=CSV,
        search=Search(
            project_ids=frozenset({PROJECT}),
            text="画面",
            written_from_on=date(2026, 4, 1),
            conditions=(Condition(column="期限", kind=ColumnKind.DATE, low="2026-04-01"),),
            order_by="期限",
            is_descending=False,
        ),
    )

    assert Export.from_args(wanted.to_args()) == wanted


def test_the_template_offers_choices_and_is_an_import_of_nothing(
    office: TestOffice, tmp_path: Path
) -> None:
    path = tmp_path / "template.xlsx"

    office.engine.ask(register_export.write_template, "R14", office.actor("pjmo1"), path)

    book = openpyxl.load_workbook(path)
    offered = {
        one.sqref: one.formula1 for one in book.worksheets[0].data_validations.dataValidation
    }
    plan = planned(office, "R14", path.read_bytes(), EXCEL)
    assert len(offered) == 4
    assert (plan.row_count, plan.faults) == (0, ())
