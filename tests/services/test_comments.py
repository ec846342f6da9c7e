"""Comments on both databases: who reads, who is told, what stays of an edited or withdrawn one."""

from __future__ import annotations

import pytest

from engine.domain.access import Membership
from engine.domain.comment import Comment, CommentError, CommentWithdrawnError, NotTheWriterError
from engine.domain.errors import NotFoundError
from engine.domain.person import Person, Place
from engine.services import comments, notices, tasks
from engine.services.unit import Unit
from engine.storage import history, outbox
from engine.storage import people as people_rows
from engine.testing import Case, TestOffice
from tests.diagrams import line, user_task
from tests.offices import Watched, at_once

WRITE = line(
    "write", user_task("draft", candidateGroups="PJMO"), user_task("build", candidateGroups="DEV")
)
PJMO1, PJMO2, PL1 = "PJMO pjmo1", "PJMO pjmo2", "プロジェクト推進責任者 pl1"


def started(office: TestOffice) -> Case:
    office.deploy(WRITE)
    return office.start("write", subject="案内の改訂")


def wrote(office: TestOffice, case: Case, text: str, by: str = "pjmo1") -> Comment:
    office.engine.run(comments.write, case.id, text, office.actor(by))
    return read(office, case, by)[-1]


def read(office: TestOffice, case: Case, by: str = "pjmo1") -> tuple[Comment, ...]:
    return office.engine.ask(comments.of_instance, case.id, office.actor(by)).comments


def told(office: TestOffice, person_id: str) -> list[str]:
    found = office.engine.ask(notices.listing, office.actor(person_id))
    return [notice.kind for notice in found.rows]


def mailed(office: TestOffice) -> list[list[str]]:
    return [row.body["to"] for row in office.engine.ask(outbox.page, 0, 100)]


def test_comments_stand_in_the_order_they_were_written(office: TestOffice) -> None:
    case = started(office)

    wrote(office, case, "一つ目です。")
    wrote(office, case, "二つ目です。", by="pl1")

    found = read(office, case)
    assert [(one.person_name, one.text) for one in found] == [
        (PJMO1, "一つ目です。"),
        (PL1, "二つ目です。"),
    ]
    assert found[0].organisation_name == "情報システム課"


def test_who_is_named_gets_a_notice_and_a_mail(office: TestOffice) -> None:
    case = started(office)

    wrote(office, case, f"@{PJMO2} さん、@pl1 さん、確認をお願いします。")

    assert told(office, "pjmo2") == told(office, "pl1") == ["mention"]
    assert sorted(mailed(office)) == [["pjmo2"], ["pl1"]]
    [notice] = office.engine.ask(notices.listing, office.actor("pl1")).rows
    assert notice.detail["by"] == PJMO1
    assert "確認をお願いします。" in notice.detail["excerpt"]


def test_a_mail_about_a_comment_does_not_hold_its_text(office: TestOffice) -> None:
    case = started(office)

    wrote(office, case, "@pl1 予定価格は内密です。")

    [mail] = office.engine.ask(outbox.page, 0, 100)
    assert "予定価格" not in mail.body["body"]


def test_naming_oneself_tells_nobody(office: TestOffice) -> None:
    case = started(office)

    wrote(office, case, "@pjmo1 自分への覚え")

    assert told(office, "pjmo1") == []


def test_followers_hear_of_a_comment_without_mail(office: TestOffice) -> None:
    case = started(office)
    office.engine.run(tasks.claim, office.task("draft").id, office.actor("pjmo2"))
    wrote(office, case, "一つ目です。", by="pl1")

    wrote(office, case, "二つ目です。", by="pjmo1")

    assert told(office, "pl1") == ["comment"]
    assert told(office, "pjmo2") == ["comment", "comment"]  # who has the task
    assert told(office, "pjmo1") == []
    assert mailed(office) == []


def test_a_follower_who_is_named_hears_once(office: TestOffice) -> None:
    case = started(office)
    wrote(office, case, "一つ目です。", by="pl1")

    wrote(office, case, "@pl1 二つ目です。")

    assert told(office, "pl1") == ["mention"]


@pytest.mark.parametrize("text", ["@tanaka お願い", "@dev1 お願い", "  "])
def test_a_refused_comment_leaves_no_trace(office: TestOffice, text: str) -> None:
    case = started(office)

    with pytest.raises(CommentError):
        wrote(office, case, text)

    assert read(office, case) == ()
    assert told(office, "dev1") == []


def test_an_external_party_reads_and_writes_only_with_a_task_of_its_own(
    office: TestOffice,
) -> None:
    case = started(office)
    with pytest.raises(NotFoundError):
        read(office, case, by="dev1")

    office.complete("draft")
    wrote(office, case, "@dev1 お願いします。")
    wrote(office, case, "承知しました。", by="dev1")

    assert [one.text for one in read(office, case, by="dev1")] == [
        "@dev1 お願いします。",
        "承知しました。",
    ]
    with pytest.raises(NotFoundError):
        read(office, case, by="ops1")


def test_people_of_another_project_neither_read_nor_are_named(office: TestOffice) -> None:
    case = started(office)
    office.engine.run(_foreigner)

    with pytest.raises(NotFoundError):
        read(office, case, by="foreign1")
    with pytest.raises(CommentError):
        wrote(office, case, "@foreign1 お願いします。")


