"""代理: who may act for whom, how both names stay, and when it ends."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest

from engine.domain.delegation import Delegation
from engine.domain.errors import (
    FieldErrors,
    NotACandidateError,
    NotFoundError,
    TaskAlreadyClaimedError,
)
from engine.domain.user_task import TaskState
from engine.services import attachments, delegations, tasks, worklists
from engine.services.attachments import Upload
from engine.services.delegations import MayNotDelegateError, NewDelegation
from engine.services.lookups import as_value
from engine.storage import delegations as delegation_rows
from engine.storage import history as history_rows
from engine.storage import outbox
from engine.testing import Case, TestOffice
from tests.diagrams import line, user_task
from tests.forms.builders import file, text
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

FORMED = line("formed", user_task("write", formKey="write", candidateGroups="GYOMU"))
FORMED["formed"]["write.form.json"] = file(text("件名"))


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


def test_the_proxy_claims_and_the_holder_has_it(office: TestOffice) -> None:
    case = started(office)
    given(office, "gyomu1", "pjmo1")

    claimed = office.engine.run(tasks.claim, office.task("write").id, office.actor("pjmo1"))

    assert (claimed.state, claimed.assignee) == (TaskState.CLAIMED, "gyomu1")
    assert lines(office, case) == [("task_claimed", "pjmo1", "gyomu1")]


def test_holder_and_proxy_have_one_draft(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    task_id = office.task("write").id
    office.engine.run(tasks.claim, task_id, office.actor("gyomu1"))

    office.engine.run(tasks.save_draft, task_id, office.actor("pjmo1"), {"内容": ["途中"]})

    for person in ("gyomu1", "pjmo1"):
        page = office.engine.ask(tasks.page, task_id, office.actor(person))
        assert page.draft is not None
        assert page.draft.post == {"内容": ["途中"]}


def test_the_proxy_finds_the_tasks_of_the_holder_and_of_the_holders_group(
    office: TestOffice,
) -> None:
    case = started(office)
    office.start("other")
    office.engine.run(tasks.claim, office.task("look").id, office.actor("gyomu1"))
    given(office, "gyomu1", "pjmo1")

    found = office.engine.ask(worklists.worklist, office.actor("pjmo1"), "delegated")

    assert sorted(row.task.element_id for row in found.rows) == ["look", "write"]
    assert {row.standing.holder_name for row in found.rows if row.standing} == {
        "業務実施部門 gyomu1"
    }
    assert found.counts["delegated"] == 2
    assert office.head(case.id).state == "running"


def test_a_proxy_for_one_process_sees_and_does_nothing_else(office: TestOffice) -> None:
    started(office)
    office.start("other")
    given(office, "gyomu1", "pjmo1", process_keys=("two_steps",))

    found = office.engine.ask(worklists.worklist, office.actor("pjmo1"), "delegated")

    assert [row.task.element_id for row in found.rows] == ["write"]
    with pytest.raises(NotACandidateError):
        office.complete("look", by="pjmo1")


def test_what_one_may_do_oneself_is_done_in_the_own_name(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "gyomu2")

    done = office.complete("write", by="gyomu2")

    assert (done.task.completed_by, done.task.on_behalf_of) == ("gyomu2", None)
    found = office.engine.ask(worklists.worklist, office.actor("gyomu2"), "delegated")
    assert found.rows == ()


def test_the_drafter_decides_neither_through_a_proxy_nor_for_somebody(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    office.complete("write", by="pjmo1")

    task = office.task("approve")

    assert task.excluded_users == {"pjmo1", "gyomu1"}
    for person in ("pjmo1", "gyomu1"):
        with pytest.raises(NotACandidateError):
            office.complete("approve", by=person)
    assert office.complete("approve", by="gyomu2").task.on_behalf_of is None


def test_a_proxy_of_the_drafter_does_not_approve_the_draft(office: TestOffice) -> None:
    started(office)
    office.complete("write", by="gyomu1")
    given(office, "gyomu1", "pjmo1")

    with pytest.raises(NotACandidateError):
        office.complete("approve", by="pjmo1")


def test_the_right_ends_with_the_last_day_in_tokyo(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    task_id = office.task("write").id

    office.advance(to=LAST_MINUTE)
    office.engine.run(tasks.claim, task_id, office.actor("pjmo1"))
    office.advance(to=MIDNIGHT)

    with pytest.raises(TaskAlreadyClaimedError):
        office.engine.run(tasks.complete, task_id, office.actor("pjmo1"), {})
    assert office.engine.ask(delegations.active_for, "pjmo1") == ()
    found = office.engine.ask(worklists.worklist, office.actor("pjmo1"), "delegated")
    assert found.rows == ()


def test_what_was_begun_before_the_end_is_kept_as_the_holders_draft(office: TestOffice) -> None:
    office.deploy(FORMED)
    office.start("formed")
    given(office, "gyomu1", "pjmo1")
    task_id = office.task("write").id
    office.advance(to=LAST_MINUTE)
    opened_at = office.clock.moment
    office.advance(to=MIDNIGHT)

    kept = office.engine.run(
        tasks.keep_late, task_id, office.actor("pjmo1"), {"件名": ["続き"]}, opened_at
    )

    assert kept is not None
    assert (kept.holder_name, kept.is_kept) == ("業務実施部門 gyomu1", True)
    office.engine.run(tasks.claim, task_id, office.actor("gyomu1"))
    page = office.engine.ask(tasks.page, task_id, office.actor("gyomu1"))
    assert page.draft is not None
    assert page.draft.post == {"件名": ["続き"]}


def test_a_newer_draft_of_the_holder_is_not_touched(office: TestOffice) -> None:
    office.deploy(FORMED)
    office.start("formed")
    given(office, "gyomu1", "pjmo1")
    task_id = office.task("write").id
    opened_at = office.clock.moment
    office.advance(to=MIDNIGHT)
    office.advance(days=1)
    office.engine.run(tasks.save_draft, task_id, office.actor("gyomu1"), {"件名": ["私の"]})

    kept = office.engine.run(
        tasks.keep_late, task_id, office.actor("pjmo1"), {"件名": ["続き"]}, opened_at
    )

    assert kept is not None
    assert not kept.is_kept
    page = office.engine.ask(tasks.page, task_id, office.actor("gyomu1"))
    assert page.draft is not None
    assert page.draft.post == {"件名": ["私の"]}


def test_who_was_never_a_proxy_keeps_nothing(office: TestOffice) -> None:
    started(office)
    task_id = office.task("write").id

    kept = office.engine.run(
        tasks.keep_late, task_id, office.actor("pjmo1"), {}, office.clock.moment
    )

    assert kept is None


def test_it_can_be_ended_early_by_either(office: TestOffice) -> None:
    started(office)
    for by in ("gyomu1", "pjmo1"):
        id_ = given(office, "gyomu1", "pjmo1")

        office.engine.run(delegations.end, id_, office.actor(by))

        with pytest.raises(NotACandidateError):
            office.complete("write", by="pjmo1")


def test_a_circle_is_refused(office: TestOffice) -> None:
    given(office, "gyomu1", "pjmo1")

    errors = refused(office, "pjmo1", "gyomu1", valid_from_on=WEEK_END, valid_to_on=WEEK_END)

    assert list(errors) == ["proxy"]
    assert "業務実施部門 gyomu1さんの代理を、この期間は本人が受けています" in errors["proxy"]


def test_a_chain_is_refused_from_either_end(office: TestOffice) -> None:
    given(office, "gyomu1", "pjmo1")

    assert "代理を受けています" in refused(office, "pjmo1", "pjmo2")["from"]
    assert "へ代理を依頼しています" in refused(office, "gyomu2", "gyomu1")["proxy"]


def test_what_was_received_is_not_passed_on(office: TestOffice) -> None:
    """Even with two rows that the rules refuse, nobody acts for the first through the last."""
    started(office)
    given(office, "gyomu1", "pl1")
    chained = Delegation(
        id="chained",
        person_id="pl1",
        proxy_id="pjmo1",
        valid_from_on=TODAY,
        valid_to_on=WEEK_END,
        created_by="pl1",
        created_at=office.clock.moment,
    )
    office.engine.run(delegation_rows.add, chained)

    with pytest.raises(NotACandidateError):
        office.complete("write", by="pjmo1")


def test_two_proxies_for_the_same_work_are_refused(office: TestOffice) -> None:
    office.deploy(TWO_STEPS)
    given(office, "gyomu1", "pjmo1", process_keys=("two_steps",))

    assert "すでに" in refused(office, "gyomu1", "pjmo2")["proxy"]
    given(office, "gyomu1", "pjmo2", process_keys=("other",))
    names = {one.process_key for one in office.engine.ask(delegations.active_for, "pjmo2")}
    assert names == {"other"}


@pytest.mark.parametrize(
    ("proxy", "changed", "field"),
    [
        pytest.param("gyomu1", {}, "proxy", id="oneself"),
        pytest.param("nobody", {}, "proxy", id="nobody"),
        pytest.param("dev1", {}, "proxy", id="an external party"),
        pytest.param("pjmo1", {"valid_from_on": date(2026, 3, 31)}, "from", id="the past"),
        pytest.param("pjmo1", {"valid_to_on": date(2026, 3, 1)}, "to", id="backwards"),
        pytest.param("pjmo1", {"process_keys": ("none",)}, "processes", id="no such process"),
        pytest.param("pjmo1", {"reason": "あ" * 201}, "reason", id="a long reason"),
    ],
)
def test_each_fault_stands_at_its_field(
    office: TestOffice, proxy: str, changed: dict[str, Any], field: str
) -> None:
    assert list(refused(office, "gyomu1", proxy, **changed)) == [field]
    assert office.engine.ask(delegations.active_for, proxy) == ()


def test_heads_and_administrators_set_it_up_for_somebody_who_is_away(office: TestOffice) -> None:
    given(office, "gyomu1", "pjmo1", by="gyomu_head")
    given(office, "gyomu2", "pjmo2", by="admin1")

    with pytest.raises(MayNotDelegateError):
        given(office, "pl1", "pl2", by="gyomu_head")
    written = [e for e in office.engine.ask(history_rows.newest) if e.event == "delegation_given"]
    assert [(one.actor, one.detail["person_id"]) for one in written] == [
        ("admin1", "gyomu2"),
        ("gyomu_head", "gyomu1"),
    ]


def test_the_proxy_is_told_and_the_mails_name_both(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    office.complete("write", by="pjmo1")

    mails = {row.body["to"][0]: row.body["body"] for row in office.engine.ask(outbox.due, "mail")}

    assert "業務実施部門 gyomu1さんの代理を依頼されました" in mails["pjmo1"]
    assert "PJMO pjmo1さんが、業務実施部門 gyomu1さんの代理で「write」を完了" in mails["gyomu1"]


def test_a_completion_without_a_proxy_asks_no_more_than_before(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    actor, task_id = office.actor("gyomu2"), office.task("write").id

    with Watched(office.engine._database) as watched:
        office.engine.run(tasks.claim, task_id, actor)

    assert [one for one in watched.words if "delegation" in one] == []


def uploaded(office: TestOffice, by: str) -> dict[str, Any]:
    upload = Upload(name="報告.txt", content_type="text/plain", stream=io.BytesIO(b"report"))
    return as_value(office.engine.run(attachments.store, upload, office.actor(by)))


def test_the_files_of_the_shared_draft_are_those_of_both(office: TestOffice) -> None:
    started(office)
    given(office, "gyomu1", "pjmo1")
    by_proxy = uploaded(office, "pjmo1")

    office.complete("write", {"添付": [by_proxy]}, by="gyomu1")

    file = office.engine.ask(attachments.attachment, by_proxy["id"], office.actor("gyomu2"))
    assert file.state == "linked"


def test_an_outside_proxy_sees_the_files_of_the_task_and_only_while_it_lasts(
    office: TestOffice,
) -> None:
    outside = user_task("work", candidateGroups="DEV")
    office.deploy(line("outside", user_task("order", candidateGroups="PJMO"), outside))
    office.start("outside")
    given(office, "dev1", "ops1")
    file = uploaded(office, "pjmo1")
    office.complete("order", {"添付": [file]}, by="pjmo1")

    seen = office.engine.ask(attachments.attachment, file["id"], office.actor("ops1"))

    assert seen.id == file["id"]
    office.advance(to=MIDNIGHT)
    with pytest.raises(NotFoundError):
        office.engine.ask(attachments.attachment, file["id"], office.actor("ops1"))
