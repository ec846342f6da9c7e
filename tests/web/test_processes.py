from __future__ import annotations

from collections.abc import Callable

from engine.testing import PROJECT, SYSTEM, TestOffice
from tests.web.site import Visitor

Visit = Callable[[str | None], Visitor]
START = "/processes/probe/start"
WHERE = {"start.project": PROJECT, "start.system": SYSTEM}


def test_the_list_offers_what_one_may_start(visit: Visit) -> None:
    page = visit("gyomu1").open("/processes")

    assert page.words("//tbody//th") == ["probe"]


def test_who_may_start_nothing_is_told_so(visit: Visit) -> None:
    page = visit("gaibu1").open("/processes")

    assert page.words("//*[@class='empty']/h2") == ["始められる業務フローはありません"]


def test_a_process_without_a_form_asks_for_a_subject(office: TestOffice, visit: Visit) -> None:
    answer = visit("pjmo1").send(
        START, START, {**WHERE, "start.subject": "窓口の運営", "do": "start"}
    )

    assert answer.status == 303
    assert office.head(answer.location.rsplit("/", 1)[1]).subject == "窓口の運営"


def test_a_subject_has_to_be_there(office: TestOffice, visit: Visit) -> None:
    page = visit("pjmo1").send(START, START, {**WHERE, "do": "start"})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == ["件名を入力してください。"]
    assert office.cases() == []


def test_a_start_form_is_checked_like_any_other(office: TestOffice, visit: Visit) -> None:
    path = "/processes/asked/start"

    page = visit("pjmo1").send(path, path, {**WHERE, "do": "start"})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == ["目的を入力してください。"]
    assert office.cases() == []


def test_a_start_form_gives_the_case_its_data(office: TestOffice, visit: Visit) -> None:
    path = "/processes/asked/start"

    visit("pjmo1").send(path, path, {**WHERE, "目的": "改善", "do": "start"})

    assert office.variables(office.cases()[0])["目的"] == "改善"


def test_starting_twice_by_one_press_starts_once(office: TestOffice, visit: Visit) -> None:
    visitor = visit("pjmo1")
    sent = visitor.open(START).form(START)
    data = {**sent, **WHERE, "start.subject": "x", "do": "start"}

    answers = [visitor.post(START, data) for _ in range(2)]

    assert answers[0].location == answers[1].location
    assert len(office.cases()) == 1


def test_who_may_not_start_a_process_gets_no_form(visit: Visit) -> None:
    assert visit("gaibu1").open(START).status == 403


def test_a_process_that_does_not_exist_is_not_found(visit: Visit) -> None:
    assert visit("pjmo1").open("/processes/nothing/start").status == 404
