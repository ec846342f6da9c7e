from __future__ import annotations

from collections.abc import Callable

from engine import testing
from engine.testing import Case, TestOffice
from tests.web.site import Visitor

Visit = Callable[[str | None], Visitor]


def probe(office: TestOffice) -> Case:
    return office.start("probe", subject="窓口の運営")


def test_the_list_shows_running_cases(office: TestOffice, visit: Visit) -> None:
    case = probe(office)

    page = visit("pjmo1").open("/instances")

    assert page.words("//a[@class='title']") == ["窓口の運営"]
    assert case.number in page.text


def test_a_case_shows_where_it_stands(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "x"})

    page = visit("pjmo1").open(f"/instances/{case.id}")

    lines = page.words("//section[@id='outline']/div//tbody/tr")
    assert page.heading() == "窓口の運営"
    assert lines[0].startswith("1 fill 完了")
    assert "PJMO pjmo1" in lines[0]
    assert lines[1].startswith("2 check 実行中")


def test_the_picture_gets_the_same_states_as_the_list(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "x"})

    page = visit("pjmo1").open(f"/instances/{case.id}")

    assert page.words("//script[@id='page-data']") == [
        '{"begin": "done", "check": "now", "fill": "done"}'
    ]


def test_the_history_tells_who_did_what(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "案内"})

    page = visit("pjmo1").open(f"/instances/{case.id}")

    told = page.words("//ol[@class='timeline']/li/div")
    assert told == [
        "PJMO pjmo1が「fill」を完了しました。件名：案内",
        "PJMO pjmo1が案件を始めました。",
    ]


def test_the_diagram_is_served_as_it_was_deployed(office: TestOffice, visit: Visit) -> None:
    case = probe(office)

    answer = visit("pjmo1").client.get(f"/instances/{case.id}/diagram.bpmn")

    assert answer.mimetype == "application/xml"
    assert b'<bpmn:process id="probe"' in answer.data


def test_calling_a_case_off_needs_a_reason(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    path = f"/instances/{case.id}/cancel"

    page = visit("pjmo1").send(f"{path}/confirm", path, {"reason": " "})

    assert page.status == 422
    assert page.words("//*[@class='error-summary']//a") == ["理由を入力してください。"]
    assert office.open_tasks(case)


def test_a_case_called_off_says_why(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    path = f"/instances/{case.id}/cancel"
    visitor = visit("pjmo1")

    answer = visitor.send(f"{path}/confirm", path, {"reason": "計画が変わった"})

    page = visitor.open(answer.location)
    assert answer.status == 303
    assert office.open_tasks(case) == []
    assert "この案件は取りやめになりました。 計画が変わった" in " ".join(page.words("//main"))
    assert "取りやめる" not in page.words("//a")


def test_who_may_not_call_a_case_off_is_not_offered_to(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    visitor = visit("gyomu1")

    assert "取りやめる" not in visitor.open(f"/instances/{case.id}").words("//a")
    assert "この操作はできません。" in visitor.open(f"/instances/{case.id}/cancel/confirm").text


def test_who_may_not_call_a_case_off_cannot(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    visitor = visit("gyomu1")
    token = visitor.open("/worklist").form("/logout")["csrf_token"]

    answer = visitor.post(
        f"/instances/{case.id}/cancel", {"csrf_token": token, "reason": "いらない"}
    )

    assert answer.status == 403
    assert office.open_tasks(case)


def test_a_case_of_another_project_does_not_exist(office: TestOffice, visit: Visit) -> None:
    case = probe(office)

    assert visit("gaibu1").open(f"/instances/{case.id}").status == 404


def approval(office: TestOffice) -> Case:
    """An approval by pjmo1 that waits for the head.  Tests start by hand what is only called."""
    folders = testing.shipped("approval")
    content = folders["approval"]["approval.bpmn"]
    folders["approval"]["approval.bpmn"] = content.replace(b'value="none"', b'value="PJMO"')
    office.deploy(folders)
    values = {"件名": "リハーサル計画", "区分": "計画", "起案者": "pjmo1"}
    case = office.start("approval", values=values)
    office.complete("draft_approval", {"件名": "リハーサル計画", "区分": "計画"})
    return case


def test_a_drafter_can_take_an_approval_back(office: TestOffice, visit: Visit) -> None:
    case = approval(office)
    path = f"/instances/{case.id}/withdraw"

    answer = visit("pjmo1").send(f"{path}/confirm", path, {"reason": "直したい"})
    office.run_jobs()

    assert answer.status == 303
    assert "note_withdrawal" in office.trace(case)


def test_nobody_but_the_drafter_can_take_an_approval_back(office: TestOffice, visit: Visit) -> None:
    case = approval(office)
    visitor = visit("pjmo2")
    token = visitor.open("/worklist").form("/logout")["csrf_token"]

    answer = visitor.post(
        f"/instances/{case.id}/withdraw", {"csrf_token": token, "reason": "直したい"}
    )

    assert answer.status == 409
    assert "取り下げる" not in visitor.open(f"/instances/{case.id}").words("//a")
