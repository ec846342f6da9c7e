"""Putting models into service: versions, pins, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import testing
from engine.domain.errors import RefusedError
from engine.execution import bundle
from engine.services import deployments
from engine.services.deployments import MayNotDeployError
from engine.storage.schema import decision_definition, process_definition
from engine.testing import TestOffice, shipped
from tests.diagrams import call, line, user_task

ONE = line("one", user_task("write"))


def test_the_same_content_is_no_new_version(office: TestOffice) -> None:
    [first] = office.deploy(ONE)
    spaced = {"one": {"one.bpmn": ONE["one"]["one.bpmn"].replace(b"><", b">\n<")}}

    [again] = office.deploy(spaced)

    assert (first.version, first.changed) == (1, True)
    assert (again.version, again.changed) == (1, False)
    assert len(office.engine.ask(deployments.versions, "one")) == 1


def test_a_hash_of_an_older_canonical_form_is_no_new_version(office: TestOffice) -> None:
    shipped_once = {**ONE, "_decisions": shipped("rehearsal")["_decisions"]}
    office.deploy(shipped_once)
    with office.engine._database.begin() as connection:
        connection.execute(sa.update(process_definition).values(hash="old"))
        connection.execute(sa.update(decision_definition).values(hash="old"))

    again = office.deploy(shipped_once)

    assert len(again) > 1
    assert [one.key for one in again if one.changed] == []


def test_instances_go_on_when_a_release_computes_other_hashes(
    office: TestOffice, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.deploy(line("one", user_task("write"), user_task("check")))
    case = office.start("one")
    monkeypatch.setattr(bundle, "content_hash", lambda files: "of a later release")

    with testing.office(tmp_path, database_url) as later:
        later.complete("write")
        left = [task.element_id for task in later.open_tasks(case)]

    assert left == ["check"]


def test_changed_content_is_the_next_version_and_old_instances_keep_theirs(
    office: TestOffice,
) -> None:
    office.deploy(ONE)
    case = office.start("one")

    [told] = office.deploy(line("one", user_task("write_better")))

    assert told.version == 2
    assert office.head(case.id).process_version == 1
    assert [task.element_id for task in office.open_tasks()] == ["write"]
    assert office.complete("write").instance_id == case.id


def test_a_refused_model_changes_nothing(office: TestOffice) -> None:
    broken = line("two", call("ask", "nowhere"))

    with pytest.raises(RefusedError) as caught:
        office.deploy({**ONE, **broken})

    assert [(f.element_id, f.file) for f in caught.value.findings] == [("ask", "two/two.bpmn")]
    assert office.engine.ask(deployments.newest) == []


def test_checking_finds_what_deploying_would_refuse_and_writes_nothing(
    office: TestOffice,
) -> None:
    findings = office.engine.ask(deployments.check, line("two", call("ask", "nowhere")))

    assert [found.element_id for found in findings] == ["ask"]
    assert office.engine.ask(deployments.check, ONE) == []
    assert office.engine.ask(deployments.newest) == []


def test_only_process_owners_deploy(office: TestOffice) -> None:
    with pytest.raises(MayNotDeployError):
        office.engine.run(deployments.deploy, ONE, office.actor("pjmo1"))


def test_callers_can_be_pinned_anew(office: TestOffice) -> None:
    office.deploy({**ONE, **line("above", call("ask", "one"))})
    [told] = office.deploy(line("one", user_task("write_better")))

    done = office.engine.run(deployments.repin, "above", office.actor("owner1"))
    office.start("above")

    assert told.outdated_callers == ("above",)
    assert (done.version, done.changed) == (2, True)
    assert [task.element_id for task in office.open_tasks()] == ["write_better"]


def test_files_come_back_as_they_were_deployed(office: TestOffice) -> None:
    office.deploy(ONE)

    head = office.engine.ask(deployments.definition, "one")

    assert office.engine.ask(deployments.files, head.id) == ONE["one"]
    assert (head.deployed_by, head.starters) == ("owner1", frozenset({"PJMO"}))


def test_all_shipped_models_deploy_together_and_again_without_change(
    office: TestOffice,
) -> None:
    first = office.deploy(shipped("go_live_preparation", "monitoring"))
    again = office.deploy(shipped("go_live_preparation", "monitoring"))

    assert all(one.changed for one in first)
    assert not any(one.changed for one in again)
