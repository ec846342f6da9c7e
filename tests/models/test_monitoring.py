"""P11: the figures of the month before, what they say, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import FieldErrors
from engine.domain.values import TOKYO
from engine.services import attachments
from engine.services.attachments import Upload
from engine.services.lookups import as_value
from engine.testing import Case, TestOffice
from tests.models.filling import startable
from tests.models.house import approve, decide, elements, enter
from tests.models.monitoring import (
    ANALYSIS,
    DAYS,
    INDICATORS,
    ONLINE,
    UPTIME,
    analyse,
    enter_figures,
    indicator,
    report_levels,
)

KEY = "monitoring"
THIRD_WORKING_DAY = datetime(2027, 1, 6, 9, 0, tzinfo=TOKYO)
ISSUE, TRIGGER, IMPROVE = "msg.issue_detected", "msg.trigger_found", "msg.improve_monitoring"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=THIRD_WORKING_DAY) as made:
        made.deploy(startable(KEY))
        enter(made, ("R20", INDICATORS))
        yield made


def at(month: int, day: int, hour: int) -> datetime:
    return datetime(2027, month, day, hour, 0, tzinfo=TOKYO)


def collect(office: TestOffice, online: float | None = 60, days: float | None = 20) -> Case:
    """A month whose figures have come in; the analysis is open."""
    case = office.start(KEY)
    enter_figures(office, {ONLINE: online, DAYS: days})
    report_levels(office, 99.9)
    return case


def figures(office: TestOffice) -> dict[str, Any]:
    """Name of the indicator -> what the month's entry of R21 says."""
    return {one.values["指標名"]: one.values for one in office.register("R21")}


def report(office: TestOffice) -> dict[str, Any]:
    (entry,) = office.register("R26")
    return {**entry.values, "状態": entry.state}


def file_of(office: TestOffice, text: str, name: str = "実績.csv") -> list[dict[str, Any]]:
    upload = Upload(name=name, content_type="text/csv", stream=BytesIO(text.encode()))
    kept = office.engine.run(attachments.store, upload, office.actor("gyomu1"))
    return [as_value(kept)]


def sent(office: TestOffice, name: str) -> list[Any]:
    return [message.payload for message in office.undelivered() if message.name == name]


# --- what is asked


def test_c8_2_04_it_asks_for_the_month_before_across_the_turn_of_the_year(
    office: TestOffice,
) -> None:
    case = office.start(KEY)

    known = office.variables(case)
    tasks = {task.element_id: task for task in office.open_tasks()}
    assert [(row["指標名"], row["期間"]) for row in known["手入力"]] == [
        (ONLINE, "2026年12月"),
        (DAYS, "2026年12月"),
    ]
    assert tasks["enter_actuals"].groups == {"GYOMU"}
    assert str(tasks["enter_actuals"].due_on) == "2027-01-14"  # 5 working days, past 成人の日


def test_c8_2_07_figures_of_the_system_are_asked_of_the_operator(office: TestOffice) -> None:
    case = office.start(KEY)

    tasks = {task.element_id: task for task in office.open_tasks()}
    (row,) = office.variables(case)["サービスレベル"]
    assert tasks["report_service_level"].groups == {"OPS"}
    assert (row["項目"], row["目標"], row["単位"]) == (UPTIME, Decimal("99.5"), "%")


@pytest.mark.parametrize(
    ("month", "asked"),
    [(1, ["毎月の", "四半期の"]), (2, ["毎月の"]), (4, ["毎月の", "四半期の", "年の"])],
)
def test_c8_2_t02_an_indicator_is_asked_for_when_its_period_ends(
    tmp_path: Path, month: int, asked: list[str]
) -> None:
    by_frequency = (
        f'{{指標: "{name}の", 区分: "業務面", 目標値: 1, 方向: "高いほど良い", 頻度: "{name}"}}'
        for name in ("毎月", "四半期", "年")
    )
    with testing.office(tmp_path, now=at(month, 7, 9)) as office:
        office.deploy(startable(KEY))
        enter(office, ("R20", "[" + ", ".join(by_frequency) + "]"))

        case = office.start(KEY)

        assert [row["指標名"] for row in office.variables(case)["手入力"]] == asked