def _foreigner(unit: Unit) -> None:
    people_rows.add_place(unit, "project", Place(id="p2", name="別の事業"))
    people_rows.add(unit, Person(id="foreign1", login="foreign1", name="別の人"), "")
    people_rows.add_membership(unit, Membership(person_id="foreign1", role="PJMO", project_id="p2"))


def test_an_edited_comment_is_marked_and_its_old_text_stays_in_the_history(
    office: TestOffice,
) -> None:
    case = started(office)
    old = wrote(office, case, "@pl1 一つ目です。")

    office.engine.run(comments.edit, old.id, "@pl1 @pjmo2 直しました。", office.actor("pjmo1"))

    [new] = read(office, case)
    newest = office.engine.ask(history.of_instance, case.id)[0]
    assert (new.text, new.edited_at) == ("@pl1 @pjmo2 直しました。", office.clock.moment)
    assert (newest.event, newest.detail["before"]) == ("comment_edited", "@pl1 一つ目です。")
    assert told(office, "pl1") == told(office, "pjmo2") == ["mention"]


def test_an_edit_that_changes_nothing_is_none(office: TestOffice) -> None:
    case = started(office)
    old = wrote(office, case, "一つ目です。")

    office.engine.run(comments.edit, old.id, " 一つ目です。 ", office.actor("pjmo1"))

    assert read(office, case)[0].edited_at is None


def test_a_withdrawn_comment_keeps_its_place_and_cannot_be_changed(office: TestOffice) -> None:
    case = started(office)
    old = wrote(office, case, "一つ目です。")
    actor = office.actor("pjmo1")

    office.engine.run(comments.withdraw, old.id, actor)

    [new] = read(office, case)
    newest = office.engine.ask(history.of_instance, case.id)[0]
    assert new.withdrawn_at == office.clock.moment
    assert (newest.event, newest.detail["before"]) == ("comment_withdrawn", "一つ目です。")
    with pytest.raises(CommentWithdrawnError):
        office.engine.run(comments.edit, old.id, "やはり", actor)
    with pytest.raises(CommentWithdrawnError):
        office.engine.run(comments.withdraw, old.id, actor)


def test_nobody_changes_the_comment_of_somebody_else(office: TestOffice) -> None:
    case = started(office)
    old = wrote(office, case, "一つ目です。")

    for person_id in ("pjmo2", "admin1"):
        with pytest.raises(NotTheWriterError):
            office.engine.run(comments.edit, old.id, "ほかの人", office.actor(person_id))
        with pytest.raises(NotTheWriterError):
            office.engine.run(comments.withdraw, old.id, office.actor(person_id))

    assert read(office, case)[0] == old


def test_an_edit_and_a_withdrawal_at_once_end_withdrawn(office: TestOffice) -> None:
    case = started(office)
    old = wrote(office, case, "一つ目です。")
    actor = office.actor("pjmo1")

    at_once(
        lambda: office.engine.run(comments.edit, old.id, "直しました。", actor),
        lambda: office.engine.run(comments.withdraw, old.id, actor),
    )

    assert read(office, case)[0].withdrawn_at is not None


def test_a_double_click_writes_one_comment(office: TestOffice) -> None:
    case = started(office)
    actor = office.actor("pjmo1")

    at_once(
        *[
            lambda: office.engine.run(
                comments.write, case.id, "一つ目です。", actor, submission_key="k1"
            )
        ]
        * 4
    )

    assert len(read(office, case)) == 1


def test_ticked_people_are_named_in_front_of_the_text(office: TestOffice) -> None:
    case = started(office)

    office.engine.run(
        comments.write, case.id, "確認を @pl1", office.actor("pjmo1"), to=["pjmo2", "pl1"]
    )

    assert read(office, case)[0].text == f"@{PJMO2} 確認を @pl1"
    assert told(office, "pjmo2") == told(office, "pl1") == ["mention"]


def test_those_who_are_near_come_first_among_the_people_to_name(office: TestOffice) -> None:
    case = started(office)
    wrote(office, case, "一つ目です。", by="pl1")

    thread = office.engine.ask(comments.of_instance, case.id, office.actor("pjmo1"))

    ids = [reader.id for reader in thread.readers]
    assert ids[0] == "pl1"
    assert "pjmo1" not in ids
    assert "dev1" not in ids


def test_a_comment_at_a_task_of_another_case_is_refused(office: TestOffice) -> None:
    case = started(office)
    other = office.start("write")

    with pytest.raises(NotFoundError):
        office.engine.run(
            comments.write,
            case.id,
            "違う案件",
            office.actor("pjmo1"),
            task_id=office.task("draft", case=other).id,
        )


def test_writing_takes_few_statements_however_many_people_there_are(office: TestOffice) -> None:
    case = started(office)
    actor = office.actor("pjmo1")

    with Watched(office.engine._database) as watched:
        office.engine.run(comments.write, case.id, "@pl1 お願いします。", actor)

    assert watched.words == [
        "select process_instance",
        "select user_task",
        "select person",
        "select no_mail",
        "select process_instance",  # for the words of the mail
        "select comment",
        "insert comment",
        "insert notice",
        "insert outbox",
    ]
