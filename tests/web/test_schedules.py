"""定期起動: the list, one with what comes and what was, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from engine.services import schedule_pages
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.web.site import Page, Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.fixture
def path(office: TestOffice) -> str:
    """The page of the monthly monitoring, which has started once."""
    office.deploy(line("monitoring", user_task("collect")))
    office.send("msg.operation_started")
    office.advance(to=tokyo("2026-04-03T12:00"))
    listed = office.engine.ask(schedule_pages.listing, office.actor("admin1")).rows
    [found] = [row.schedule for row in listed if row.schedule.key == "monitoring"]
    return f"/admin/schedules/{found.id}"


def press(visitor: Visitor, page: Page, action: str, **fields: str) -> Page:
    return visitor.post(action, {**page.form(action), **fields})


def text(page: Page, xpath: str = "//main") -> str:
    return " ".join(page.words(xpath))


def test_the_list_shows_state_rule_next_and_last_by_system(
    office: TestOffice, visit: Visit, path: str
) -> None:
    page = visit("pjmo1").open("/admin/schedules")

    [row] = [row for row in page.words("//tbody/tr") if "月次モニタリング" in row]
    assert page.words("//tr[@class='group']") == ["給付システム 給付事業"]
    assert "有効" in row
    assert "毎月第3営業日 9時00分" in row
    assert "5月8日(金) 9時00分（第3営業日）" in row
    assert f"起動した今日 9時00分 {office.cases('monitoring')[0].number}" in row
    assert "業務フロー未公開" in text(page)


def test_one_shows_the_next_ten_and_which_have_moved(visit: Visit, path: str) -> None:
    visitor = visit("pjmo1")
    page = visitor.open(f"{path}/rule")
    planned = press(visitor, page, f"{path}/rule", rule="毎月3日", time="8:30", do="preview")

    dates = planned.words("//section//ol/li")

    assert len(visitor.open(path).words("//section[@aria-labelledby='next-h']//li")) == 10
    assert len(dates) == 10
    assert dates[0] == "5月7日(木) 8時30分（5月3日(日)が休業日のため、次の営業日）"


def test_another_rule_is_saved_after_its_preview(visit: Visit, path: str) -> None:
    visitor = visit("pjmo1")
    page = visitor.open(f"{path}/rule")
    planned = press(visitor, page, f"{path}/rule", rule="毎月10日 8:30", do="preview")

    answer = press(visitor, planned, f"{path}/rule", do="save")

    after = visitor.open(answer.location)
    assert answer.status == 303
    assert "次回は4月10日(金) 8時30分です。" in text(after, "//*[@role='status']")
    assert "毎月第3営業日 9時00分 → 毎月10日 8時30分" in text(after)
    restored = press(visitor, after, f"{path}/rule/template")
    assert "ひな形と同じです。" in text(visitor.open(restored.location))


def test_a_rule_that_cannot_be_read_stands_at_its_field(visit: Visit, path: str) -> None:
    visitor = visit("pjmo1")
    page = visitor.open(f"{path}/rule")

    answers = [
        press(visitor, page, f"{path}/rule", rule="ときどき", do="save"),
        press(visitor, page, f"{path}/rule", time="25:00", do="save"),
    ]

    assert [one.status for one in answers] == [422, 422]
    assert "「ときどき」を読めません。" in text(answers[0], "//*[@id='rule-e']")
    assert "「25:00」を読めません。" in text(answers[1], "//*[@id='time-e']")
    assert answers[0].form(f"{path}/rule")["rule"] == ["ときどき"]


def test_pausing_asks_for_the_reason_and_resuming_what_to_make_up(
    office: TestOffice, visit: Visit, path: str
) -> None:
    visitor = visit("pjmo1")
    question = visitor.open(f"{path}/pause/confirm")
    refused = press(visitor, question, f"{path}/pause")
    press(visitor, refused, f"{path}/pause", reason="移行のため")
    office.advance(to=tokyo("2026-05-20T12:00"))

    paused = visitor.open(path)
    asked = visitor.open(f"{path}/resume/confirm")
    unchosen = press(visitor, asked, f"{path}/resume")
    answer = press(visitor, unchosen, f"{path}/resume", make_up="yes")

    after = visitor.open(answer.location)
    assert refused.status == unchosen.status == 422
    assert "移行のため" in text(paused)
    assert "この間に予定1件が過ぎました。" in text(paused)
    assert "5月8日(金) 9時00分" in text(asked)
    assert "遅れて起動した" in text(after, "//table")
    assert "抜けた予定1件の分を1件だけ起動しました。" in text(after)
    assert len(office.cases("monitoring")) == 2


def test_a_start_by_hand_leads_to_its_case_and_is_done_once(
    office: TestOffice, visit: Visit, path: str
) -> None:
    visitor = visit("admin1")
    question = visitor.open(f"{path}/start/confirm")

    answers = [press(visitor, question, f"{path}/start", reason="臨時の点検") for _ in range(2)]

    assert [one.status for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(office.cases("monitoring")) == 2
    assert "手で始めた" in text(visitor.open(path), "//table")
    assert "臨時の点検" in text(visitor.open(path))


def test_the_policy_is_changed_in_place(visit: Visit, path: str) -> None:
    visitor = visit("pjmo1")

    answer = press(visitor, visitor.open(path), f"{path}/policy", catch_up="skip")

    after = visitor.open(answer.location)
    assert after.form(f"{path}/policy")["catch_up"] == ["skip"]
    assert "後から1件だけ起動する → 起動せず、見送ったことを記録する" in text(after)


def test_a_change_meanwhile_is_a_conflict_that_keeps_what_was_typed(
    visit: Visit, path: str
) -> None:
    visitor = visit("pjmo1")
    question, rule = visitor.open(f"{path}/pause/confirm"), visitor.open(f"{path}/rule")
    other = visit("admin1")
    press(other, other.open(path), f"{path}/policy", catch_up="skip")

    paused = press(visitor, question, f"{path}/pause", reason="移行のため")
    changed = press(visitor, rule, f"{path}/rule", rule="毎月10日", do="save")

    assert paused.status == changed.status == 409
    assert "ほかの人が先にこの定期起動を変えました。" in text(paused)
    assert paused.words("//textarea") == ["移行のため"]
    assert changed.form(f"{path}/rule")["rule"] == ["毎月10日"]
    assert press(visitor, paused, f"{path}/pause").status == 303


def test_the_pmo_reads_and_others_see_nothing(visit: Visit, path: str) -> None:
    reader, stranger = visit("pmo1"), visit("gyomu1")

    page = reader.open(path)

    assert page.status == 200
    assert page.tree.xpath("//main//form") == []
    assert "この操作はできません。" in text(reader.open(f"{path}/pause/confirm"))
    mark = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    sent = reader.post(f"{path}/pause", {"csrf_token": mark, "reason": "休止", "version": "1"})
    assert sent.status == 403
    assert stranger.open("/admin/schedules").status == 403
    assert stranger.open(path).status == 404
    assert "定期起動" not in stranger.open("/worklist").text


@pytest.mark.parametrize("end", ["", "/rule", "/pause/confirm", "/start/confirm"])
def test_in_english_everything_is_english(visit: Visit, path: str, end: str) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")
    press(visitor, visitor.open(path), f"{path}/policy", catch_up="skip")

    page = visitor.open(path + end)

    assert foreign_texts(visitor.open("/admin/schedules")) == []
    assert foreign_texts(page) == []
    assert "3rd working day of each month, 09:00" in text(visitor.open(path))
