from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from engine import testing
from engine.dmn.run import Condition, MatchedRule
from engine.execution.reasons import of_rules
from engine.services import tasks
from engine.storage import history
from engine.storage.history import Line
from engine.testing import Case, TestOffice
from tests.diagrams import line, message, message_event, user_task
from tests.services.test_reasons import gateway
from tests.web.site import Visitor, language

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
    assert lines[0].startswith("1 fill通った順 1 完了")
    assert "PJMO pjmo1" in lines[0]
    assert lines[1].startswith("2 check 実行中")


def test_the_picture_gets_the_same_states_as_the_list(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "x"})

    page = visit("pjmo1").open(f"/instances/{case.id}")

    assert page.words("//script[@id='page-data']") == [
        '{"flows": ["begin_to_fill", "fill_to_check"], '
        '"states": {"begin": "done", "check": "now", "fill": "done"}}'
    ]


def test_the_history_tells_who_did_what(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "案内"})

    page = visit("pjmo1").open(f"/instances/{case.id}")

    told = page.words("//ol[@class='timeline']/li/div/p")
    assert told == [
        "PJMO pjmo1が「fill」を完了しました。",
        "件名：案内",
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


def test_each_step_opens_to_the_data_before_and_after_it(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "案内", "費用": 1200})
    office.complete("check", {"費用": 900}, by="gyomu1")

    page = visit("pjmo1").open(f"/instances/{case.id}")
    cells = page.words("//ol[@class='timeline']//details//tbody/tr/*")
    opened = visit("pjmo1").open(page.tree.xpath("//ol//details//a/@href")[0])

    assert cells == ["費用", "1,200", "900", "件名", "—", "案内", "費用", "—", "1,200"]
    assert page.words("//ol//details//del") == ["1,200"]
    assert opened.heading() == "データの前後"
    assert opened.words("//main//section[1]//tbody/tr/*") == ["費用", "1,200", "900"]
    assert "900" in opened.words("//dl[@class='facts']")[0]


def test_one_goes_from_step_to_step(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "案内"})
    office.complete("check", by="gyomu1")
    visitor = visit("pjmo1")
    page = visitor.open(f"/instances/{case.id}")

    last = visitor.open(page.tree.xpath("//ol//details//a/@href")[0])
    first = visitor.open(last.tree.xpath("//main//a[contains(., '前の手順')]/@href")[0])

    assert first.words("//main//section[1]/h2 | //main//section[1]//h2")
    assert "データ項目は変わっていません" in first.text
    assert "前の手順" not in first.text
    assert "次の手順" in first.text


