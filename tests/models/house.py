"""An office for the tests of the approval, the rehearsal and the go-live preparation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.domain.values import TOKYO
from engine.testing import Case, TestOffice
from tests.models.stand_ins import stand_in

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=TOKYO)
PEOPLE = ("tanto1", "mado1", "gaibu1")
COURSES = ("基礎", "応用")
VIEWS = (
    "V1 変更手順の習得",
    "V2 業務サイクルと受渡し",
    "V3 業務量と作業時間",
    "V4 誤りの早期発見",
)
NAMED = (
    "["
    + ", ".join(f'{{種別: "担当者", 担当者: "{person}", 状態: "確定"}}' for person in PEOPLE)
    + "]"
)
COURSE_PLAN = '[{教育の実施時期: [{コース: "基礎"}, {コース: "応用"}], 状態: "決裁済"}]'
MANUAL = (
    '[{対象業務: "申請受付", 種別: "業務手順書", 状態: "決裁済", 手順: ['
    '{No: "1", 作業: "受付", 変更: true}, {No: "2", 作業: "審査", 変更: false}]}]'
)
ACCEPTED = '[{種別: "受入テスト", 完了日: today(), 結果: "合格"}]'


def trained(*people: str) -> str:
    """FEEL list: these people took part in every course and passed."""
    rows = (
        f'{{コース: "{course}", 受講者: "{person}", 出欠: "出席", 習熟度: "合格"}}'
        for person in people
        for course in COURSES
    )
    return "[" + ", ".join(rows) + "]"


def enter(office: TestOffice, *writes: tuple[str, str]) -> None:
    """Put entries into registers, by a process as everybody does.  (register, FEEL list)"""
    office.deploy(stand_in("entries", writes=writes))
    office.start("entries")
    assert office.incidents() == []


def elements(office: TestOffice) -> list[str]:
    """Element ids of the open tasks, sorted."""
    return sorted(task.element_id for task in office.open_tasks())


def approve(office: TestOffice, *approvers: str, drafter: str = "pjmo1") -> None:
    """Draft what is to be approved, and approve every step."""
    draft(office, drafter)
    for person in approvers or ("pjmo_head",):
        office.complete("approve_draft", {"結果": "承認"}, by=person)


def decide(office: TestOffice, result: str, by: str = "pjmo_head", drafter: str = "pjmo1") -> None:
    """Draft, then send back to the drafter or refuse at the first step."""
    draft(office, drafter)
    answer = {"結果": result, "差戻し先": "起案者", "理由": "数字が合いません"}
    office.complete("approve_draft", answer, by=by)


def newest(office: TestOffice, key: str) -> Case:
    """The instance of that process that was started last."""
    return office.cases(key)[-1]


def draft(office: TestOffice, drafter: str, **values: Any) -> None:
    """Complete 起案 as the caller has filled it in."""
    known = office.variables(newest(office, "approval"))
    answer = {"件名": known["件名"], "区分": known["区分"], "プロジェクト計画書との差異": False}
    office.complete("draft_approval", answer | values, by=drafter)


PLAN: Mapping[str, Any] = {
    "期間開始": date(2026, 11, 9),
    "期間終了": date(2026, 11, 13),
    "対象業務": "申請受付",
    "環境": "本番環境",
    "データ": "実データ",
    "工期体制の制約": "無",
    "業務量シナリオ": ["平常時", "繁忙期"],
    "サイクル": ["月次"],
    "DEV依頼": "環境の構築とデータ移行",
}
PASSED: Mapping[str, Any] = {"結果": "合", "実測時間": Decimal(10), "不具合": []}


def failed(text: str) -> dict[str, Any]:
    return {"結果": "否", "実測時間": Decimal(10), "不具合": [{"内容": text}]}
