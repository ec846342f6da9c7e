"""Checking a draft, and putting it into service."""

from __future__ import annotations

import pytest

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, NotFoundError, RefusedError
from engine.domain.model_draft import DraftHeldError, ModelDraft
from engine.services import deployments, studio, studio_library, studio_publishing
from engine.services.studio import NewText
from engine.services.studio_publishing import DraftChangedError, Publishing, UnchangedError
from engine.testing import TestOffice, shipped
from tests.diagrams import call, line, user_task
from tests.offices import events

ONE = line("one", user_task("write"))
BETTER = line("one", user_task("write_better"))["one"]["one.bpmn"]


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    office.deploy(ONE)
    return office.actor("owner1")


def edit(office: TestOffice, owner: Actor, content: bytes) -> ModelDraft:
    office.engine.run(studio.open_draft, "one", owner)
    new = NewText(name="one.bpmn", content=content, revision=1, tab="t")
    return office.engine.run(studio.save_file, "one", new, owner)


def wanted(draft: ModelDraft, reason: str = "書き方を直すため", version: int = 1) -> Publishing:
    return Publishing(mark=draft.mark, newest_version=version, reason=reason)


def test_a_published_draft_is_the_next_version_and_leaves_the_desk(
    office: TestOffice, owner: Actor
) -> None:
    case = office.start("one")
    draft = edit(office, owner, BETTER)

    (told,) = office.engine.run(studio_publishing.publish, "one", wanted(draft), owner)

    assert (told.version, told.changed) == (2, True)
    assert office.engine.ask(studio.draft_of, "one", owner) is None
    newest = office.engine.ask(studio_library.versions, "one", owner)[0]
    assert (newest.version, newest.reason, newest.by) == (2, "書き方を直すため", owner.name)
    assert office.head(case.id).process_version == 1
    assert events(office, "deployed")[-1]["reason"] == "書き方を直すため"


def test_a_changed_copy_of_a_shared_decision_goes_into_service_with_the_draft(
    office: TestOffice, owner: Actor
) -> None:
    office.deploy_shipped("rehearsal")
    office.engine.run(studio.open_draft, "rehearsal", owner)
    content = shipped("rehearsal")["_decisions"]["d08_rehearsal_mode.dmn"]
    changed = content.replace("リハーサルの実施方式".encode(), "実施方式".encode(), 1)
    new = NewText(name="_decisions/d08_rehearsal_mode.dmn", content=changed, revision=0, tab="t")
    draft = office.engine.run(studio.save_file, "rehearsal", new, owner)

    told = office.engine.run(studio_publishing.publish, "rehearsal", wanted(draft), owner)

    assert {one.key: (one.version, one.changed) for one in told} == {
        "d08_rehearsal_mode": (2, True),
        "rehearsal": (1, False),
    }


def test_a_draft_with_a_refused_construct_is_not_published(
    office: TestOffice, owner: Actor
) -> None:
    draft = edit(office, owner, line("one", call("ask", "nowhere"))["one"]["one.bpmn"])

    found = office.engine.ask(studio_publishing.findings, "one", owner)
    with pytest.raises(RefusedError):
        office.engine.run(studio_publishing.publish, "one", wanted(draft), owner)

    assert [(one.element_id, one.file) for one in found.errors] == [("ask", "one.bpmn")]
    assert office.engine.ask(deployments.definition, "one").version == 1
    assert office.engine.ask(studio.draft_of, "one", owner) is not None


def test_what_was_not_looked_at_is_not_published(office: TestOffice, owner: Actor) -> None:
    looked_at = edit(office, owner, BETTER)
    new = NewText(name="a.form.json", content=b"{}", revision=0, tab="t")
    office.engine.run(studio.save_file, "one", new, owner)

    with pytest.raises(DraftChangedError):
        office.engine.run(studio_publishing.publish, "one", wanted(looked_at), owner)


def test_a_version_that_came_between_has_to_be_looked_at_first(
    office: TestOffice, owner: Actor
) -> None:
    draft = edit(office, owner, BETTER)
    office.deploy(line("one", user_task("write_otherwise")))

    with pytest.raises(DraftChangedError):
        office.engine.run(studio_publishing.publish, "one", wanted(draft), owner)
    (told,) = office.engine.run(studio_publishing.publish, "one", wanted(draft, version=2), owner)

    assert told.version == 3


def test_nobody_publishes_what_somebody_else_is_editing(office: TestOffice, owner: Actor) -> None:
    draft = edit(office, owner, BETTER)

    with pytest.raises(DraftHeldError):
        office.engine.run(studio_publishing.publish, "one", wanted(draft), office.actor("owner2"))


@pytest.mark.parametrize("reason", ["", "  ", "長" * 1_001], ids=["none", "spaces", "too long"])
def test_a_version_needs_a_reason(office: TestOffice, owner: Actor, reason: str) -> None:
    draft = edit(office, owner, BETTER)

    with pytest.raises(FieldErrors) as caught:
        office.engine.run(studio_publishing.publish, "one", wanted(draft, reason), owner)

    assert set(caught.value.errors) == {"reason"}


def test_what_is_the_same_as_in_service_is_no_version(office: TestOffice, owner: Actor) -> None:
    draft = edit(office, owner, ONE["one"]["one.bpmn"] + b"\n")

    with pytest.raises(UnchangedError):
        office.engine.run(studio_publishing.publish, "one", wanted(draft), owner)


def test_without_a_draft_there_is_nothing_to_publish(office: TestOffice, owner: Actor) -> None:
    with pytest.raises(NotFoundError):
        office.engine.run(
            studio_publishing.publish,
            "one",
            Publishing(mark="x", newest_version=1, reason="x"),
            owner,
        )
