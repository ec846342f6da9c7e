"""Drafts of models: opening, saving file by file, and who is editing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.model_draft import HOLD, DraftHeldError, DraftMovedOnError, ModelDraft
from engine.services import studio, studio_library
from engine.services.studio import MayNotEditModelsError, ModelFileError, NewText
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import events

ONE = line("one", user_task("write"))
FILE = "one.bpmn"


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    office.deploy(ONE)
    return office.actor("owner1")


def save(office: TestOffice, actor: Actor, content: bytes, revision: int) -> ModelDraft:
    new = NewText(name=FILE, content=content, revision=revision, tab=f"tab of {actor.user_id}")
    return office.engine.run(studio.save_file, "one", new, actor)


def test_a_draft_begins_as_the_newest_version(office: TestOffice, owner: Actor) -> None:
    draft = office.engine.run(studio.open_draft, "one", owner)

    assert dict(draft.files) == ONE["one"]
    assert (draft.base_version, draft.name) == (1, "one")
    assert events(office, "model_draft_opened") == [{"model": "one", "version": 1}]


def test_whoever_opens_it_second_gets_the_same_draft(office: TestOffice, owner: Actor) -> None:
    first = office.engine.run(studio.open_draft, "one", owner)

    second = office.engine.run(studio.open_draft, "one", office.actor("owner2"))

    assert second.id == first.id


def test_a_shared_decision_has_a_draft_of_its_own(office: TestOffice, owner: Actor) -> None:
    office.deploy_shipped("rehearsal")

    draft = office.engine.run(studio.open_draft, "_decisions/d08_rehearsal_mode", owner)

    assert list(draft.files) == ["_decisions/d08_rehearsal_mode.dmn"]
    assert set(draft.folders()) == {"_decisions"}
    assert draft.name == "リハーサルの実施方式と開始条件"


def test_saving_raises_the_revision_of_that_file_alone(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    form = NewText(name="a.form.json", content=b"{}", revision=0, tab="t")
    office.engine.run(studio.save_file, "one", form, owner)

    saved = save(office, owner, b"<new/>", 1)

    assert dict(saved.revisions) == {FILE: 2, "a.form.json": 1}
    kept = office.engine.ask(studio.get_draft, "one", owner)
    assert kept.files[FILE] == b"<new/>"
    assert kept.changed_by == owner.name


def test_a_file_that_was_saved_from_elsewhere_is_not_overwritten(
    office: TestOffice, owner: Actor
) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    save(office, owner, b"<first/>", 1)

    with pytest.raises(DraftMovedOnError) as caught:
        save(office, owner, b"<second/>", 1)

    assert caught.value.by == owner.name
    assert office.engine.ask(studio.get_draft, "one", owner).files[FILE] == b"<first/>"


def test_a_save_whose_answer_was_lost_may_be_sent_again(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    save(office, owner, b"<same/>", 1)

    again = save(office, owner, b"<same/>", 1)

    assert again.revisions[FILE] == 2


def test_the_second_person_is_told_who_edits_and_changes_nothing(
    office: TestOffice, owner: Actor
) -> None:
    other = office.actor("owner2")
    office.engine.run(studio.open_draft, "one", owner)
    office.engine.run(studio.take_hold, "one", "tab", owner)

    hold = office.engine.run(studio.take_hold, "one", "tab 2", other)
    with pytest.raises(DraftHeldError) as caught:
        save(office, other, b"<mine/>", 1)

    assert (hold.is_mine, hold.by) == (False, owner.name)
    assert caught.value.editing.person_id == "owner1"
    assert office.engine.ask(studio.get_draft, "one", owner).files == ONE["one"]


def test_the_hold_ends_a_minute_after_the_last_sign(office: TestOffice, owner: Actor) -> None:
    other = office.actor("owner2")
    office.engine.run(studio.open_draft, "one", owner)
    office.engine.run(studio.take_hold, "one", "tab", owner)

    office.clock.moment += HOLD - timedelta(seconds=1)
    before = office.engine.run(studio.take_hold, "one", "tab 2", other)
    office.clock.moment += timedelta(seconds=1)
    after = office.engine.run(studio.take_hold, "one", "tab 2", other)

    assert (before.is_mine, after.is_mine) == (False, True)


def test_renewing_keeps_since_when_somebody_edits(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    first = office.engine.run(studio.take_hold, "one", "tab", owner)
    office.clock.moment += timedelta(seconds=20)

    again = office.engine.run(studio.take_hold, "one", "tab", owner)

    assert again.since == first.since
    assert again.until == office.clock.moment + HOLD


def test_taking_over_stands_in_the_history_and_stops_the_first(
    office: TestOffice, owner: Actor
) -> None:
    other = office.actor("owner2")
    office.engine.run(studio.open_draft, "one", owner)
    office.engine.run(studio.take_hold, "one", "tab", owner)

    office.engine.run(studio.take_hold, "one", "tab 2", other, by_force=True)

    assert events(office, "model_draft_taken_over") == [{"model": "one", "from": "owner1"}]
    with pytest.raises(DraftHeldError):
        save(office, owner, b"<late/>", 1)


def test_closing_the_page_frees_the_draft_for_others(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    office.engine.run(studio.take_hold, "one", "tab", owner)

    office.engine.run(studio.let_go, "one", "another tab", owner)
    still = office.engine.run(studio.take_hold, "one", "x", office.actor("owner2"))
    office.engine.run(studio.let_go, "one", "tab", owner)
    free = office.engine.run(studio.take_hold, "one", "x", office.actor("owner2"))

    assert (still.is_mine, free.is_mine) == (False, True)


def test_the_draft_is_named_as_its_diagram_says(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    renamed = ONE["one"][FILE].replace(
        b'<bpmn:process id="one"', b'<bpmn:process id="one" name="x"'
    )
    named = renamed.replace(b'name="x"', 'name="書類の確認"'.encode(), 1)

    assert save(office, owner, named, 1).name == "書類の確認"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("two.bpmn", b"<x/>"),
        ("../one.bpmn", b"<x/>"),
        ("x.exe", b"MZ"),
        ("a.form.json", b" " * 2_000_001),
    ],
    ids=["second diagram", "folder above", "kind", "size"],
)
def test_a_file_that_does_not_belong_into_a_draft_is_refused(
    office: TestOffice, owner: Actor, name: str, content: bytes
) -> None:
    office.engine.run(studio.open_draft, "one", owner)

    with pytest.raises(ModelFileError) as caught:
        new = NewText(name=name, content=content, revision=0, tab="t")
        office.engine.run(studio.save_file, "one", new, owner)

    assert caught.value.name == name
    assert office.engine.ask(studio.get_draft, "one", owner).files == ONE["one"]


def test_a_form_can_be_taken_out_but_not_the_diagram(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    form = NewText(name="a.form.json", content=b"{}", revision=0, tab="t")
    office.engine.run(studio.save_file, "one", form, owner)

    left = office.engine.run(studio.remove_file, "one", "a.form.json", owner)

    assert set(left.files) == {FILE}
    with pytest.raises(ModelFileError):
        office.engine.run(studio.remove_file, "one", FILE, owner)


def test_discarding_leaves_what_is_in_service(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)

    office.engine.run(studio.discard, "one", owner, "作り直すため")

    assert office.engine.ask(studio.draft_of, "one", owner) is None
    assert office.engine.ask(studio.files_of, "one", None, owner) == ONE["one"]
    assert events(office, "model_draft_discarded") == [{"model": "one", "reason": "作り直すため"}]


@pytest.mark.parametrize(
    "ask",
    [
        lambda office, actor: office.engine.run(studio.open_draft, "one", actor),
        lambda office, actor: office.engine.ask(studio.files_of, "one", 1, actor),
        lambda office, actor: office.engine.ask(studio_library.library, actor),
        lambda office, actor: office.engine.run(studio.take_hold, "one", "t", actor),
    ],
    ids=["open", "read", "library", "hold"],
)
def test_only_process_owners_and_administrators_work_in_the_studio(
    office: TestOffice, owner: Actor, ask: Callable[[TestOffice, Actor], object]
) -> None:
    with pytest.raises(MayNotEditModelsError):
        ask(office, office.actor("pjmo1"))


def test_what_is_nowhere_is_not_found(office: TestOffice, owner: Actor) -> None:
    with pytest.raises(NotFoundError):
        office.engine.run(studio.open_draft, "nowhere", owner)
    with pytest.raises(NotFoundError):
        office.engine.run(studio.open_draft, "_decisions/nowhere", owner)
    with pytest.raises(NotFoundError):
        office.engine.ask(studio.files_of, "one", 7, owner)


# --- the library


def test_the_library_counts_running_instances_of_all_versions(
    office: TestOffice, owner: Actor
) -> None:
    office.start("one")
    office.deploy(line("one", user_task("write_better")))
    office.start("one")
    office.engine.run(studio.open_draft, "one", owner)

    found = office.engine.ask(studio_library.library, owner)

    (row,) = found.processes
    assert (row.version, row.running, row.stopped) == (2, 2, 0)
    assert row.draft is not None
    versions = office.engine.ask(studio_library.versions, "one", owner)
    assert [(one.version, one.running) for one in versions] == [(2, 1), (1, 1)]


def test_the_library_names_forms_by_their_tasks_and_decisions_by_their_users(
    office: TestOffice, owner: Actor
) -> None:
    office.deploy_shipped("rehearsal")

    found = office.engine.ask(studio_library.library, owner)

    forms = {one.id: one.tasks for one in found.forms if one.process_key == "rehearsal"}
    assert forms["plan_rehearsal"] == ("リハーサル計画の作成",)
    decision = next(one for one in found.decisions if one.id == "d08_rehearsal_mode")
    assert decision.users == (("rehearsal", "業務リハーサル"),)
    assert decision.name == "リハーサルの実施方式と開始条件"
    approval = next(one for one in found.processes if one.key == "approval")
    assert "rehearsal" in approval.callers