def test_a_step_of_a_case_one_may_not_see_is_not_found(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.complete("fill", {"件名": "案内"})
    link = visit("pjmo1").open(f"/instances/{case.id}").tree.xpath("//ol//details//a/@href")[0]

    assert visit("dev1").open(link).status == 404
    assert visit("pjmo1").open(f"/instances/{case.id}/steps/999999").status == 404


def test_the_list_tells_the_way_and_how_long_each_element_took(
    office: TestOffice, visit: Visit
) -> None:
    case = probe(office)
    office.clock.moment += timedelta(days=1, hours=3)
    office.complete("fill", {"件名": "案内"})
    office.clock.moment += timedelta(minutes=90)

    page = visit("pjmo1").open(f"/instances/{case.id}")
    lines = page.words("//section[@id='outline']/div//tbody/tr")
    bars = page.words("//section[@id='took']//*[local-name()='text']")

    assert "通った順 1" in lines[0]
    assert "1.3営業日暦では1.1日" in lines[0]
    assert "1時間30分" in lines[1]
    assert bars == ["fill", "1.3営業日", "check", "1時間30分", "4月1日(水)", "4月2日(木)"]
    assert "1.5営業日暦では1.2日" in page.words("//ul[@id='tiles']/li")[4]


def test_who_has_the_page_open_is_told_only_of_changes(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    visitor = visit("pjmo1")
    page = visitor.open(f"/instances/{case.id}")
    [sign] = page.tree.xpath("//*[@data-live]/@data-sign")
    [address] = page.tree.xpath("//@data-live")
    known = {"If-None-Match": f'"{sign}"'}

    same = visitor.client.get(address, headers=known)
    office.engine.run(tasks.claim, office.task("fill").id, office.actor("pjmo2"))
    changed = visitor.client.get(address, headers=known)

    assert (same.status_code, same.data) == (304, b"")
    assert changed.status_code == 200
    assert "PJMO pjmo2" in changed.get_data(as_text=True)
    assert changed.headers["ETag"] != f'"{sign}"'


def test_a_case_that_has_ended_is_not_asked_for_again(office: TestOffice, visit: Visit) -> None:
    case = probe(office)
    office.cancel(case, "重複のため")

    page = visit("pjmo1").open(f"/instances/{case.id}")

    assert page.tree.xpath("//@data-live") == []


def test_cases_are_linked_by_their_messages(office: TestOffice, visit: Visit) -> None:
    say = message_event("intermediateThrowEvent", "say", "msg.told", payload="{版: 2}")
    hear = message_event("intermediateCatchEvent", "hear", "msg.told", variable="受信")
    office.deploy(
        {
            **line("tells", user_task("prepare"), say, roots=message("msg.told")),
            **line("hears", hear, roots=message("msg.told")),
        }
    )
    hearer, teller = office.start("hears", subject="聞く案件"), office.start("tells")
    office.complete("prepare", case=teller)

    rows = "//section[@id='linked']//tbody/tr"
    told = visit("pjmo1").open(f"/instances/{teller.id}").words(rows)
    heard = visit("pjmo1").open(f"/instances/{hearer.id}").words(rows)

    assert [hearer.number in told[0], "メッセージを送った" in told[0]] == [True, True]
    assert [teller.number in heard[0], "メッセージを受け取った" in heard[0]] == [True, True]


def test_the_history_tells_why_a_gateway_chose_its_way(office: TestOffice, visit: Visit) -> None:
    office.deploy(gateway("exclusiveGateway", "達成率 < 50"))
    held = office.start("probe")
    office.deploy(gateway("exclusiveGateway", "達成率 > 90"))
    otherwise = office.start("probe")
    reader = visit("pjmo1")

    first, second = (reader.open(f"/instances/{case.id}") for case in (held, otherwise))
    language(reader, "en")
    english = reader.open(f"/instances/{held.id}")

    said = "//ol[@class='timeline']/li/div/p"
    assert "「choose」の行き先が決まりました。" in first.words(said)
    assert "条件「達成率 < 50」に当てはまるため（達成率＝42）" in first.words(said)
    assert "どの条件にも当てはまらないため（達成率＝42）" in second.words(said)
    assert "The condition “達成率 < 50” holds (Achievement = 42)" in english.words(said)


def test_the_history_names_the_flow_that_was_chosen(office: TestOffice, visit: Visit) -> None:
    office.deploy(gateway("exclusiveGateway", "達成率 < 50", labels=("はい", "その他")))
    held = office.start("probe")
    office.deploy(gateway("exclusiveGateway", "達成率 > 90", labels=("はい", "いいえ")))
    otherwise = office.start("probe")
    reader = visit("pjmo1")

    first, second = (reader.open(f"/instances/{case.id}") for case in (held, otherwise))
    language(reader, "en")
    english = reader.open(f"/instances/{held.id}")

    said = "//ol[@class='timeline']/li/div/p"
    assert "「はい」を選択：条件「達成率 < 50」に当てはまるため（達成率＝42）" in first.words(said)
    assert "「いいえ」を選択：どの条件にも当てはまらないため（達成率＝42）" in second.words(said)
    assert any(
        "chosen. The condition “達成率 < 50” holds (Achievement = 42)" in one
        for one in english.words(said)
    )


def test_the_history_tells_which_rule_decided(office: TestOffice, visit: Visit) -> None:
    case = office.start("probe", subject="窓口の運営")
    conditions = (
        Condition(label="達成率", value=Decimal(42), test="< 50"),
        Condition(label="支障", value="有", test='"有"'),
    )
    rule = MatchedRule(
        decision="d", rule_id="r3", index=3, annotation="半分に満たない", conditions=conditions
    )
    line = Line(
        event="element_completed",
        actor=office.actor("pjmo1"),
        instance_id=case.id,
        element_id="judge",
        element_name="判定する",
        element_kind="businessRuleTask",
        detail={"why": of_rules([rule])},
    )
    office.engine.run(history.add, line)

    page = visit("pjmo1").open(f"/instances/{case.id}")

    told = page.words("//ol[@class='timeline']/li/div/p")
    assert "規則3に該当：達成率＝42（< 50）、支障＝有 ― 半分に満たない" in told
