"""Registers on the page: filters, order, pages; writing by hand; spreadsheets out and in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

from engine.services import registers
from engine.services.registers import OwnBooks
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice
from tests.web.site import Page, Visitor, language, upload

Visit = Callable[[str | None], Visitor]
BOOKS = OwnBooks(project_id=PROJECT, system_id=SYSTEM)


def enter(office: TestOffice, code: str = "R14", **values: Any) -> str:
    return office.engine.run(registers.enter, code, values, BOOKS, SETUP).id


def numbers(page: Page) -> list[str]:
    return page.words("//section[@id='list']//tbody//th")


@pytest.fixture
def three(office: TestOffice) -> list[str]:
    return [
        enter(
            office, 内容="ＡＢＣが遅い", 発生原因="システム", 期限=date(2026, 5, 3), 担当="pjmo1"
        ),
        enter(office, 内容="通知が届かない", 発生原因="手順", 期限=date(2026, 5, 1), 担当="pjmo2"),
        enter(office, 内容="印刷できない", 発生原因="システム", 担当="pjmo1"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=abc", ["不-R8-0001"]),
        ("text=ｱ", []),
        ("c.発生原因=システム", ["不-R8-0001", "不-R8-0003"]),
        ("c.担当=pjmo2", ["不-R8-0002"]),
        ("c.内容=届か", ["不-R8-0002"]),
        ("c.期限.from=2026-05-02", ["不-R8-0001"]),
        ("c.期限.to=2026-05-02", ["不-R8-0002"]),
        ("state=完了", []),
        ("from=2026-04-01&to=2026-04-01&text=遅い", ["不-R8-0001"]),
        ("to=2026-03-31", []),
        ("sort=期限&dir=asc", ["不-R8-0002", "不-R8-0001", "不-R8-0003"]),
        ("sort=期限&dir=desc", ["不-R8-0001", "不-R8-0002", "不-R8-0003"]),
        ("sort=管理番号&dir=asc", ["不-R8-0001", "不-R8-0002", "不-R8-0003"]),
        ("c.期限.from=昨日&sort=無い列&after=x", ["不-R8-0001", "不-R8-0002", "不-R8-0003"]),
    ],
)
def test_the_address_says_what_is_looked_for(
    three: list[str], visit: Visit, query: str, found: list[str]
) -> None:
    page = visit("pjmo1").open(f"/registers/R14?{query}")

    assert page.status == 200
    shown = numbers(page)
    assert (shown if "dir" in query else sorted(shown)) == found


def test_set_filters_are_chips_that_lead_to_the_list_without_them(
    three: list[str], visit: Visit
) -> None:
    visitor = visit("pjmo1")
    page = visitor.open("/registers/R14?text=遅い&c.担当=pjmo1&sort=内容&dir=asc")

    chips = page.tree.xpath("//a[@class='chip']")
    assert [" ".join(one.text_content().split()) for one in chips] == [
        "ことば 遅い を外す".replace(" を", "を"),
        "担当 PJMO pjmo1（情報システム課）を外す",
    ]
    without = visitor.open(chips[1].get("href"))
    assert without.words("//a[@class='chip']") == ["ことば 遅いを外す"]
    assert without.tree.xpath("//th[@aria-sort='ascending']")


def test_pages_follow_each_other_and_lead_back(office: TestOffice, visit: Visit) -> None:
    for number in range(60):
        enter(office, 内容=f"不具合 {number:02d}", 期限=date(2026, 5, 1 + number % 3))
    visitor = visit("pjmo1")
    seen: list[list[str]] = []
    page = visitor.open("/registers/R14?sort=期限&dir=asc")
    seen.append(numbers(page))
    while after := page.tree.xpath("//a[@rel='next']/@href"):
        page = visitor.open(after[0])
        seen.append(numbers(page))

    assert [len(one) for one in seen] == [25, 25, 10]
    assert len({one for part in seen for one in part}) == 60
    back = visitor.open(page.tree.xpath("//a[@rel='prev']/@href")[0])
    assert numbers(back) == seen[1]
    first = visitor.open(back.tree.xpath("//a[@rel='prev']/@href")[0])
    assert numbers(first) == seen[0]
    assert not first.tree.xpath("//a[@rel='prev']")


def test_a_record_is_entered_by_hand(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")

    page = visitor.send(
        "/registers/R14/new",
        "/registers/R14/new",
        {
            "内容": "窓口が混む",
            "運営への支障": "有",
            "期限/年": "R8",
            "期限/月": "5",
            "期限/日": "7",
            "do": "save",
        },
    )

    assert page.status == 303
    [entry] = office.register("R14")
    assert page.location == f"/registers/R14/{entry.id}"
    assert (entry.values["内容"], entry.values["期限"]) == ("窓口が混む", date(2026, 5, 7))
    assert (entry.written_by, entry.number, entry.project_id) == ("pjmo1", "不-R8-0001", PROJECT)


def test_what_cannot_be_taken_keeps_everything_typed(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")

    page = visitor.send(
        "/registers/R14/new",
        "/registers/R14/new",
        {"回避策": "手で書く", "期限/年": "来年", "do": "save"},
    )

    assert page.status == 422
    assert page.title().startswith("入力エラー 2件")
    assert page.form("/new")["回避策"] == ["手で書く"]
    assert office.register("R14") == []


def change(visitor: Visitor, id_: str, **fields: Any) -> Page:
    path = f"/registers/R14/{id_}/edit"
    return visitor.send(path, path, {**fields, "do": "save"})


def test_a_change_by_hand_is_a_version_with_its_reason(
    office: TestOffice, three: list[str], visit: Visit
) -> None:
    visitor = visit("pjmo1")

    page = change(visitor, three[0], 内容="ＡＢＣがとても遅い", **{"edit.reason": "測り直した"})

    assert page.status == 303
    shown = visitor.open(page.location)
    assert "測り直した" in shown.words("//ol[@class='timeline']/li[1]")[0]
    compared = visitor.open(f"{page.location}?old=1&new=2")
    assert compared.words("//section[h2 or header/h2[contains(., '違い')]]//ins") == [
        "ＡＢＣがとても遅い"
    ]


def test_a_change_needs_a_reason(three: list[str], visit: Visit) -> None:
    page = change(visit("pjmo1"), three[0], 内容="直した")

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//li") == ["理由を入力してください。"]


def test_nothing_changed_makes_no_version(
    office: TestOffice, three: list[str], visit: Visit
) -> None:
    page = change(visit("pjmo1"), three[0], **{"edit.reason": "見ただけ"})

    assert page.status == 303
    assert {one.version for one in office.register("R14")} == {1}


def test_who_comes_second_sees_both_values(
    office: TestOffice, three: list[str], visit: Visit
) -> None:
    first, second = visit("pjmo1"), visit("pjmo2")
    path = f"/registers/R14/{three[0]}/edit"
    typed = second.open(path).form(path)
    change(first, three[0], 内容="先に直した", **{"edit.reason": "早い者"})

    page = second.post(
        path, {**typed, "内容": "後から直した", "edit.reason": "遅い者", "do": "save"}
    )

    assert page.status == 409
    assert "PJMO pjmo1" in page.text
    assert page.words("//tr[th='内容']/td") == ["先に直した", "後から直した"]
    assert max(one.version for one in office.register("R14")) == 2


def test_a_record_is_withdrawn_with_a_reason(
    office: TestOffice, three: list[str], visit: Visit
) -> None:
    visitor, path = visit("pjmo1"), f"/registers/R14/{three[1]}/state"

    refused = visitor.send(path, path, {"edit.state": "取下げ"})
    done = visitor.send(path, path, {"edit.state": "取下げ", "edit.reason": "重複"})

    assert (refused.status, done.status) == (422, 303)
    assert [one.state for one in office.register("R14") if one.id == three[1]] == ["取下げ"]


def test_a_file_is_attached_to_a_record(office: TestOffice, visit: Visit) -> None:
    id_ = enter(office, "R17", 件名="長い待ち時間")
    visitor, path = visit("pjmo1"), f"/registers/R17/{id_}/edit"
    sent = {"事実証跡": upload("写真.txt", b"abc"), "edit.reason": "証跡", "do": "save"}

    page = visitor.send(path, path, sent)

    [entry] = office.register("R17")
    file = entry.values["事実証跡"][0]
    assert (page.status, file["名前"], file["バイト数"]) == (303, "写真.txt", Decimal(3))
    with visit("gyomu1").client.get(f"/files/{file['id']}") as seen:
        assert seen.get_data() == b"abc"
    assert visit("gaibu1").open(f"/files/{file['id']}").status == 404
    removed = visitor.send(path, path, {"事実証跡": "", "edit.reason": "誤り", "do": "save"})
    assert removed.status == 303
    assert not office.register("R17")[0].values["事実証跡"]


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        ("gyomu1", "/registers/R14/new", 403),
        ("gyomu1", "/registers/R14/import", 403),
        ("pmo1", "/registers/R14/new", 403),
        ("pjmo1", "/registers/R45/new", 403),
        ("admin1", "/registers/R11/new", 403),
        ("gaibu1", "/registers/R14/template.xlsx", 403),
        ("gyomu1", "/registers/R14/{}/edit", 403),
        ("gaibu1", "/registers/R14/{}/edit", 404),
        ("pjmo1", "/registers/R14/export.pdf", 404),
    ],
)
def test_pages_are_for_those_who_may_write(
    three: list[str], visit: Visit, person: str, path: str, status: int
) -> None:
    assert visit(person).open(path.format(three[0])).status == status


def test_buttons_are_shown_to_those_who_may_write(three: list[str], visit: Visit) -> None:
    xpath = "//a[contains(@href, '/new') or contains(@href, '/import')]"

    assert len(visit("pjmo1").open("/registers/R14").tree.xpath(xpath)) == 2
    assert visit("gyomu1").open("/registers/R14").tree.xpath(xpath) == []


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_current_filter_leaves_as_a_file(three: list[str], visit: Visit, ending: str) -> None:
    visitor = visit("gyomu1")
    path = f"/registers/R14/export.{ending}?c.発生原因=手順"

    answer = visitor.client.get(path)

    assert quote("不具合・回避策一覧") in answer.headers["Content-Disposition"]
    if ending == "csv":
        assert len(answer.get_data().decode("utf-8-sig").splitlines()) == 2
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["不-R8-0002"]


def test_a_long_export_is_made_in_the_background(
    office: TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.views.registers.AT_ONCE", 2)
    for number in range(3):
        enter(office, 内容=f"{number}")
    visitor = visit("pjmo1")

    page = visitor.send("/registers/R14?text=", "/registers/R14/export", {"format": "xlsx"})

    assert page.status == 303
    while office.engine.worker.batches.run_one():
        pass
    batch = visitor.open(page.location)
    with visitor.client.get(batch.tree.xpath("//a[@download]/@href")[0]) as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    assert sheet.max_row == 4


def hand_in(visitor: Visitor, content: bytes, name: str = "a.csv") -> Page:
    path = "/registers/R14/import"
    return visitor.send(path, path, {"file": upload(name, content)})


GOOD = "内容,運営への支障\r\n窓口が混む,有\r\n電話が鳴る,無\r\n".encode()
BAD = "内容,運営への支障\r\n,有\r\n電話が鳴る,さあ\r\n".encode()


def test_a_good_file_is_shown_first_and_then_imported(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")

    page = hand_in(visitor, GOOD)
    preview = visitor.open(page.location)
    before = office.register("R14")
    done = visitor.send(page.location, page.location, {})

    assert preview.words("//li[contains(@class, 'tile')]") == [
        "新しい記録2件",
        "直す記録0件",
        "変わらない記録0件",
        "誤り0件",
    ]
    assert before == []
    assert (done.status, done.location) == (303, "/registers/R14")
    assert len(office.register("R14")) == 2
    again = visitor.open(page.location)
    assert again.tree.xpath("//form[contains(@action, '/import/')]") == []


def test_a_faulty_file_names_each_fault_and_cannot_be_imported(
    office: TestOffice, visit: Visit
) -> None:
    visitor = visit("pjmo1")

    page = hand_in(visitor, BAD)
    preview = visitor.open(page.location)
    forced = visitor.post(page.location, visitor.open("/registers/R14/import").form("/import"))
    listed = visitor.open(f"{page.location}/faults.csv").response.get_data().decode("utf-8-sig")

    assert [row[:3] for row in rows_of(preview)] == [
        ["1枚目", "2", "内容"],
        ["1枚目", "3", "運営への支障"],
    ]
    assert forced.status == 422
    assert office.register("R14") == []
    assert len(listed.splitlines()) == 3


def rows_of(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td|th")]
        for row in page.tree.xpath("//section[header/h2[@id='faults-h']]//tbody/tr")
    ]


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF"), ("a.csv", b""), ("a.xlsx", b"PK\x03\x04x")]
)
def test_a_file_of_another_kind_is_refused_with_a_reason(
    visit: Visit, name: str, content: bytes
) -> None:
    page = hand_in(visit("pjmo1"), content, name)

    assert page.status == 422
    assert page.tree.xpath("//*[@class='error-summary']//a[@href='#f-file']")


def test_a_long_import_runs_in_the_background_once(
    office: TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.views.register_import.AT_ONCE_ROWS", 1)
    visitor = visit("pjmo1")
    page = hand_in(visitor, GOOD)

    first = visitor.send(page.location, page.location, {})
    second = visitor.post(page.location, visitor.open("/registers/R14/import").form("/import"))
    while office.engine.worker.batches.run_one():
        pass

    assert first.location.startswith("/batches/")
    assert second.status == 422
    assert len(office.register("R14")) == 2
    assert visitor.open(first.location).tree.xpath("//a[@href='/registers/R14']")


def test_somebody_elses_file_is_not_there(visit: Visit) -> None:
    page = hand_in(visit("pjmo1"), GOOD)

    assert visit("pjmo2").open(page.location).status == 404


def test_the_pages_speak_english(three: list[str], visit: Visit) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")

    headings = [
        visitor.open(path).heading()
        for path in (
            "/registers/R14/new",
            f"/registers/R14/{three[0]}/state",
            "/registers/R14/import",
        )
    ]

    assert headings == [
        "Enter a record",
        "Change the state of 不-R8-0001",
        "Import into the register",
    ]
