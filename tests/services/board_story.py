"""An office in which some cases run, some are late, one is stuck, some are done: for the board."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from engine import testing
from engine.domain.access import Membership
from engine.services import assigning, instances, people, tasks, withdrawing
from engine.testing import SETUP, Case, TestOffice
from tests.conftest import _create, _drop
from tests.diagrams import call, line, props, user_task

SECOND, OTHER_PROJECT, OTHER_SYSTEM = "s2", "p2", "s9"
OUTSIDE = "member_of_p2"


def models() -> dict[str, dict[str, bytes]]:
    """`review`: two tasks and a called `decide`; `quick`: one task; `broken` stops at its start."""
    return {
        **line(
            "review",
            user_task("write", dueWorkingDays="2", candidateGroups="PJMO"),
            user_task("check", dueWorkingDays="1", candidateGroups="GYOMU"),
            call("ask", "decide"),
            properties=props({"prefix": "審"}),
        ),
        **line(
            "decide",
            user_task("approve", dueWorkingDays="1", candidateGroups="PJMO:head"),
            properties=props({"prefix": "決", "starters": "none"}),
        ),
        **line(
            "quick", user_task("answer", dueWorkingDays="3"), properties=props({"prefix": "急"})
        ),
        **line("broken", user_task("pick", dueDate="=存在しない.日")),
    }


def furnished(office: TestOffice) -> None:
    """A second system of the first project, and another project with a system and a member."""
    run = office.engine.run
    run(people.add_system, "審査システム", "p1", SETUP, SECOND)
    run(people.add_project, "別の事業", SETUP, OTHER_PROJECT)
    run(people.add_system, "別のシステム", OTHER_PROJECT, SETUP, OTHER_SYSTEM)
    new = people.NewPerson(id=OUTSIDE, login=OUTSIDE, name="外山 一", password="correct horse")
    run(people.add, new, SETUP)
    membership = Membership(person_id=OUTSIDE, role="PJMO", project_id=OTHER_PROJECT)
    run(people.add_membership, membership, SETUP)


def begun(office: TestOffice, key: str, system: str = "s1", by: str = "pjmo1") -> Case:
    project = OTHER_PROJECT if system == OTHER_SYSTEM else "p1"
    id_ = office.engine.run(
        instances.start, key, office.actor(by), project_id=project, system_id=system
    )
    office.run_jobs()
    return office.case(id_)


def played(office: TestOffice) -> None:
    """Six weeks: cases are done in time and late, taken, handed back, given, taken back."""
    furnished(office)
    office.deploy(models())
    _finished(office)
    _running(office)


def _finished(office: TestOffice) -> None:
    """Three reviews, one of them late, and one that was cancelled."""
    run, actor = office.engine.run, office.actor
    for days, system in ((0, "s1"), (3, "s1"), (1, SECOND)):
        case = begun(office, "review", system)
        office.advance(days=0.1 + days)
        run(tasks.claim, office.task("write", case=case).id, actor("pjmo1"))
        office.advance(days=0.2)
        office.complete("write", by="pjmo1", case=case)
        office.advance(days=1 + days)
        run(tasks.claim, office.task("check", case=case).id, actor("gyomu1"))
        run(tasks.unclaim, office.task("check", case=case).id, actor("gyomu1"))
        office.advance(days=0.05)
        office.complete("check", by="gyomu2", case=case)
        office.advance(days=1)
        office.complete("approve", by="pjmo_head")
    office.cancel(begun(office, "review"), "重複")


def _running(office: TestOffice) -> None:
    """One late at its second task, one taken back, one stuck, one of another project."""
    run, actor = office.engine.run, office.actor
    late = begun(office, "review", SECOND)
    office.complete("write", by="pjmo2", case=late)
    task = office.task("check", case=late)
    run(assigning.assign, task.id, "gyomu2", actor("pjmo1"))
    begun(office, "broken")
    office.advance(days=4)
    again = begun(office, "review")
    done = office.complete("write", by="pjmo1", case=again)
    run(withdrawing.withdraw, done.task.id, actor("pjmo1"))
    office.run_jobs()
    begun(office, "quick", OTHER_SYSTEM, by=OUTSIDE)
    office.advance(days=1)
    begun(office, "quick")


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[TestOffice]:
    """An office of its own on the database of `request.param`, in which the story was played."""
    if request.param == "sqlite":
        path = folder / "unei.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        with testing.office(folder, f"sqlite:///{path}") as office:
            played(office)
            yield office
        return
    server = request.getfixturevalue("postgresql_server")
    template = make_url(request.getfixturevalue("postgresql_template")).database
    url = _create(server, str(template))
    with testing.office(folder, url) as office:
        played(office)
        yield office
    _drop(server, url)