def test_c8_2_06_what_stands_in_the_register_is_not_asked_for_again(office: TestOffice) -> None:
    enter(
        office,
        ("R21", f'[{{指標名: "{ONLINE}", 期間: "2026-12", 実績値: 57, 収集状況: "収集済"}}]'),
    )

    case = office.start(KEY)

    assert [row["指標名"] for row in office.variables(case)["手入力"]] == [DAYS]
    enter_figures(office, {DAYS: 18})
    report_levels(office, 99.9)
    made = figures(office)[ONLINE]
    assert (made["実績値"], made["判定"], made["達成率"]) == (57, "注意", 95)
    assert len(office.register("R21")) == 3


def test_with_all_figures_there_it_goes_straight_to_the_analysis(office: TestOffice) -> None:
    rows = (
        f'{{指標名: "{name}", 期間: "2026年12月", 実績値: 50, 収集状況: "収集済"}}'
        for name in (ONLINE, DAYS, UPTIME)
    )
    enter(office, ("R21", "[" + ", ".join(rows) + "]"))

    office.start(KEY)

    assert elements(office) == ["analyse_month"]


def test_without_any_indicator_people_may_name_them(tmp_path: Path) -> None:
    with testing.office(tmp_path, now=THIRD_WORKING_DAY) as office:
        office.deploy(startable(KEY))

        office.start(KEY)

        assert elements(office) == ["enter_actuals"]


# --- what is collected


def test_c8_2_02_and_2_06_a_figure_is_registered_with_its_source(office: TestOffice) -> None:
    collect(office, online=48)

    made = figures(office)[ONLINE]

    assert (made["期間"], made["実績値"], made["収集状況"], made["出典"]) == (
        "2026年12月",
        48,
        "収集済",
        "受付簿",
    )
    assert (made["目標"], made["達成率"], made["判定"]) == (60, 80, "未達")


def test_a_missing_figure_is_registered_as_missing(office: TestOffice) -> None:
    collect(office, online=None)

    made = figures(office)[ONLINE]

    assert (made["収集状況"], made["備考"], made["判定"]) == ("未収集", "集計中", "未収集")


def test_c8_2_07_the_operator_may_report_more_than_was_asked(office: TestOffice) -> None:
    office.start(KEY)
    enter_figures(office, {ONLINE: 60, DAYS: 20})
    more = {"項目": "障害の回数", "目標": Decimal(0), "実績": Decimal(1), "未達理由": "停電"}

    report_levels(office, 99.9, more)

    made = figures(office)
    assert (made[UPTIME]["実績"], made[UPTIME]["判定"]) == (Decimal("99.9"), "達成")
    assert (made["障害の回数"]["目標"], made["障害の回数"]["未達理由"]) == (0, "停電")


def test_figures_may_come_from_a_file(office: TestOffice) -> None:
    office.start(KEY)
    text = f"指標,実績値,出典\r\n{ONLINE},61,集計表\r\n{DAYS},19,\r\n"

    enter_figures(office, {}, 実績ファイル=file_of(office, text))

    assert elements(office) == ["report_service_level"]
    report_levels(office, 99.9)
    made = figures(office)
    assert (made[ONLINE]["実績値"], made[ONLINE]["出典"]) == (61, "集計表")
    assert (made[DAYS]["実績値"], made[DAYS]["出典"]) == (19, "審査記録")


def test_each_wrong_row_of_a_file_is_named_and_nothing_of_it_is_taken(office: TestOffice) -> None:
    case = office.start(KEY)
    report_levels(office, 99.9)
    text = f"指標,実績値,期間\r\n{ONLINE},六十,\r\n売上,5,\r\n{DAYS},19,2026年11月\r\n"

    enter_figures(office, {}, 実績ファイル=file_of(office, text))

    known = office.variables(case)
    assert elements(office) == ["enter_actuals"]
    assert [(row["行"], row["内容"]) for row in known["読取りの誤り"]] == [
        (2, "実績値「六十」は数ではありません。"),
        (3, "「売上」は、この月に集める指標にありません。"),
        (4, "期間「2026年11月」が、集める期間「2026年12月」と違います。"),
    ]
    assert [row["実績値"] for row in known["手入力"]] == [None, None]
    assert known["実績ファイル"] is None


