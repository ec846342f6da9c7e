"""Excel and CSV files: what is written is read back, and what cannot be read says why."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.services import spreadsheet_reading
from engine.services.spreadsheets import (
    CUT,
    ExcelFile,
    Sheet,
    SheetColumn,
    SpreadsheetError,
    read_table,
    write_csv,
    write_excel,
)

SHEET = Sheet(
    name="試し",
    columns=(
        SheetColumn(heading="件名"),
        SheetColumn(heading="金額", kind="yen"),
        SheetColumn(heading="期限", kind="date"),
    ),
)
WRITERS = [
    pytest.param(write_excel, ".xlsx", id="excel"),
    pytest.param(write_csv, ".csv", id="csv"),
]


def sheet_of(*headings: str) -> Sheet:
    return Sheet(name="x", columns=tuple(SheetColumn(heading=one) for one in headings))


def excel_of(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        read_table(content, name)
    return str(caught.value)


@pytest.mark.parametrize(("write", "ending"), WRITERS)
def test_headings_and_rows_come_back_with_their_row_numbers(
    tmp_path: Path, write: Any, ending: str
) -> None:
    path = tmp_path / f"a{ending}"

    count = write(path, SHEET, [["一", Decimal(1200), date(2026, 4, 1)], [], ["二", None, None]])

    table = read_table(path.read_bytes(), path.name)
    assert (count, table.header) == (3, ("件名", "金額", "期限"))
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "一"), (4, "二")]
    assert str(table.rows[0].cells[1]) == "1200"
    assert str(table.rows[0].cells[2]).startswith("2026-04-01")


@pytest.mark.parametrize(("write", "ending"), WRITERS)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=5))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_comes_back_but_for_signs_no_cell_can_hold(
    tmp_path: Path, write: Any, ending: str, texts: list[str]
) -> None:
    path = tmp_path / f"a{ending}"
    row = [*texts, "end"]

    write(path, sheet_of(*"x" * len(row)), [row])

    [found] = read_table(path.read_bytes(), path.name).rows
    assert [cell or "" for cell in found.cells] == [spreadsheet_reading.tidy(text) for text in row]


@pytest.mark.parametrize("text", ["=1+1", "+81", "-5", "@x", "\t=1", "'=1", "''-1", "＝1"])
def test_a_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    excel, csv = tmp_path / "a.xlsx", tmp_path / "a.csv"

    write_excel(excel, sheet_of("x"), [[text]])
    write_csv(csv, sheet_of("x"), [[text]])

    [cell] = openpyxl.load_workbook(excel).active["A2:A2"][0]
    assert (cell.value, cell.data_type) == (text, "s")
    assert csv.read_bytes().decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    assert read_table(csv.read_bytes(), "a.csv").rows[0].cells == (text,)


def test_numbers_too_long_for_excel_are_kept_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    numbers = [Decimal("12345678901234567.25"), Decimal("-0.1"), Decimal("1E+20")]

    write_excel(path, sheet_of("a", "b", "c"), [numbers])

    [row] = read_table(path.read_bytes(), "a.xlsx").rows
    assert row.cells == ("12345678901234567.25", Decimal("-0.1"), "100000000000000000000")


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    write_excel(path, sheet_of("a"), [["長" * 40_000]])

    [row] = read_table(path.read_bytes(), "a.xlsx").rows
    assert row.cells[0] == "長" * 16_000 + CUT


def test_moments_stand_in_tokyo_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    write_csv(path, sheet_of("a"), [[datetime(2026, 3, 31, 15, 4, tzinfo=UTC)]])

    assert read_table(path.read_bytes(), "a.csv").rows[0].cells == ("2026-04-01 00:04",)


def test_sheets_get_names_that_excel_allows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    with ExcelFile(path) as file:
        for name in ("受講者/出欠", "受講者?出欠", "長" * 40, "'"):
            file.add(Sheet(name=name, columns=SHEET.columns)).write(["x"])

    names = openpyxl.load_workbook(path).sheetnames
    assert names == ["受講者・出欠", "受講者・出欠 2", "長" * 31, "Sheet"]
    assert read_table(path.read_bytes(), "a.xlsx", "受講者・出欠 2").rows[0].cells[0] == "x"
    assert read_table(path.read_bytes(), "a.xlsx", "無い").rows == ()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_is_read_in_the_codings_of_the_office(coding: str) -> None:
    content = "件名,期限\r\n高橋様①,2026-04-01\r\n".encode(coding)

    table = read_table(content, "受付.CSV")

    assert (table.header, table.rows[0].cells) == (("件名", "期限"), ("高橋様①", "2026-04-01"))


def packed(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name.replace("__", "."), body)
    return made.getvalue()


BOMB = packed(x__xml=b"0" * (spreadsheet_reading.UNPACKED_LIMIT + 1))
ENTITIES = packed(x__xml=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        pytest.param(b"", "a.csv", "空", id="empty"),
        pytest.param(b"\xef\xbb\xbf\r\n", "a.csv", "見出し", id="mark only"),
        pytest.param(b"%PDF-1.7 ...", "a.pdf", "ではありません", id="pdf"),
        pytest.param(b"a,b\n1,2\n", "a.txt", "ではありません", id="another ending"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", "パスワード", id="old office"),
        pytest.param(b"PK\x03\x04 broken", "a.xlsx", "読めません", id="broken package"),
        pytest.param(packed(x__txt=b"a"), "a.xlsx", "読めません", id="another package"),
        pytest.param(BOMB, "a.xlsx", "大きすぎる", id="packed to burst"),
        pytest.param(ENTITIES, "a.xlsx", "記述", id="entities"),
        pytest.param(b"\x81\xff\xfd,\x00", "a.csv", "文字コード", id="no text"),
        pytest.param(b'a,b\n"x,2\n', "a.csv", "引用符", id="quote left open"),
        pytest.param(b"a\n" + b"1\n" * 20_001, "a.csv", "行が多すぎます", id="too many rows"),
        pytest.param(b"," * 600 + b"x", "a.csv", "列が多すぎます", id="too many columns"),
        pytest.param(b"x" * (20 * 1024 * 1024 + 1), "a.csv", "大きすぎ", id="too large"),
        pytest.param(excel_of(), "a.xlsx", "見出し", id="blank sheet"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(content: bytes, name: str, word: str) -> None:
    assert word in refusal(content, name)


def test_a_shortened_package_is_refused_wherever_it_ends() -> None:
    whole = excel_of(["件名"], ["一"])

    for length in range(4, len(whole), 97):
        assert "読めません" in refusal(whole[:length], "a.xlsx")


def test_values_of_excel_come_as_their_types() -> None:
    wall = datetime.fromisoformat("2026-04-01T09:30:00")
    content = excel_of(["a", "b", "c", "d"], [1.5, True, wall, " x "])

    [row] = read_table(content, "a.xlsx").rows

    assert row.cells == (Decimal("1.5"), True, wall, " x ")
