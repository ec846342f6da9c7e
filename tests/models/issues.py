"""An issue and what is written about it, for the tests of the triage and of the handover."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.domain.records import MessageRow, RegisterEntry
from engine.domain.values import TOKYO
from engine.testing import Case, TestOffice
from tests.models.filling import fill
from tests.models.house import approve

KEY, DETECTED, DONE = "issue_triage", "msg.issue_detected", "msg.action_done"
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)
DAILY, OPERATION = "日常運営における業務改善", "運用・保守の改善"
PLANNING, SYSTEM, NOTHING = "サービス・業務企画の見直し", "情報システムの改善", "対応なし"
UNEVEN = "M02-1 処理の手順がそろっていない"
UNWRITTEN = "M02-2 分岐や判断のルールが文書になっていない"
UNTRAINED = "M09-1 職員の処理能力やITスキルが足りず、業務が滞る"
UNAWARE = "M10-1 職員の情報セキュリティの理解が足りず、情報が漏れるなどのおそれがある"
UNSURVEYED = "M11-3 教育・訓練のアンケートの評価項目が足りず、評価できない"
NO_EVENT = "該当なし（表8-2の例に当たらない）"

TAKEN_IN: Mapping[str, Any] = {
    "件名": "受付の手順が窓口で違う",
    "事象": "窓口によって必要な書類が違う。",
    "発生日時": datetime(2026, 11, 20, 14, 0, tzinfo=TOKYO),
    "業務": "申請受付",
    "発生源": "手動",
    "影響範囲": "窓口3か所",
    "支障の有無": "中",
    "セキュリティ関連": False,
    "個人情報関連": False,
    "区分": "課題",
}
CAUSE: Mapping[str, Any] = {
    "直接原因": "担当ごとに確かめる書類が違う。",
    "根本原因": "確かめる書類が手順書にない。",
    "分析方法": "なぜなぜ",
    "事実": "3か所の窓口で聞き取った。",
    "該当事象": [UNEVEN, UNWRITTEN],
    "運用保守に関するもの": False,
    "日常運営で対応可能": True,
    "機能改修を伴う": False,
    "企画見直し要": False,
}
RATED: Mapping[str, Any] = {
    "効果": "中",
    "費用": Decimal(0),
    "緊急性": Decimal(3),
    "重要性": Decimal(3),
}
POLICY: Mapping[str, Any] = {
    "方針": "確かめる書類を手順書に定める。",
    "担当": "gyomu1",
    "期限": date(2027, 3, 31),
    "リスク管理の見直し要否": False,
}


def take_in(office: TestOffice, case: Case | None = None, **changed: Any) -> Case:
    """T1 of a case, or of one that a person reports."""
    made = case or office.start(KEY)
    fill(office, "register_issue", {**TAKEN_IN, **changed})
    return made


def needed(office: TestOffice, answer: str = "要対応", **more: Any) -> None:
    """T2."""
    fill(office, "decide_need", {"対応すべきリスク課題": answer, "理由": "窓口で迷う", **more})


def analyse(office: TestOffice, **changed: Any) -> None:
    """T3."""
    fill(office, "analyse_cause", {**CAUSE, **changed}, by="gyomu1")


def rate(office: TestOffice, **changed: Any) -> None:
    """T4, and once more to confirm what was judged."""
    for _ in range(2):
        fill(office, "rate_priority", {**RATED, **changed})


def analysed(office: TestOffice, *, rated: Mapping[str, Any] | None = None, **cause: Any) -> Case:
    """An issue whose policy is to be made."""
    case = take_in(office)
    needed(office)
    analyse(office, **cause)
    rate(office, **(rated or {}))
    return case


def plan(office: TestOffice, route: str = DAILY, by: str = "pjmo1", **changed: Any) -> None:
    """T5 with the methods that were found."""
    found = office.variables(office.cases(KEY)[-1])["候補"]
    values = {**POLICY, "対応経路": route, "対応方法": found, **changed}
    fill(office, "plan_response", values, by=by)


def decided(office: TestOffice, route: str = DAILY, **changed: Any) -> None:
    """T5 and its approval."""
    plan(office, route, **changed)
    approve(office)


def issue(office: TestOffice, case: Case) -> RegisterEntry:
    """The entry of R17 that bears the number of the case."""
    (found,) = [one for one in office.register("R17") if one.number == case.number]
    return found


def sent(office: TestOffice, name: str) -> list[MessageRow]:
    return [message for message in office.undelivered() if message.name == name]


def done(office: TestOffice, case: Case, text: str = "手順書を改めた。") -> None:
    """Somebody tells that the action is done."""
    office.send(DONE, {"実施内容": text, "証跡": "手-R8-0009"}, key=case.number)
