"""The monitoring report as a page, as PDF and as CSV."""

from __future__ import annotations

import csv
import re
import socket
import sys
import zlib
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from urllib.parse import unquote

import pytest
from lxml import etree

from engine import testing
from tests.web import reports
from tests.web.site import Visitor, foreign_texts, language
from web import charts, pdf

Visit = Callable[[str | None], Visitor]


def streams(content: bytes) -> bytes:
    """What is packed inside the PDF."""
    found = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:  # an image or a font in its own packing
            continue
    return b"\n".join([content, *found])


def page_count(content: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b(?!s)", streams(content)))


def test_the_page_shows_figures_judgements_texts_and_risks(
    office: testing.TestOffice, visit: Visit
) -> None:
    page = visit("pjmo1").open(reports.enter(office))

    assert page.status == 200
    assert page.heading() == "2026年12月 月次報告書"
    [row] = [row for row in page.words("//tbody/tr") if row.startswith("オンライン申請率業務面")]
    for shown in ("60", "57", "95%", "注意", "54.5", "104.6%", "45", "126.7%", "55.2", "59"):
        assert shown in row
    assert "未収集 1件" in " ".join(page.words("//ul[@class='key']/li"))
    assert "休日の申請が増えた。" in page.text
    assert "=夜間の停止" in page.text
    assert page.words("//a[contains(@class, 'btn--primary')]") == ["PDFを開く"]


def test_a_chart_has_a_title_and_its_values_in_a_table(
    office: testing.TestOffice, visit: Visit
) -> None:
    page = visit("pjmo1").open(reports.enter(office))

    [svg] = page.tree.xpath("//svg[@class='chart']")
    named = [page.words(f"//*[@id='{one}']")[0] for one in svg.get("aria-labelledby").split()]
    assert named == ["オンライン申請率（%）", "12か月の推移"]
    assert svg.xpath("count(.//circle)") == 10  # two of the months lack a value
    values = page.words("//details//tbody//td")
    assert values[:3] == ["未収集", "未収集", "41"]
    assert len(values) == 12


def test_a_report_without_any_figure_says_so(office: testing.TestOffice, visit: Visit) -> None:
    nothing = {name: None for name in reports.report() if name != "期間"}

    page = visit("pjmo1").open(reports.enter(office, **nothing))

    assert page.status == 200
    assert "この月に報告する指標はありません" in page.text
    assert "分析はまだ書かれていません。" in page.text
    assert page.tree.xpath("//svg[@class='chart']") == []


def test_what_people_wrote_is_text_and_no_markup(office: testing.TestOffice, visit: Visit) -> None:
    path = reports.enter(office, 時系列変化="<b>太字</b>", 指標=[reports.indicator("<i>率</i>")])

    page = visit("pjmo1").open(path)

    assert page.tree.xpath("//main//b|//main//i") == []
    assert "<b>太字</b>" in page.words("//h3/following-sibling::p")


def test_the_page_reads_in_english(office: testing.TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")

    page = visitor.open(reports.enter(office))

    assert page.heading() == "2026年12月 Monthly report"
    assert foreign_texts(page) == []


@pytest.mark.parametrize("end", ["", ".pdf", ".csv"])
def test_rights_are_those_of_the_record(office: testing.TestOffice, visit: Visit, end: str) -> None:
    path = reports.enter(office)

    assert visit("dev1").open(path + end).status == 404
    assert visit(None).open(path + end).status in (302, 303)


def test_a_record_of_another_register_has_no_report(
    office: testing.TestOffice, visit: Visit
) -> None:
    path = reports.enter(office)

    assert visit("pjmo1").open(path.replace("R26", "R21")).status == 404


def test_the_record_leads_to_its_report(office: testing.TestOffice, visit: Visit) -> None:
    path = reports.enter(office)

    page = visit("pjmo1").open(path.removesuffix("/report"))

    assert page.tree.xpath(f"//a[@href='{path}']")


def test_the_csv_holds_every_figure_and_no_formula(
    office: testing.TestOffice, visit: Visit
) -> None:
    answer = visit("pjmo1").open(f"{reports.enter(office)}.csv").response

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [line["指標"] for line in lines] == ["オンライン申請率", "問合せ件数", "稼働率"]
    assert lines[0]["達成率（％）"] == "95"
    assert lines[0]["前年同月比（％）"] == "126.7"
    assert lines[1]["判定"] == "未収集"
    assert (lines[2]["目標"], lines[2]["備考"]) == ("99.9", "'=停電")


@pytest.mark.parametrize("end", ["pdf", "csv"])
def test_a_file_has_the_number_of_its_record_as_name(
    office: testing.TestOffice, visit: Visit, end: str
) -> None:
    answer = visit("pjmo1").client.get(f"{reports.enter(office)}.{end}")

    name = answer.headers["Content-Disposition"]
    assert name.isascii()  # what a header can carry
    assert unquote(name).endswith(f"月報-R8-0001.{end}")


def test_the_pdf_has_pages_title_language_and_its_own_japanese_font(
    office: testing.TestOffice, visit: Visit
) -> None:
    answer = visit("pjmo1").client.get(f"{reports.enter(office)}.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    inside = streams(answer.data)
    assert page_count(answer.data) >= 1
    assert b"/FontFile" in inside
    assert re.search(rb"/FontName ?/\w+\+Noto-?Sans-?CJK", inside)
    assert b"/ToUnicode" in inside  # so that text can be searched and read aloud
    assert "2026年12月 月次報告書".encode("utf-16-be").hex().encode() in inside
    assert re.search(rb"/Lang ?\(ja\)", inside)


def test_the_pdf_of_a_report_with_200_indicators_has_many_pages(
    office: testing.TestOffice, visit: Visit
) -> None:
    many = [reports.indicator(f"指標{number}", 推移=[]) for number in range(200)]

    answer = visit("pjmo1").client.get(f"{reports.enter(office, 指標=many)}.pdf")

    assert page_count(answer.data) > 4


def test_making_a_pdf_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *args: asked.append(args))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: asked.append(args) or [])
    outside = "<img src='http://127.0.0.1:9/x.png'><link rel=stylesheet href='//example.jp/a.css'>"

    made = pdf.pdf_of(f"<title>x</title>{outside}<img src='file:///etc/passwd'>本文")

    assert made.startswith(b"%PDF-")
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://example.jp/static/ui.css",
        "http://unei.invalid/static/../cli.py",
        "http://unei.invalid/static/%2e%2e/cli.py",
        "http://unei.invalid/static/",
        "data:text/css,x",
    ],
)
def test_no_other_file_is_read_for_a_pdf(url: str) -> None:
    with pytest.raises(ValueError, match="no file of ours"):
        pdf.own_file(url)


