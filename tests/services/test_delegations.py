"""代理: who may act for whom, how both names stay, and when it ends."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from engine.domain.errors import (
    FieldErrors,
    NotACandidateError,
    TaskAlreadyClaimedError,
)
from engine.domain.user_task import TaskState
from engine.services import delegations, tasks
from engine.services.delegations import MayNotDelegateError, NewDelegation
from engine.storage import history as history_rows
from engine.testing import Case, TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched

TODAY, TOMORROW, WEEK_END = date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)
LAST_MINUTE = datetime.fromisoformat("2026-04-03T23:59:00+09:00")
MIDNIGHT = datetime.fromisoformat("2026-04-04T00:00:00+09:00")
TWO_STEPS = {
    **line(
        "two_steps",
        user_task("write", candidateGroups="GYOMU"),
        user_task("approve", candidateGroups="GYOMU,PJMO:head", excludedUsers="[完了者]"),
    ),
    **line("other", user_task("look", candidateGroups="GYOMU")),
}


def given(office: TestOffice, holder: str, proxy: str, **changed: Any) -> str:
    by = changed.pop("by", holder)
    wanted = NewDelegation(
        **{
            "person_id": holder,
            "proxy_id": proxy,
            "valid_from_on": TODAY,
            "valid_to_on": WEEK_END,
            "reason": "休暇",
            **changed,
        }
    )
    [id_, *_] = office.engine.run(delegations.give, wanted, office.actor(by))
    return id_


def refused(office: TestOffice, holder: str, proxy: str, **changed: Any) -> dict[str, str]:
    with pytest.raises(FieldErrors) as caught:
        given(office, holder, proxy, **changed)
    return caught.value.errors


def started(office: TestOffice) -> Case:
    office.deploy(TWO_STEPS)
    return office.start("two_steps")


def lines(office: TestOffice, case: Case) -> list[tuple[str, str, str | None]]:
    entries = reversed(office.engine.ask(history_rows.of_instance, case.id))
    return [(e.event, e.actor, e.on_behalf_of) for e in entries if e.event.startswith("task_")]


def test_the_proxy_completes_what_the_holder_may_and_both_names_stay(office: TestOffice) -> None:
    case = started(office)
    given(office, "gyomu1", "pjmo1")

    done = office.complete("write", by="pjmo1")

    assert (done.task.completed_by, done.task.on_behalf_of) == ("pjmo1", "gyomu1")
    assert done.task.assignee == "gyomu1"
    assert lines(office, case) == [("task_completed", "pjmo1", "gyomu1")]
    assert office.variables(case) == {"完了者": "pjmo1", "代理の本人": "gyomu1"}
