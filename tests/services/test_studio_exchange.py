"""New models, copies, and models that come in and go out as files."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors
from engine.domain.model_draft import DraftHeldError, Naming
from engine.execution.bundle_hash import content_hash
from engine.services import studio, studio_exchange, studio_publishing
from engine.services.studio import ModelFileError
from engine.testing import TestOffice, shipped
from tests.diagrams import line, user_task
from tests.offices import events

ONE = line("one", user_task("write"))
NEW = Naming(key="window_work", name="窓口の仕事", prefix="窓")


@pytest.fixture
def owner(office: TestOffice) -> Actor:
    office.deploy(ONE)
    return office.actor("owner1")


def test_a_new_process_is_drawn_and_has_no_errors(office: TestOffice, owner: Actor) -> None:
    draft = office.engine.run(studio_exchange.create, NEW, owner)

    content = draft.files["window_work.bpmn"].decode()
    assert "BPMNShape" in content
    assert 'name="窓口の仕事"' in content
    assert office.engine.ask(studio_publishing.findings, "window_work", owner).errors == ()


def test_a_copy_has_all_files_under_its_own_name(office: TestOffice, owner: Actor) -> None:
    office.deploy_shipped("rehearsal")

    draft = office.engine.run(studio_exchange.copy, "rehearsal", NEW, owner)

    old = shipped("rehearsal")["rehearsal"]
    assert set(draft.files) == {"window_work.bpmn", *(n for n in old if n != "rehearsal.bpmn")}
    content = draft.files["window_work.bpmn"].decode()
    assert 'processRef="window_work"' in content
    assert 'name="prefix" value="窓"' in content
    assert office.engine.ask(studio_publishing.findings, "window_work", owner).errors == ()


@pytest.mark.parametrize(
    ("naming", "fields"),
    [
        (Naming(key="", name="", prefix=""), {"key", "name", "prefix"}),
        (Naming(key="Big", name="名前", prefix="名"), {"key"}),
        (Naming(key="one", name="名前", prefix="名"), {"key"}),
        (Naming(key="decisions", name="名前", prefix="名"), {"key"}),
        (Naming(key="two", name="長" * 61, prefix="長" * 9), {"name", "prefix"}),
    ],
    ids=["nothing", "capitals", "taken", "an address", "too long"],
)
def test_a_name_that_cannot_be_given_is_told_by_its_field(
    office: TestOffice, owner: Actor, naming: Naming, fields: set[str]
) -> None:
    with pytest.raises(FieldErrors) as caught:
        office.engine.run(studio_exchange.create, naming, owner)

    assert set(caught.value.errors) == fields
    assert office.engine.ask(studio.draft_of, naming.key or "x", owner) is None


def test_what_goes_out_comes_in_again_as_the_same_model(office: TestOffice, owner: Actor) -> None:
    office.deploy_shipped("rehearsal")
    archive = office.engine.ask(studio_exchange.archive, "rehearsal", None, owner)

    told = office.engine.run(studio_exchange.take_in, {"rehearsal.zip": archive}, owner)

    draft = office.engine.ask(studio.get_draft, "rehearsal", owner)
    assert (told.key, told.added, told.replaced) == ("rehearsal", (), ())
    assert content_hash(draft.files) == content_hash(shipped("rehearsal")["rehearsal"])
    assert draft.base_version == 1


def test_an_old_version_can_be_taken_out(office: TestOffice, owner: Actor) -> None:
    office.deploy(line("one", user_task("write_better")))

    archive = office.engine.ask(studio_exchange.archive, "one", 1, owner)

    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.read("one/one.bpmn") == ONE["one"]["one.bpmn"]


def test_a_diagram_under_another_file_name_goes_by_its_own_key(
    office: TestOffice, owner: Actor
) -> None:
    content = line("two", user_task("write"))["two"]["two.bpmn"]

    told = office.engine.run(studio_exchange.take_in, {"新しい図.bpmn": content}, owner)

    assert (told.key, told.added) == ("two", ("two.bpmn",))
    assert events(office, "model_imported") == [{"model": "two", "files": ["two.bpmn"]}]


def test_files_of_the_same_name_are_replaced_in_the_draft(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    better = line("one", user_task("write_better"))["one"]["one.bpmn"]

    told = office.engine.run(
        studio_exchange.take_in, {"one.bpmn": better, "a.form.json": b"{}"}, owner
    )

    assert (told.added, told.replaced) == (("a.form.json",), ("one.bpmn",))
    draft = office.engine.ask(studio.get_draft, "one", owner)
    assert draft.files == {"one.bpmn": better, "a.form.json": b"{}"}


def test_a_decision_by_itself_becomes_a_draft_of_its_own(office: TestOffice, owner: Actor) -> None:
    content = shipped("rehearsal")["_decisions"]["d08_rehearsal_mode.dmn"]

    told = office.engine.run(studio_exchange.take_in, {"d08_rehearsal_mode.dmn": content}, owner)

    assert told.key == "_decisions/d08_rehearsal_mode"


def test_nothing_is_taken_in_while_somebody_else_edits(office: TestOffice, owner: Actor) -> None:
    office.engine.run(studio.open_draft, "one", owner)
    office.engine.run(studio.take_hold, "one", "tab", owner)

    with pytest.raises(DraftHeldError):
        office.engine.run(studio_exchange.take_in, ONE["one"], office.actor("owner2"))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"notes.txt": b"x"},
        {"a.bpmn": b"<no"},
        {"a.bpmn": b"<!DOCTYPE x><x/>"},
        {"a.zip": b"no zip"},
        {"one.bpmn": ONE["one"]["one.bpmn"], "two.bpmn": ONE["one"]["one.bpmn"]},
        {"one.bpmn": ONE["one"]["one.bpmn"], "x.exe": b"MZ"},
        {"A B.dmn": b"<x/>"},
    ],
    ids=["nothing", "text", "no XML", "entities", "no zip", "two", "program", "decision's name"],
)
def test_what_is_no_model_is_refused_and_changes_nothing(
    office: TestOffice, owner: Actor, files: dict[str, bytes]
) -> None:
    with pytest.raises(ModelFileError):
        office.engine.run(studio_exchange.take_in, files, owner)

    assert office.engine.ask(studio.draft_of, "one", owner) is None
