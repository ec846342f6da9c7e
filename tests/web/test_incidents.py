"""The pages about what is stuck: by cause, one group, the questions before many at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.records import Incident
from engine.services import incident_rows
from engine.testing import TestOffice
from tests.diagrams import line, service, user_task
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]
LIST = "/admin/incidents"


def stopped(office: TestOffice, count: int = 3) -> str:
    """So many cases that stop at one element until they are retried; the address of the group."""
    operation = service("call_out", "test.echo", "答", value='"返事"', fail_times="5")
    office.deploy(line("calls_out", operation, user_task("read")))
    for _ in range(count):
        office.start("calls_out")
    office.advance(days=1)
    return f"{LIST}?group={office.incidents()[0].cause}"


def lost_start(office: TestOffice) -> None:
    lost = Incident(
        id=0,
        kind="schedule",
        code="schedule_failed",
        text="定期起動で業務を始められませんでした。",
        detail="monthly",
        opened_at=office.clock.moment,
        project_id="p1",
        element_id="sch1",
    )
    office.engine.run(incident_rows.note, lost)


def test_the_list_says_what_happened_how_often_and_what_to_do(
    office: TestOffice, visit: Visit
) -> None:
    stopped(office)

    page = visit("pjmo1").open(LIST)

    assert page.words("//main//section//h2") == ["自動処理 自動処理に渡す値が正しくありません。"]
    assert "つなぎ先と渡した値を確かめ" in page.text
    [cases] = page.words("//dt[.='案件']/following-sibling::dd")
    assert cases.endswith(" ほか2件")
    assert page.words("//nav//*[contains(@class, 'count--bad')]") == ["3件"]


def test_technical_texts_are_for_administrators(office: TestOffice, visit: Visit) -> None:
    group = stopped(office)

    for_pjmo, for_admin = visit("pjmo1").open(group), visit("admin1").open(group)

    assert for_pjmo.tree.xpath("//pre") == []
    assert for_admin.words("//details/pre") == ["asked to fail, attempt 5"]


def test_a_whole_group_is_retried_by_one_press(office: TestOffice, visit: Visit) -> None:
    stopped(office)
    visitor = visit("pjmo1")

    answer = visitor.send(LIST, f"{LIST}/retry", {})
    office.run_jobs()

    assert (answer.status, answer.location.startswith("/batches/")) == (303, True)
    result = visitor.open(answer.location)
    assert result.words("//*[@role='status']")[-1] == "3件のうち3件を処理しました。"
    assert visitor.open(LIST).words("//*[@class='empty']/h2") == ["止まっている処理はありません"]


def test_a_selection_is_retried_and_the_rest_stays(office: TestOffice, visit: Visit) -> None:
    group = stopped(office)
    visitor = visit("pjmo1")
    first = str(office.incidents()[-1].id)
    token = visitor.open(group).form("/retry")["csrf_token"]

    visitor.post(f"{LIST}/retry", {"csrf_token": token, "id": first})
    office.run_jobs()

    assert first not in {str(one.id) for one in office.incidents()}
    assert len(office.incidents()) == 2


def test_no_selection_is_told(office: TestOffice, visit: Visit) -> None:
    group = stopped(office)
    visitor = visit("pjmo1")
    token = visitor.open(group).form("/retry")["csrf_token"]

    answer = visitor.post(f"{LIST}/retry", {"csrf_token": token, "from": group.split("=")[1]})

    assert answer.status == 303
    page = visitor.open(answer.location)
    assert page.words("//*[@data-news]") == ["処理停止を1件以上選んでください。"]
    assert len(office.incidents()) == 3


def test_more_than_twenty_are_asked_for_their_count(office: TestOffice, visit: Visit) -> None:
    stopped(office, 21)
    visitor = visit("pjmo1")
    [question] = visitor.open(LIST).tree.xpath("//a[contains(@href, 'retry/confirm')]/@href")

    wrong = visitor.send(question, f"{LIST}/retry", {"count": "20"})
    right = visitor.send(question, f"{LIST}/retry", {"count": "21"})
    office.run_jobs()

    assert (wrong.status, right.status) == (422, 303)
    assert wrong.title().startswith("エラー：処理停止21件を再実行しますか")
    assert wrong.tree.xpath("//*[@id='count']/@value") == ["20"]
    assert office.incidents() == []


def test_a_lost_start_is_closed_with_a_reason(office: TestOffice, visit: Visit) -> None:
    lost_start(office)
    visitor = visit("admin1")
    group = visitor.open(LIST).tree.xpath("//a[contains(@href, 'group=')]/@href")[0]
    [question] = visitor.open(group).tree.xpath("//main//a[contains(@href, 'close/')]/@href")

    without = visitor.send(question, f"{LIST}/close", {"reason": " "})
    answer = visitor.send(question, f"{LIST}/close", {"reason": "手で始めた"})
    office.run_jobs()

    assert (without.status, answer.status) == (422, 303)
    assert office.incidents() == []


@pytest.mark.parametrize("person", ["pmo1", "gyomu1", "gaibu1"])
def test_others_have_no_such_page(office: TestOffice, visit: Visit, person: str) -> None:
    visitor = visit(person)

    assert visitor.open(LIST).status == 403
    assert visitor.open("/worklist").tree.xpath(f"//nav//a[@href='{LIST}']") == []


def test_a_failure_is_found_by_the_number_the_page_has_shown(
    office: TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the detail")

    with monkeypatch.context() as patch:
        patch.setattr("engine.services.registers.all_registers", broken)
        told = visit("pjmo1").open("/registers").words("//main//p")[0]
    number = told.split("番号 ")[1].split(" ")[0]

    found = visit("admin1").open(f"{LIST}?number={number.lower()}")

    assert found.words("//dt[.='画面']/following-sibling::dd[1]") == ["GET /registers"]
    assert "RuntimeError: the detail" in found.words("//pre")[0]
    assert "この番号の記録はありません" in visit("admin1").open(f"{LIST}?number=ZZZ").text
    assert visit("pjmo1").open(f"{LIST}?number={number}").tree.xpath("//pre") == []


def test_the_pages_are_english_too(office: TestOffice, visit: Visit) -> None:
    group = stopped(office)
    lost_start(office)
    visitor = visit("admin1")
    language(visitor, "en")

    for path in (
        LIST,
        f"{LIST}?number=X",
        group,
        f"{LIST}/retry/confirm?{group.split('?')[1]}&until=99",
    ):
        page = visitor.open(path)
        assert page.status == 200
        assert foreign_texts(page) == []


def test_a_cause_that_is_gone_is_not_found(visit: Visit) -> None:
    assert visit("admin1").open(f"{LIST}?group=nothing").status == 404
