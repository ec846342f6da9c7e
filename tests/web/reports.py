"""Monthly reports for tests: entries of R26 as the process writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.services import registers
from engine.services.registers import OwnBooks
from engine.testing import PROJECT, SETUP, SYSTEM, TestOffice

RUN = [None, None, 41, 44, 45, 47, 46, 50, 52, 54, Decimal("54.5"), 57]
MONTHS = [f"2026年{month}月" for month in range(1, 13)]


def numbered(value: Any) -> Any:
    """Plain numbers as the register keeps them."""
    if isinstance(value, dict):
        return {key: numbered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbered(item) for item in value]
    is_plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Decimal(str(value)) if is_plain else value


def indicator(name: str = "オンライン申請率", **more: Any) -> dict[str, Any]:
    return {
        "指標名": name,
        "区分": "業務面",
        "単位": "%",
        "方向": "高いほど良い",
        "期間": "2026年12月",
        "目標": 60,
        "実績": 57,
        "収集状況": "収集済",
        "達成率": 95,
        "判定": "注意",
        "前月": 54.5,
        "前月比": 104.6,
        "前年同月": 45,
        "前年同月比": 126.7,
        "移動平均": 55.2,
        "見込み": 59,
        "推移": [{"期間": m, "実績": v} for m, v in zip(MONTHS, RUN, strict=True)],
        **more,
    }


MISSING = indicator(
    "問合せ件数", 実績=None, 達成率=None, 判定="未収集", 収集状況="未収集", 前月比=None, 推移=[]
)


def report(**more: Any) -> dict[str, Any]:
    values = {
        "期間": "2026年12月",
        "時系列変化": "9月から上がり続けている。\n休日の申請が増えた。",
        "業務への影響": "窓口の待ち時間が短くなった。",
        "将来見込み": "2月に目標に届く。",
        "定性情報": "入力の補助が分かりやすいという声がある。",
        "対応すべきリスク課題": [{"内容": "=夜間の停止", "支障の有無": "有", "緊急度": "高"}],
        "リスク管理の見直し要否": False,
        "指標": [indicator(), MISSING],
        "サービスレベル": [
            {"項目": "稼働率", "目標": 99.9, "実績": 99.2, "単位": "%", "未達理由": "=停電"}
        ],
        "収集困難な指標": [{"指標名": "問合せ件数", "問題": "時間がかかる", "内容": "手で数える"}],
    }
    made: dict[str, Any] = numbered({**values, **more})
    return made


def enter(office: TestOffice, **more: Any) -> str:
    """A report of the test office; the address of its page."""
    source = OwnBooks(project_id=PROJECT, system_id=SYSTEM)
    entry = office.engine.run(registers.enter, "R26", report(**more), source, SETUP)
    return f"/registers/R26/{entry.id}/report"