def test_our_own_style_sheet_is_read_for_a_pdf() -> None:
    content, kind = pdf.own_file("http://unei.invalid/static/print.css")

    assert b"@page" in content
    assert kind == "text/css"


def test_without_the_library_the_pdf_says_so_and_the_page_works(
    office: testing.TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    path = reports.enter(office)
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])

    answer, page = visit("pjmo1").open(f"{path}.pdf"), visit("pjmo1").open(path)

    assert answer.status == 503
    assert answer.heading() == "この機械ではPDFを作れません"
    assert page.status == 200


def test_a_line_has_a_gap_where_a_value_is_missing() -> None:
    drawn = charts.line([("1月", Decimal(1)), ("2月", None), ("3月", Decimal(3))], None)

    assert drawn is not None
    assert drawn.path.count("M") == 2
    assert [mark.y is None for mark in drawn.marks] == [False, True, False]


@pytest.mark.parametrize(
    ("values", "goal"),
    [
        ([0], None),
        ([99.9, 99.95, 99.2], 99.9),
        ([1e9, 2e9], 5),
        ([-3, 4], 0),
        ([5, 5], 5),
        ([0.001], 1),
    ],
)
def test_every_value_and_the_goal_lie_inside_the_picture(
    values: list[float], goal: float | None
) -> None:
    points = [(str(n), Decimal(str(value))) for n, value in enumerate(values)]

    drawn = charts.line(points, None if goal is None else Decimal(str(goal)))

    assert drawn is not None
    heights = [mark.y for mark in drawn.marks if mark.y is not None]
    heights += [y for y, _ in drawn.grid] + ([drawn.goal_y] if drawn.goal_y is not None else [])
    assert all(charts.TOP <= y <= charts.BOTTOM for y in heights)
    assert len({text for _, text in drawn.grid}) == charts.STEPS + 1


def test_a_run_without_values_makes_no_chart() -> None:
    assert charts.line([("1月", None)], Decimal(1)) is None
    assert charts.line([], None) is None


def test_the_chart_is_well_formed_svg(office: testing.TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").open(reports.enter(office))

    [svg] = re.findall(r'<svg class="chart".*?</svg>', page.text, re.S)

    assert etree.fromstring(svg).tag == "svg"
