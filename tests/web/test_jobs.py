"""The page of what the engine does later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.errors import InvalidError
from engine.jobs.handlers import HANDLERS
from engine.testing import TestOffice
from tests.diagrams import line, timer, user_task
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]
LIST = "/admin/jobs"


@pytest.fixture
def waiting(office: TestOffice) -> None:
    pause = timer("intermediateCatchEvent", "pause", "PT1H")
    office.deploy(line("waits", pause, user_task("go")))
    office.start("waits")


def set_aside(office: TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: object, job: object) -> None:
        raise InvalidError("broken")

    with monkeypatch.context() as patch:
        patch.setitem(HANDLERS, "fire_timer", broken)
        office.advance(days=2)


def test_what_waits_is_told_in_words_with_its_case(waiting: None, visit: Visit) -> None:
    page = visit("admin1").open(LIST)

    assert page.words("//tbody/tr/*")[:3] == [
        "待ち時間・期限が来たときに案件を進める",
        "waits-R8-0001",
        "今日 10時00分",
    ]


def test_what_was_set_aside_is_retried_and_its_incident_resolved(
    office: TestOffice, waiting: None, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside(office, monkeypatch)
    visitor = visit("admin1")

    page = visitor.open(f"{LIST}?state=failed")
    [action] = page.tree.xpath("//main//form/@action")
    answer = visitor.post(action, page.form("/retry"))
    office.run_jobs()

    assert answer.status == 303
    assert [task.element_id for task in office.open_tasks()] == ["go"]
    assert office.incidents() == []
    assert visitor.post(action, page.form("/retry")).status == 404


@pytest.mark.parametrize("person", ["pjmo1", "pmo1", "gaibu1"])
def test_only_administrators_look_inside(visit: Visit, person: str) -> None:
    assert visit(person).open(LIST).status == 403


@pytest.mark.parametrize("state", ["todo", "doing", "failed"])
def test_the_pages_are_english_too(
    office: TestOffice,
    waiting: None,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    set_aside(office, monkeypatch)
    visitor = visit("admin1")
    language(visitor, "en")

    assert foreign_texts(visitor.open(f"{LIST}?state={state}")) == []