def test_after_the_file_is_mended_the_month_goes_on(office: TestOffice) -> None:
    office.start(KEY)
    enter_figures(office, {}, 実績ファイル=file_of(office, "指標,値\r\n"))

    text = f"指標,実績値\r\n{ONLINE},61\r\n{DAYS},19\r\n"
    enter_figures(office, {}, 実績ファイル=file_of(office, text))

    assert elements(office) == ["report_service_level"]


def test_what_the_file_leaves_out_is_asked_for_by_name(office: TestOffice) -> None:
    case = office.start(KEY)
    report_levels(office, 99.9)

    enter_figures(office, {}, 実績ファイル=file_of(office, f"指標,実績値\r\n{ONLINE},61\r\n"))

    known = office.variables(case)
    (fault,) = known["読取りの誤り"]
    assert fault["内容"].startswith(f"「{DAYS}」の実績値がありません。")
    assert [row["実績値"] for row in known["手入力"]] == [61, None]


def test_a_typed_figure_stands_before_that_of_the_file(office: TestOffice) -> None:
    office.start(KEY)
    text = f"指標,実績値\r\n{ONLINE},61\r\n{DAYS},19\r\n"

    enter_figures(office, {ONLINE: 62}, 実績ファイル=file_of(office, text))

    report_levels(office, 99.9)
    assert figures(office)[ONLINE]["実績値"] == 62


def test_the_form_insists_on_a_figure_unless_there_is_none(office: TestOffice) -> None:
    office.start(KEY)
    online = indicator(office, ONLINE).id
    post = {
        "手入力/#": ["1"],
        "手入力/0/#": ["0"],
        "手入力/0/指標": [online],
        "手入力/0/出典": ["受付簿"],
    }

    with pytest.raises(FieldErrors) as refused:
        office.submit("enter_actuals", post, by="gyomu1")

    assert any("実績値" in path for path in refused.value.errors)


# --- reminders


def test_it_reminds_before_the_due_day_and_tells_the_head_after_it(office: TestOffice) -> None:
    case = office.start(KEY)

    office.advance(to=at(1, 12, 9))
    reminded = office.trace(case)
    office.advance(to=at(1, 14, 18))

    assert {"actuals_reminded", "report_reminded"} <= set(reminded)
    assert not {"actuals_escalated", "report_escalated"} & set(reminded)
    assert {"actuals_escalated", "report_escalated"} <= set(office.trace(case))
    assert elements(office) == ["enter_actuals", "report_service_level"]


def test_five_days_after_the_due_day_what_is_missing_counts_as_not_collected(
    office: TestOffice,
) -> None:
    office.start(KEY)

    office.advance(to=at(1, 21, 18))

    assert elements(office) == ["analyse_month"]
    made = figures(office)
    assert [one["収集状況"] for one in made.values()] == ["未収集"] * 3
    assert made[ONLINE]["備考"] == "期限までに回答がありませんでした。"


def test_a_task_that_comes_back_late_is_not_reminded_of_again(office: TestOffice) -> None:
    case = office.start(KEY)
    office.advance(to=at(1, 15, 9))

    enter_figures(office, {}, 実績ファイル=file_of(office, "指標,値\r\n"))
    office.advance(to=at(1, 18, 9))

    assert office.trace(case).count("actuals_escalated") == 1
    assert "enter_actuals" in elements(office)


# --- what is made of it


def test_c8_2_08_the_analysis_sees_how_the_figures_go(tmp_path: Path) -> None:
    past = ", ".join(
        f'{{指標名: "{ONLINE}", 期間: "{month}", 実績値: {value}, 収集状況: "収集済"}}'
        for month, value in (("2025年12月", 40), ("2026年10月", 50), ("2026年11月", 52))
    )
    with testing.office(tmp_path, now=THIRD_WORKING_DAY) as office:
        office.deploy(startable(KEY))
        enter(office, ("R20", INDICATORS), ("R21", f"[{past}]"))

        case = collect(office, online=54)

        row = next(r for r in office.variables(case)["判定結果"] if r["指標名"] == ONLINE)
        assert (row["前月"], row["前月比"]) == (52, Decimal("103.8"))
        assert (row["前年同月"], row["前年同月比"]) == (40, 135)
        assert (row["移動平均"], row["見込み"]) == (52, 56)
        assert [one["実績"] for one in row["推移"][-3:]] == [50, 52, 54]
        shown = next(r for r in office.variables(case)["指標の状況"] if r["指標"] == ONLINE)
        assert shown["推移"] == "－ → － → － → 50 → 52 → 54"


