"""Forms of tasks: what is posted is checked, drafts are kept, pages show both."""

from __future__ import annotations

import json

import pytest

from engine.domain.errors import FieldErrors, NotACandidateError, NotFoundError, TaskClosedError
from engine.services import instances, tasks
from engine.services.instances import Start
from engine.testing import TestOffice
from tests.diagrams import extensions, folder, line, node, props, user_task

FORM = {
    "type": "default",
    "id": "report",
    "schemaVersion": 19,
    "components": [
        {
            "type": "textfield",
            "id": "f1",
            "key": "内容",
            "label": "内容",
            "validate": {"required": True},
        },
        {"type": "number", "id": "f2", "key": "件数", "label": "件数"},
    ],
}
FORM_FILE = json.dumps(FORM, ensure_ascii=False).encode()


def opened(office: TestOffice) -> str:
    files = line("report", user_task("write", formKey="report"), user_task("read"))["report"]
    office.deploy({"report": {**files, "report.form.json": FORM_FILE}})
    office.start("report")
    return office.task("write").id


def test_a_post_is_read_by_the_form_and_becomes_variables(office: TestOffice) -> None:
    opened(office)

    office.submit("write", {"内容": ["異常なし"], "件数": ["12"], "謎": ["無視"]})

    variables = office.variables(office.cases()[0])
    assert (variables["内容"], variables["件数"]) == ("異常なし", 12)
    assert "謎" not in variables


def test_a_refused_post_says_why_and_changes_nothing(office: TestOffice) -> None:
    opened(office)

    with pytest.raises(FieldErrors) as caught:
        office.submit("write", {"内容": [""], "件数": ["多い"]})

    assert list(caught.value.errors) == ["内容", "件数"]
    assert [task.element_id for task in office.open_tasks()] == ["write"]
    office.submit("write", {"内容": ["異常なし"]})
    assert [task.element_id for task in office.open_tasks()] == ["read"]


def test_a_draft_is_kept_for_the_person_and_shown_again(office: TestOffice) -> None:
    task_id = opened(office)
    actor = office.actor("pjmo1")
    typed = {"内容": ["途中まで"], "件数": ["x"]}

    saved_at = office.engine.run(tasks.save_draft, task_id, actor, typed)
    mine = office.engine.ask(tasks.page, task_id, actor)
    other = office.engine.ask(tasks.page, task_id, office.actor("pjmo2"))

    assert mine.draft is not None
    assert (mine.draft.post, mine.draft.saved_at) == (typed, saved_at)
    assert mine.shown is not None
    assert mine.shown.fields[0].raw == ("途中まで",)
    assert other.draft is None


def test_a_draft_is_overwritten_and_can_be_thrown_away(office: TestOffice) -> None:
    task_id = opened(office)
    actor = office.actor("pjmo1")
    for text in ("一", "二"):
        office.engine.run(tasks.save_draft, task_id, actor, {"内容": [text]})
    second = office.engine.ask(tasks.page, task_id, actor).draft

    office.engine.run(tasks.discard_draft, task_id, actor)

    assert second is not None
    assert second.post == {"内容": ["二"]}
    assert office.engine.ask(tasks.page, task_id, actor).draft is None


def test_no_draft_for_a_task_that_is_not_ones_own_or_over(office: TestOffice) -> None:
    task_id = opened(office)

    with pytest.raises(NotACandidateError):
        office.engine.run(tasks.save_draft, task_id, office.actor("tanto1"), {})
    office.complete("write", {"内容": "済"})
    with pytest.raises(TaskClosedError):
        office.engine.run(tasks.save_draft, task_id, office.actor("pjmo1"), {})


@pytest.mark.parametrize(
    ("person", "why"),
    [
        pytest.param("pjmo1", "candidate", id="candidate"),
        pytest.param("pmo1", "looking", id="one who oversees"),
        pytest.param("gyomu1", "looking", id="member of the project"),
    ],
)
def test_the_page_says_why_one_sees_the_task(office: TestOffice, person: str, why: str) -> None:
    task_id = opened(office)

    page = office.engine.ask(tasks.page, task_id, office.actor(person))

    assert page.why == why


def test_an_external_party_does_not_learn_of_others_tasks(office: TestOffice) -> None:
    task_id = opened(office)

    with pytest.raises(NotFoundError):
        office.engine.ask(tasks.page, task_id, office.actor("dev1"))


def test_the_page_of_a_completed_task_says_who_and_when(office: TestOffice) -> None:
    task_id = opened(office)
    office.complete("write", {"内容": "済"}, by="pjmo2")

    page = office.engine.ask(tasks.page, task_id, office.actor("pjmo1"))

    assert (page.why, page.shown) == ("closed", None)
    assert page.task.completed_by == "pjmo2"
    assert page.completed_by_name == "PJMO pjmo2"


def with_start_form(office: TestOffice) -> None:
    begin = node("startEvent", "begin", extensions(props({"formKey": "report"})))
    files = folder(
        "asked",
        [begin, user_task("read"), node("endEvent", "finish")],
        [("begin", "read"), ("read", "finish")],
    )["asked"]
    office.deploy({"asked": {**files, "report.form.json": FORM_FILE}})


def test_a_start_form_fills_the_first_variables(office: TestOffice) -> None:
    with_start_form(office)

    case = office.submit_start("asked", {"内容": ["新しい案件"]})

    assert office.variables(case)["内容"] == "新しい案件"


def test_a_refused_start_form_starts_nothing(office: TestOffice) -> None:
    with_start_form(office)
    where = Start(project_id="p1", submission_key="k")

    with pytest.raises(FieldErrors):
        office.engine.run(instances.submit_start, "asked", office.actor("pjmo1"), {}, where)

    assert office.cases() == []


def test_the_start_page_offers_only_where_one_may_start(office: TestOffice) -> None:
    with_start_form(office)

    page = office.engine.ask(instances.start_page, "asked", office.actor("pjmo1"))
    startable = office.engine.ask(instances.startable, office.actor("pjmo1"))
    elsewhere = office.engine.ask(instances.startable, office.actor("tanto1"))

    assert [place.id for place in page.projects] == ["p1"]
    assert [place.id for place in page.systems] == ["s1"]
    assert page.shown is not None
    assert [head.key for head in startable] == ["asked"]
    assert elsewhere == []
