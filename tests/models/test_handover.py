"""S02: what chapter 8 cannot settle alone is handed over, received and answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.values import TOKYO
from engine.storage import outbox
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import elements

KEY = "handover"
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)
REQUEST: Mapping[str, Any] = {
    "宛先": "第９章",
    "件名": "夜間の監視",
    "根拠": "課-R8-0001",
    "依頼内容": "夜間の監視を加えてください。",
    "期限": date(2026, 12, 25),
    "担当": "ops1",
}
RESULT: Mapping[str, Any] = {
    "結果": "一部実施",
    "実施内容": "平日だけ監視を加えた。",
    "完了日": date(2026, 11, 24),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=TUESDAY) as made:
        made.deploy(startable(KEY))
        yield made


def requested(office: TestOffice, item: str | None = None, **changed: Any) -> Case:
    case = office.start(KEY, values={"項目番号": item})
    fill(office, "request_handover", {**REQUEST, **changed})
    return case


def receive(office: TestOffice, answer: bool = True, **more: Any) -> None:
    fill(office, "acknowledge_handover", {"受領確認": answer, **more}, by="ops1")


def entry(office: TestOffice) -> tuple[str, Mapping[str, Any]]:
    (found,) = office.register("R33")
    return found.state, found.values


def names(office: TestOffice) -> list[str]:
    return [message.name for message in office.undelivered()]


def test_c8_3_07_a_handover_is_registered_sent_and_told_to_its_receiver(
    office: TestOffice,
) -> None:
    case = requested(office)

    state, values = entry(office)
    assert state == "依頼済"
    assert {name: values[name] for name in REQUEST} == dict(REQUEST)
    (message,) = office.undelivered()
    assert (message.name, message.key) == ("msg.handover", case.number)
    assert message.payload["依頼内容"] == REQUEST["依頼内容"]
    (mail,) = office.engine.ask(outbox.page, 0, 100)
    assert mail.body["to"] == ["ops1"]
    (task,) = office.open_tasks()
    assert (task.element_id, task.assignee) == ("acknowledge_handover", "ops1")
    assert str(task.due_on) == "2026-11-27"


def test_a_day_is_proposed_when_nobody_says_one(office: TestOffice) -> None:
    case = office.start(KEY)

    assert office.variables(case)["期限"] == date(2026, 12, 22)  # 20 working days


def test_c8_3_07_a_request_that_is_unclear_is_returned_and_corrected(office: TestOffice) -> None:
    case = requested(office)

    receive(office, False, 受領の意見="対象の機器がわかりません。")
    returned = (elements(office), office.variables(case)["差戻し意見"])
    fill(office, "request_handover", {**REQUEST, "依頼内容": "機器Aの夜間の監視"})
    receive(office)

    assert returned == (["request_handover"], "対象の機器がわかりません。")
    state, values = entry(office)
    assert (state, values["依頼内容"]) == ("受領済", "機器Aの夜間の監視")
    assert (values["受領確認"], values["受領日"]) == (True, date(2026, 11, 24))
    assert office.variables(case)["差戻し意見"] is None


def test_c8_3_07_the_receiver_registers_the_result(office: TestOffice) -> None:
    case = requested(office)
    receive(office)
    (task,) = office.open_tasks()

    fill(office, "register_result", RESULT, by="ops1")

    assert (task.assignee, str(task.due_on)) == ("ops1", "2026-12-25")
    state, values = entry(office)
    assert state == "完了"
    assert {name: values[name] for name in RESULT} == dict(RESULT)
    assert office.trace(case)[-1] == "handover_ended"
    assert names(office) == ["msg.handover"]


def test_c8_3_07_the_result_may_come_as_a_message(office: TestOffice) -> None:
    case = requested(office)
    receive(office)

    office.send("msg.handover_result", {**RESULT, "完了日": date(2026, 11, 20)}, key=case.number)

    assert elements(office) == []
    _, values = entry(office)
    assert (values["結果"], values["完了日"]) == ("一部実施", date(2026, 11, 20))


def test_a_message_without_words_still_closes_the_handover(office: TestOffice) -> None:
    case = requested(office)
    receive(office)

    office.send("msg.handover_result", {}, key=case.number)

    _, values = entry(office)
    assert [values[name] for name in RESULT] == [
        "実施済",
        "内容の記載なし",
        date(2026, 11, 24),
    ]


def test_a_result_that_comes_before_the_receipt_waits_for_it(office: TestOffice) -> None:
    case = requested(office)
    office.send("msg.handover_result", RESULT, key=case.number)
    before = elements(office)

    receive(office)

    assert before == ["acknowledge_handover"]
    assert entry(office)[0] == "完了"


def test_c8_2_30_the_item_behind_it_is_told_that_the_action_is_done(office: TestOffice) -> None:
    case = requested(office, item="課-R8-0001")
    receive(office)

    fill(office, "register_result", RESULT, by="ops1")

    told = [message for message in office.undelivered() if message.name == "msg.action_done"]
    assert [message.key for message in told] == ["課-R8-0001"]
    assert told[0].payload["実施内容"] == "平日だけ監視を加えた。"
    assert told[0].payload["証跡"] == case.number
    assert office.trace(case)[-1] == "item_told"
