"""The page of one process in the studio: what it shows, and what elements may name."""

from __future__ import annotations

import pytest

from engine.domain.errors import NotFoundError
from engine.services import studio, studio_process
from engine.services.studio import MayNotEditModelsError, NewText
from engine.services.studio_process import ProcessPage
from engine.testing import TestOffice

KEY = "rehearsal"
FILE = f"{KEY}.bpmn"


@pytest.fixture(autouse=True)
def _shipped(office: TestOffice) -> None:
    office.deploy_shipped(KEY)


def page(office: TestOffice, person: str = "owner1") -> ProcessPage:
    return office.engine.ask(studio_process.page, KEY, office.actor(person))


def opened(office: TestOffice, person: str = "owner1") -> None:
    office.engine.run(studio.open_draft, KEY, office.actor(person))


def test_without_a_draft_the_version_in_service_is_shown(office: TestOffice) -> None:
    found = page(office)

    assert (found.name, found.version, found.is_editable) == ("業務リハーサル", 1, False)
    assert FILE in found.files
    assert found.checked.errors == ()


def test_a_draft_is_editable_unless_somebody_else_edits_it(office: TestOffice) -> None:
    opened(office)
    office.engine.run(studio.take_hold, KEY, "tab", office.actor("owner2"))

    found = page(office)

    assert not found.is_editable
    assert found.other is not None
    assert found.other.person_id == "owner2"
    assert page(office, "owner2").is_editable


def test_elements_may_name_what_the_office_knows(office: TestOffice) -> None:
    choices = page(office).choices

    assert choices.forms["plan_rehearsal"] == "リハーサル計画の作成"
    assert choices.decisions["d08_rehearsal_mode"].name == "リハーサルの実施方式と開始条件"
    assert choices.decisions["d08_rehearsal_mode"].outputs
    assert "PJMO" in {role.code for role in choices.roles}
    assert "R13" in {register.code for register in choices.registers}
    assert "mail.send" in {spec.name for spec in choices.operations}
    assert not [spec for spec in choices.operations if spec.name.startswith("test.")]
    assert KEY not in {key for key, _ in choices.processes}


def test_a_draft_that_cannot_be_read_is_shown_with_its_faults(office: TestOffice) -> None:
    opened(office)
    new = NewText(name=FILE, content=b"<no", revision=1, tab="tab")
    office.engine.run(studio.save_file, KEY, new, office.actor("owner1"))

    found = page(office)

    assert found.checked.errors
    assert found.choices.forms["plan_rehearsal"] == "plan_rehearsal"


def test_the_diagram_comes_with_the_revision_a_save_must_name(office: TestOffice) -> None:
    owner = office.actor("owner1")
    assert office.engine.ask(studio.read_file, KEY, FILE, None, owner)[1] == 0

    opened(office)

    content, revision = office.engine.ask(studio.read_file, KEY, FILE, None, owner)
    new = NewText(name=FILE, content=content, revision=revision, tab="tab")
    office.engine.run(studio.save_file, KEY, new, owner)
    assert office.engine.ask(studio.read_file, KEY, FILE, None, owner) == (content, revision + 1)


def test_it_is_for_process_owners_and_for_processes_that_exist(office: TestOffice) -> None:
    with pytest.raises(MayNotEditModelsError):
        page(office, "pjmo1")
    with pytest.raises(NotFoundError):
        office.engine.ask(studio_process.page, "nowhere", office.actor("owner1"))
