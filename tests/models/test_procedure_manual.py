"""P03: a manual that fits the requirements, in a version that can be followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine import testing
from engine.domain.errors import FieldErrors
from engine.services import attachments
from engine.services.attachments import Upload
from engine.testing import Case, TestOffice
from tests.models.filling import fill, startable
from tests.models.house import MONDAY, approve, decide, elements

KEY = "procedure_manual"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestOffice]:
    with testing.office(tmp_path, now=MONDAY) as made:
        made.deploy(startable(KEY))
        yield made


def step(no: str, work: str, *, changed: bool = False, system: str = "有") -> dict[str, Any]:
    empty = dict.fromkeys(
        ("担当", "入力", "出力", "判断基準", "画面機能", "所要時間", "周期", "例外時")
    )
    return {**empty, "No": no, "作業": work, "システム利用有無": system, "変更": changed}


STEPS = [step("1", "受付"), step("2", "審査")]


def define(office: TestOffice, steps: list[dict[str, Any]] = STEPS, **more: Any) -> None:
    values = {"対象業務": "申請受付", "第4章成果": None, "新規改善": "新規", "手順": steps}
    fill(office, "define_procedure", values | more, by="gyomu1")


def write(office: TestOffice, **more: Any) -> None:
    values = {"システム利用部分の利用方法を含む": True, "システムを使わない作業を含む": True}
    fill(office, "write_manual", values | more, by="gyomu1")


def row(no: str, fits: str = "○", policy: str | None = None) -> dict[str, Any]:
    empty = dict.fromkeys(("作業", "機能要件ID", "情報システム化範囲", "不整合内容"))
    return {**empty, "手順No": no, "一致": fits, "是正方針": policy}


def check(office: TestOffice, *rows: Mapping[str, Any]) -> None:
    fill(office, "check_consistency", {"整合性": list(rows)})


def checked(office: TestOffice, *, steps: list[dict[str, Any]] = STEPS, **start: Any) -> Case:
    """Defined, written and consistent; the approval's draft is open."""
    case = office.start(KEY, values={"期日": date(2026, 12, 1), **start})
    define(office, steps)
    write(office)
    check(office, row("1"), row("2"))
    return case


def publish(office: TestOffice) -> None:
    fill(office, "publish_manual", {"施行日": date(2027, 1, 4)}, by="gyomu1")


def rows(office: TestOffice, state: str) -> list[tuple[str, str]]:
    entries = [e for e in office.register("R04") if e.state == state]
    return sorted((e.values["手順No"], e.values["一致"]) for e in entries)


def test_c8_1_06_the_check_lists_every_step_of_the_procedure(office: TestOffice) -> None:
    case = office.start(KEY)
    define(office)
    write(office)

    listed = office.variables(case)["整合性"]

    assert [(one["手順No"], one["作業"]) for one in listed] == [("1", "受付"), ("2", "審査")]


def test_c8_1_06_a_step_that_does_not_fit_is_corrected_until_all_fit(office: TestOffice) -> None:
    office.start(KEY)
    define(office)
    write(office)
    check(office, row("1"), row("2", "×", "手順修正"))
    first = elements(office)

    define(office)
    write(office)
    check(office, row("1"), row("2"))

    assert (first, elements(office)) == (["define_procedure"], ["draft_approval"])
    assert rows(office, "最新") == [("1", "○"), ("2", "○")]
    assert rows(office, "旧") == [("1", "○"), ("2", "×")]


@pytest.mark.parametrize(
    ("policy", "chapter"), [("要件変更", "第５章"), ("範囲見直し", "第４章")], ids=["要件", "範囲"]
)
def test_c8_1_06_a_requirement_that_does_not_fit_is_handed_over(
    office: TestOffice, policy: str, chapter: str
) -> None:
    office.start(KEY)
    define(office)
    write(office)

    check(office, row("1"), row("2", "×", policy))

    (handover,) = office.undelivered()
    assert (handover.name, handover.payload["宛先"]) == ("msg.handover", chapter)
    assert elements(office) == ["record_requirement_change"]


def test_the_result_of_a_handover_may_be_entered_by_hand(office: TestOffice) -> None:
    office.start(KEY)
    define(office)
    write(office)
    check(office, row("1"), row("2", "×", "要件変更"))

    fill(office, "record_requirement_change", {"変更結果": "変更", "受領日": date(2026, 11, 9)})

    assert elements(office) == ["check_consistency"]