def test_c8_2_39_the_report_holds_figures_and_opinions(office: TestOffice) -> None:
    collect(office, online=40, days=None)

    analyse(office)

    made = report(office)
    assert (made["期間"], made["対象月"], made["状態"]) == (
        "2026年12月",
        date(2026, 12, 1),
        "作成済",
    )
    assert made["定性情報"] == ANALYSIS["定性情報"]
    assert [(one["指標名"], one["判定"]) for one in made["指標"]] == [
        (ONLINE, "未達"),
        (DAYS, "未収集"),
        (UPTIME, "達成"),
    ]
    assert [made[name] for name in ("達成", "注意", "未達", "著しく低い", "未収集")] == [
        1,
        0,
        1,
        0,
        1,
    ]
    assert office.undelivered() == []
    assert elements(office) == []


def test_c8_g1_each_issue_is_handed_on_by_itself(office: TestOffice) -> None:
    case = collect(office)
    issues = [
        {"内容": "問合せの急増", "支障の有無": "中", "緊急度": "高"},
        {"内容": "審査の遅れ", "支障の有無": "小", "緊急度": "低"},
    ]

    analyse(office, 対応すべきリスク課題=issues)

    handed = sent(office, ISSUE)
    assert sorted((one["発生源"], one["内容"], one["証跡"]) for one in handed) == [
        ("P11", "問合せの急増", case.number),
        ("P11", "審査の遅れ", case.number),
    ]
    keys = {message.key for message in office.undelivered()}
    assert keys == {f"{case.number}/1", f"{case.number}/2"}
    assert len(report(office)["対応すべきリスク課題"]) == 2


def test_c8_4_01_g2_an_indicator_far_below_its_target_is_a_reason_to_improve(
    office: TestOffice,
) -> None:
    collect(office, online=29)

    analyse(office)

    (trigger,) = sent(office, TRIGGER)
    assert trigger["事由"] == "J1"
    assert [(one["指標"], one["達成率"]) for one in trigger["根拠"]] == [(ONLINE, Decimal("48.3"))]
    assert sent(office, ISSUE) == []


def test_c8_g3_an_indicator_that_is_hard_to_collect_is_handed_on(office: TestOffice) -> None:
    case = collect(office, days=None)
    (offered,) = office.variables(case)["収集困難な指標"]

    analyse(office, 収集困難な指標=[{**offered, "問題": "取得に時間・工数", "内容": "手集計"}])

    (asked,) = sent(office, IMPROVE)
    assert (asked["対象指標"], asked["指標名"]) == (indicator(office, DAYS).id, DAYS)
    assert (asked["問題"], asked["方針"]) == ("取得に時間・工数", "手集計")


def test_the_report_may_be_approved_first(office: TestOffice) -> None:
    collect(office)
    analyse(office, 決裁に付す=True)
    before = office.register("R26")

    approve(office)

    assert before == []
    assert report(office)["状態"] == "決裁済"


def test_what_was_told_is_not_told_again_when_the_report_comes_back(office: TestOffice) -> None:
    collect(office, online=29)
    first = {"内容": "問合せの急増", "支障の有無": "中", "緊急度": "高"}
    analyse(office, 対応すべきリスク課題=[first], 決裁に付す=True)
    decide(office, "差戻し")

    second = {"内容": "審査の遅れ", "支障の有無": "小", "緊急度": "低"}
    analyse(office, 対応すべきリスク課題=[first, second], 決裁に付す=True)
    approve(office)

    assert sorted(one["内容"] for one in sent(office, ISSUE)) == ["問合せの急増", "審査の遅れ"]
    assert len(sent(office, TRIGGER)) == 1
    assert len(report(office)["対応すべきリスク課題"]) == 2


@pytest.mark.parametrize(
    ("answer", "opened"),
    [("再起案", ["analyse_month"]), ("取りやめ", [])],
    ids=["again", "given up"],
)
def test_a_refused_report_goes_back_to_its_drafter(
    office: TestOffice, answer: str, opened: list[str]
) -> None:
    collect(office)
    analyse(office, 決裁に付す=True)
    decide(office, "否認")

    office.complete("reconsider_draft", {"取扱い": answer, "取扱い理由": "数字を直す"})

    assert elements(office) == opened
    assert office.register("R26") == []
