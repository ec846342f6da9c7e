"""Diagrams of other tools come into the studio as drafts, with a record of what was done."""

from __future__ import annotations

import pytest

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError, RefusedError
from engine.domain.model_draft import DraftHeldError
from engine.services import studio, studio_exchange, studio_import, studio_publishing
from engine.services.studio_import import RecordPage
from engine.services.studio_publishing import Publishing
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.importing.told import SAMPLES
from tests.offices import events

KEY = "simple_review"
ASKING = "order_process"
JBPM = "office_approval"


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    return office.actor("owner1")


def take(office: TestOffice, owner: Actor, sample: str) -> studio_exchange.Imported:
    content = (SAMPLES / sample).read_bytes()
    return office.engine.run(studio_exchange.take_in, {sample: content}, owner)


def record(office: TestOffice, owner: Actor, key: str) -> RecordPage:
    errors = office.engine.ask(studio_publishing.findings, key, owner).errors
    return office.engine.ask(studio_import.page, key, owner, errors)


def publish(office: TestOffice, owner: Actor, key: str) -> None:
    draft = office.engine.ask(studio.get_draft, key, owner)
    wanted = Publishing(mark=draft.mark, newest_version=0, reason="はじめて")
    office.engine.run(studio_publishing.publish, key, wanted, owner)


def test_a_diagram_of_another_tool_is_a_draft_that_can_be_published(
    office: TestOffice, owner: Actor
) -> None:
    told = take(office, owner, "flowable_simple.bpmn")
    publish(office, owner, KEY)

    assert (told.keys, told.is_told) == ((KEY,), True)
    assert office.engine.ask(studio_publishing.newest_version, KEY) == 1


def test_the_record_is_no_file_of_the_model_and_stays_with_the_draft(
    office: TestOffice, owner: Actor
) -> None:
    take(office, owner, "flowable_simple.bpmn")

    draft = office.engine.ask(studio.get_draft, KEY, owner)
    assert set(draft.files) == {f"{KEY}.bpmn"}
    found = record(office, owner, KEY).record
    assert found.tool == "Flowable"
    assert ("assignee", "review") in [(one.code, one.element_id) for one in found.repairs]


def test_each_process_of_a_file_is_a_draft_of_its_own(office: TestOffice, owner: Actor) -> None:
    told = take(office, owner, "camunda7_pools.bpmn")

    assert told.keys == ("process_office", "process_vendor")
    assert [one.kind for one in record(office, owner, "process_office").record.outside] == [
        "message_flow",
        "message_flow",
        "pool",
        "pool",
    ]


def test_nothing_is_published_while_a_question_is_open(office: TestOffice, owner: Actor) -> None:
    take(office, owner, "jbpm_approval.bpmn")
    asked = record(office, owner, JBPM).asked
    assert [one.is_open for one in asked] == [True, True]

    with pytest.raises(RefusedError):
        publish(office, owner, JBPM)
    for one in asked:
        office.engine.run(studio_import.settle, JBPM, one.number, owner, is_settled=True)
    publish(office, owner, JBPM)

    assert office.engine.ask(studio_publishing.newest_version, JBPM) == 1
    assert len(events(office, "import_question_settled")) == 2


def test_a_question_can_be_opened_again(office: TestOffice, owner: Actor) -> None:
    take(office, owner, "jbpm_approval.bpmn")
    office.engine.run(studio_import.settle, JBPM, 0, owner, is_settled=True)

    office.engine.run(studio_import.settle, JBPM, 0, owner, is_settled=False)

    assert record(office, owner, JBPM).open_count == 2


def test_a_question_that_the_check_watches_is_open_until_the_diagram_is_mended(
    office: TestOffice, owner: Actor
) -> None:
    take(office, owner, "activiti_order.bpmn")
    assert record(office, owner, ASKING).asked[0].is_open
    draft = office.engine.ask(studio.get_draft, ASKING, owner)
    content = draft.files[f"{ASKING}.bpmn"].replace(
        b'serviceTask id="javaTask"', b'userTask id="javaTask"'
    )
    new = studio.NewText(name=f"{ASKING}.bpmn", content=content, revision=1, tab="t")

    office.engine.run(studio.save_file, ASKING, new, owner)

    (first, *_) = record(office, owner, ASKING).asked
    assert (first.question.element_id, first.is_open) == ("javaTask", False)


def test_a_question_goes_with_its_element(office: TestOffice, owner: Actor) -> None:
    take(office, owner, "jbpm_approval.bpmn")
    draft = office.engine.ask(studio.get_draft, JBPM, owner)
    content = draft.files[f"{JBPM}.bpmn"].replace(b'"_T1"', b'"_T9"').replace(b">_T1<", b">_T9<")
    new = studio.NewText(name=f"{JBPM}.bpmn", content=content, revision=1, tab="t")

    office.engine.run(studio.save_file, JBPM, new, owner)

    assert record(office, owner, JBPM).open_count == 0


def test_a_diagram_that_replaces_an_imported_one_takes_its_record_away(
    office: TestOffice, owner: Actor
) -> None:
    take(office, owner, "flowable_simple.bpmn")
    own = line(KEY, user_task("look", candidateGroups="PJMO"))[KEY]

    told = office.engine.run(studio_exchange.take_in, own, owner)

    assert told.is_told is False
    assert office.engine.ask(studio.get_draft, KEY, owner).files == own
    with pytest.raises(NotFoundError):
        record(office, owner, KEY)


def test_nobody_settles_a_question_while_somebody_else_edits(
    office: TestOffice, owner: Actor
) -> None:
    take(office, owner, "jbpm_approval.bpmn")
    office.engine.run(studio.take_hold, JBPM, "tab", office.actor("owner2"))

    with pytest.raises(DraftHeldError):
        office.engine.run(studio_import.settle, JBPM, 0, owner, is_settled=True)


def test_forms_that_come_along_are_taken_over(office: TestOffice, owner: Actor) -> None:
    form = (
        b'{"type": "default", "id": "x", "schemaVersion": 16, "components": ['
        b'{"type": "textfield", "id": "a", "key": "opinion", "label": "Opinion"}]}'
    )
    content = (SAMPLES / "camunda8_travel.bpmn").read_bytes()
    files = {"travel.bpmn": content, "approve-travel.form": form}

    told = office.engine.run(studio_exchange.take_in, files, owner)

    assert "approve_travel.form.json" in told.added
