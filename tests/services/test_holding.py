"""Since when somebody, or a group, has a task."""

from __future__ import annotations

from datetime import datetime

from engine.services import assigning, tasks, withdrawing
from engine.testing import TestOffice
from tests.diagrams import line, user_task

MODEL = line("write_it", user_task("write", candidateGroups="PJMO"), user_task("check"))


def since(office: TestOffice) -> datetime | None:
    return office.task("write").held_since_at


def test_it_changes_with_the_holder_and_with_nothing_else(office: TestOffice) -> None:
    run, moments = office.engine.run, []
    office.deploy(MODEL)
    office.start("write_it")
    task_id = office.task("write").id
    for step in (
        lambda: None,
        lambda: run(tasks.claim, task_id, office.actor("pjmo1")),
        lambda: run(tasks.claim, task_id, office.actor("pjmo1")),
        lambda: run(tasks.unclaim, task_id, office.actor("pjmo1")),
        lambda: run(assigning.assign, task_id, "pjmo2", office.actor("pjmo_head")),
    ):
        step()
        moments.append((office.clock.moment, since(office)))
        office.advance(days=1)

    (came, first), (claimed, second), (_, again), (freed, third), (given, fourth) = moments
    assert (first, second, again, third, fourth) == (came, claimed, claimed, freed, given)


def test_who_completes_an_open_task_has_it_from_then_on(office: TestOffice) -> None:
    office.deploy(MODEL)
    office.start("write_it")
    office.advance(days=2)

    done = office.complete("write", by="pjmo1")
    office.engine.run(withdrawing.withdraw, done.task.id, office.actor("pjmo1"))

    assert since(office) == done.task.completed_at
