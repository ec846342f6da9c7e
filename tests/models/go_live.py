"""A go-live preparation whose called processes are stand-ins that do their part at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from engine import testing
from engine.testing import Case, TestOffice
from tests.models.house import MANUAL, NAMED, trained
from tests.models.stand_ins import stand_in

CALLED = {
    "operating_structure": (
        ("R01", NAMED),
        ("R05", '[{区分: "人員", 内容: "窓口2名", 確保状況: "確保済"}]'),
    ),
    "procedure_manual": (
        ("R03", MANUAL),
        ("R04", '[{対象業務: "申請受付", 一致: "○", 状態: "最新"}]'),
    ),
    "publicity": (("R06", '[{対象者: ["利用者"], 状態: "実施済"}]'),),
    "training_plan": (
        ("R07", '[{教育の実施時期: [{コース: "基礎"}, {コース: "応用"}], 状態: "決裁済"}]'),
    ),
    "training_delivery": (("R08", trained("tanto1", "mado1", "gaibu1")),),
    "rehearsal": (("R13", '[{種別: "総括", 総括結果: "合格"}]'),),
    "risk_preparation": (("R16", '[{リスク: "問合せの集中", 状態: "対応案あり"}]'),),
    "bcp_preparation": (("R15", '[{種別: "計画", 状態: "決裁済"}]'),),
}
INPUTS = ("期日", "対象業務", "初回", "変更")
REGISTERED: Mapping[str, Any] = {
    "システム": "給付システム",
    "業務": "申請受付",
    "設計開発開始日": date(2026, 10, 1),
    "受入テスト完了予定日": date(2026, 12, 1),
    "運営開始予定日": date(2027, 5, 10),
    "新規既存改善": "新規",
    "第4章成果": [],
    "要件定義書": [],
}
TESTED: Mapping[str, Any] = {"完了日": date(2026, 12, 1), "結果": "合格", "残不具合": []}
VOTERS = ("pjmo1", "gyomu1", "seido1")


def deploy(
    office: TestOffice, *, idle: Collection[str] = (), waiting: Collection[str] = ()
) -> None:
    """The shipped preparation and approval; `idle` stand-ins write nothing, `waiting` ones wait."""
    shipped = testing.shipped("go_live_preparation")
    folders = {key: shipped[key] for key in ("_decisions", "approval", "go_live_preparation")}
    for key, writes in CALLED.items():
        done = () if key in idle else writes
        folders |= stand_in(key, INPUTS, done, waits=key in waiting)
    office.deploy(folders)


def begin(office: TestOffice, **changed: Any) -> Case:
    """A preparation whose plan is registered."""
    case = office.start("go_live_preparation")
    office.complete("register_plan", {**REGISTERED, **changed})
    return case


def vote(office: TestOffice, *answers: str) -> None:
    """PJMO, GYOMU and SEIDO give their answers."""
    for person, answer in zip(VOTERS, answers, strict=True):
        given = {"判定": answer, "意見": None, "例外理由": f"{person}の理由"}
        office.complete("judge_readiness", given, by=person)