def test_the_result_of_a_handover_may_come_as_a_message(office: TestOffice) -> None:
    case = office.start(KEY)
    define(office)
    write(office)
    check(office, row("1"), row("2", "×", "要件変更"))

    office.send("msg.handover_result", {"結果": "要件を変更"}, key=case.number)

    assert elements(office) == ["check_consistency"]
    assert office.variables(case)["引継ぎ結果"] == {"結果": "要件を変更"}


def test_c8_1_03_approved_and_published_the_manual_is_registered_and_told_of(
    office: TestOffice,
) -> None:
    case = checked(office)
    approve(office, drafter="gyomu1")

    publish(office)

    (manual,) = office.register("R03")
    (told,) = office.undelivered()
    ended = office.variables(case)
    assert (manual.state, manual.version, manual.values["種別"]) == ("決裁済", 1, "業務手順書")
    assert (ended["結果"], ended["手順書"], ended["版"]) == ("完了", manual.id, 1)
    assert (told.name, told.key) == ("msg.manual_published", f"{manual.id}/1")
    assert told.payload["変更点"] is None


def test_c8_1_07_a_revision_becomes_the_next_version_with_its_changes_marked(
    office: TestOffice,
) -> None:
    checked(office, steps=[step("1", "受付", changed=True), step("2", "審査")])
    approve(office, drafter="gyomu1")
    publish(office)

    case = office.start(KEY, values={"変更": True, "変更内容": "電話での補正を足す"})
    taken_over = office.variables(case)
    define(
        office,
        [*STEPS[:1], step("2", "補正", changed=True)],
        新規改善="改善",
        元の手順書=taken_over["元の手順書"],
    )
    write(office, 見え消し表示=True, 変更概要="手順2を変更")
    check(office, row("1"), row("2"))
    approve(office, drafter="gyomu1")
    publish(office)

    (manual,) = office.register("R03")
    told = next(m for m in office.undelivered() if m.key == f"{manual.id}/2")
    assert (taken_over["新規改善"], taken_over["対象業務"]) == ("改善", "申請受付")
    assert [one["変更"] for one in taken_over["手順"]] == [None, None]
    assert (manual.version, manual.values["見え消し表示"]) == (2, True)
    assert [one["変更"] for one in manual.values["手順"]] == [False, True]
    assert told.payload["変更点"] == "手順2を変更"


def test_sent_back_it_returns_to_the_definition(office: TestOffice) -> None:
    checked(office)

    decide(office, "差戻し", drafter="gyomu1")

    assert elements(office) == ["define_procedure"]
    assert office.register("R03") == []


def test_refused_and_given_up_it_leaves_no_manual(office: TestOffice) -> None:
    case = checked(office)
    decide(office, "否認", drafter="gyomu1")

    fill(office, "reconsider_draft", {"取扱い": "取りやめ", "取扱い理由": "中止"}, by="gyomu1")

    assert office.variables(case)["結果"] == "取りやめ"
    assert office.register("R03") == []


def test_c8_1_05_its_tasks_are_due_on_the_day_the_caller_set(office: TestOffice) -> None:
    office.start(KEY, values={"期日": date(2026, 12, 1)})

    (task,) = office.open_tasks()

    assert (str(task.due_on), task.groups) == ("2026-12-01", {"GYOMU", "SEIDO"})


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([step("1", "受付", system="有")], "システム利用部分の利用方法を含む"),
        ([step("1", "電話", system="無")], "システムを使わない作業を含む"),
    ],
    ids=["work with the system", "work without it"],
)
def test_c8_1_04_a_manual_leaves_out_neither_kind_of_work(
    office: TestOffice, steps: list[dict[str, Any]], field: str
) -> None:
    office.start(KEY)
    define(office, steps)
    upload = Upload(name="案.txt", content_type="text/plain", stream=BytesIO(b"draft"))
    file = office.engine.run(attachments.store, upload, office.actor("gyomu1"))
    both = ("システム利用部分の利用方法を含む", "システムを使わない作業を含む")
    post = {name: ["false" if name == field else "true"] for name in both}
    post["文書"] = [file.id]

    with pytest.raises(FieldErrors) as refused:
        office.submit("write_manual", post, by="gyomu1")

    assert field in refused.value.errors
