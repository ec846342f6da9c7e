"""Decisions and forms of a draft: their pages, the preview, and new ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from engine.dmn.blank import Heads
from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.model_draft import DraftHeldError
from engine.services import studio, studio_parts, studio_preview, studio_publishing
from engine.services.studio import MayNotEditModelsError, NewText
from engine.services.studio_preview import Preview
from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.offices import events

KEY, FORM = "one", "ask"
HEADS = Heads(name="課題の優先順位", input="緊急度", output="優先順位")
FIELDS: list[dict[str, Any]] = [
    {
        "id": "a",
        "type": "textfield",
        "key": "件名",
        "label": "件名",
        "validate": {"required": True},
    },
    {
        "id": "b",
        "type": "select",
        "key": "担当",
        "label": "担当",
        "valuesExpression": '=people("PJMO")',
    },
    {
        "id": "c",
        "type": "dynamiclist",
        "path": "行",
        "label": "行",
        "isRepeating": True,
        "allowAddRemove": True,
        "defaultRepetitions": 1,
        "components": [{"id": "d", "type": "textfield", "key": "内容", "label": "内容"}],
    },
]


def form_file(fields: Sequence[Mapping[str, Any]]) -> bytes:
    form = {"type": "default", "id": FORM, "schemaVersion": 19, "components": fields}
    return json.dumps(form, ensure_ascii=False).encode()


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    models = line(KEY, user_task("write", formKey=FORM))
    models[KEY][f"{FORM}.form.json"] = form_file(FIELDS)
    office.deploy(models)
    return office.actor("owner1")


def drafted(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, KEY, owner)


def save(office: TestOffice, owner: Actor, content: bytes) -> None:
    new = NewText(name=f"{FORM}.form.json", content=content, revision=1, tab="t")
    office.engine.run(studio.save_file, KEY, new, owner)


def preview(
    office: TestOffice,
    owner: Actor,
    post: Mapping[str, Sequence[str]] | None = None,
    action: str = "complete",
) -> Preview:
    return office.engine.ask(studio_preview.preview, KEY, FORM, owner, post, action)


def test_a_form_is_read_as_it_is_in_service_until_there_is_a_draft(
    office: TestOffice, owner: Actor
) -> None:
    before = office.engine.ask(studio_parts.form, KEY, FORM, owner)

    drafted(office, owner)
    after = office.engine.ask(studio_parts.form, KEY, FORM, owner)

    assert (before.is_editable, before.revision, before.version) == (False, 0, 1)
    assert (after.is_editable, after.revision, after.id) == (True, 1, FORM)
    assert before.content == after.content


def test_somebody_who_edits_keeps_others_from_it(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)
    office.engine.run(studio.take_hold, KEY, "a tab", owner)

    found = office.engine.ask(studio_parts.form, KEY, FORM, office.actor("owner2"))

    assert found.other is not None
    assert (found.other.person_name, found.is_editable) == (owner.name, False)


def test_a_shared_decision_comes_into_the_draft_with_the_first_change(
    office: TestOffice, owner: Actor
) -> None:
    office.deploy_shipped("approval")
    office.engine.run(studio.open_draft, "approval", owner)
    found = office.engine.ask(studio_parts.decision, "approval", "d18_approval_route", owner)
    new = NewText(name=found.file, content=found.content, revision=found.revision, tab="t")

    office.engine.run(studio.save_file, "approval", new, owner)

    after = office.engine.ask(studio_parts.decision, "approval", "d18_approval_route", owner)
    assert (found.revision, after.revision) == (0, 1)
    assert after.content == found.content


def test_a_decision_by_itself_has_a_draft_of_its_own(office: TestOffice, owner: Actor) -> None:
    office.deploy_shipped("approval")
    key = "_decisions/d18_approval_route"

    office.engine.run(studio.open_draft, key, owner)

    found = office.engine.ask(studio_parts.decision_by_itself, "d18_approval_route", owner)
    assert (found.key, found.file, found.revision) == (key, f"{key}.dmn", 1)


def test_only_findings_of_the_file_stand_on_its_page(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)
    save(office, owner, form_file([{"id": "a", "type": "html", "content": "<b>"}]))
    office.engine.run(studio_parts.add_form, KEY, "other", "所見", owner)

    found = office.engine.ask(studio_parts.form, KEY, FORM, owner)
    other = office.engine.ask(studio_parts.form, KEY, "other", owner)

    assert [one.code for one in found.checked.errors] == ["form_unknown_component"]
    assert other.checked.errors == ()


@pytest.mark.parametrize("id_", ["nowhere", "_decisions/nowhere"])
def test_what_is_nowhere_is_not_found(office: TestOffice, owner: Actor, id_: str) -> None:
    with pytest.raises(NotFoundError):
        office.engine.ask(studio_parts.form, KEY, id_, owner)
    with pytest.raises(NotFoundError):
        office.engine.ask(studio_parts.decision, KEY, id_, owner)


def test_staff_do_not_see_the_parts_of_models(office: TestOffice, owner: Actor) -> None:
    with pytest.raises(MayNotEditModelsError):
        office.engine.ask(studio_parts.form, KEY, FORM, office.actor("pjmo1"))
    with pytest.raises(MayNotEditModelsError):
        preview(office, office.actor("pjmo1"))


# --- new ones


def test_a_new_form_has_one_field_and_no_findings(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)

    office.engine.run(studio_parts.add_form, KEY, "look_again", "所見", owner)

    found = office.engine.ask(studio_preview.preview, KEY, "look_again", owner)
    checked = office.engine.ask(studio_publishing.findings, KEY, owner)
    assert found.shown is not None
    assert [field.field.key for field in found.shown.fields] == ["所見"]
    assert checked.errors == ()


def test_a_new_decision_can_be_put_into_service_at_once(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)

    office.engine.run(studio_parts.add_decision, KEY, "issue_priority", HEADS, owner)

    checked = office.engine.ask(studio_publishing.findings, KEY, owner)
    found = office.engine.ask(studio_parts.decision, KEY, "issue_priority", owner)
    assert checked.errors == ()
    assert [one for one in checked.warnings if one.file != f"{KEY}.bpmn"] == []
    assert "課題の優先順位" in found.content.decode()


@pytest.mark.parametrize(
    ("id_", "first", "fields"),
    [
        pytest.param("", "", {"id", "first"}, id="nothing"),
        pytest.param("Look", "所見", {"id"}, id="capital letters"),
        pytest.param(FORM, "所見", {"id"}, id="taken"),
        pytest.param("look", "所 見", {"first"}, id="a space"),
        pytest.param("look", "所見１", {"first"}, id="a full-width digit"),
        pytest.param("look", "長" * 61, {"first"}, id="too long"),
    ],
)
def test_a_form_is_made_only_with_names_that_can_be_used(
    office: TestOffice, owner: Actor, id_: str, first: str, fields: set[str]
) -> None:
    drafted(office, owner)

    with pytest.raises(FieldErrors) as refusal:
        office.engine.run(studio_parts.add_form, KEY, id_, first, owner)

    assert set(refusal.value.errors) == fields
    assert set(office.engine.ask(studio.get_draft, KEY, owner).files) == {
        f"{KEY}.bpmn",
        f"{FORM}.form.json",
    }


def test_a_decision_in_service_is_not_made_again(office: TestOffice, owner: Actor) -> None:
    office.deploy_shipped("approval")
    drafted(office, owner)
    heads = Heads(name="", input="a b", output="")

    with pytest.raises(FieldErrors) as refusal:
        office.engine.run(studio_parts.add_decision, KEY, "d18_approval_route", heads, owner)

    assert set(refusal.value.errors) == {"id", "name", "input", "output"}


def test_nothing_is_made_while_somebody_else_edits(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)
    office.engine.run(studio.take_hold, KEY, "a tab", owner)

    with pytest.raises(DraftHeldError):
        office.engine.run(studio_parts.add_form, KEY, "look", "所見", office.actor("owner2"))


def test_without_a_draft_nothing_is_made(office: TestOffice, owner: Actor) -> None:
    with pytest.raises(NotFoundError):
        office.engine.run(studio_parts.add_form, KEY, "look", "所見", owner)


# --- preview


def test_the_preview_shows_the_draft_with_real_choices(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)
    save(office, owner, form_file([*FIELDS, {**FIELDS[0], "id": "z", "key": "新", "label": "新"}]))

    found = preview(office, owner)

    assert found.shown is not None
    fields = {field.field.key: field for field in found.shown.fields}
    assert list(fields) == ["件名", "担当", "行", "新"]
    assert "pjmo1" in {choice.value for choice in fields["担当"].choices}
    assert found.shown.error_count == 0


def test_a_post_tells_the_errors_of_a_task_and_keeps_nothing(
    office: TestOffice, owner: Actor
) -> None:
    office.start(KEY)
    post = {"件名": [""], "担当": ["nobody"]}
    with pytest.raises(FieldErrors) as refusal:
        office.submit("write", post)
    before = office.open_tasks()

    found = preview(office, owner, post)

    assert found.shown is not None
    assert {field.path: field.error for field in found.shown.errors()} == refusal.value.errors
    assert not found.is_taken
    assert (office.open_tasks(), events(office, "task_completed")) == (before, [])


def test_a_post_without_errors_says_that_the_task_could_be_completed(
    office: TestOffice, owner: Actor
) -> None:
    found = preview(office, owner, {"件名": ["点検"], "担当": ["pjmo1"]})

    assert found.is_taken
    assert found.shown is not None
    assert found.shown.fields[0].raw == ("点検",)


def test_rows_are_added_in_the_preview(office: TestOffice, owner: Actor) -> None:
    found = preview(office, owner, {"件名": [""], "行/#": ["1"]}, "add:行")

    assert found.shown is not None
    assert len(found.shown.fields[2].rows) == 2
    assert found.shown.error_count == 0


def test_a_form_that_cannot_be_read_says_why(office: TestOffice, owner: Actor) -> None:
    drafted(office, owner)
    save(office, owner, form_file([{"id": "a", "type": "html", "label": "枠", "content": ""}]))

    found = preview(office, owner)

    assert found.shown is None
    assert [(one.code, one.element_name) for one in found.findings] == [
        ("form_unknown_component", "枠")
    ]
