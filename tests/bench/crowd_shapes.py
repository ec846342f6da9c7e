"""The cases of a large office: how many of which kind, how long they take, what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from engine.domain import typed_json
from engine.domain.instance_values import key_of
from engine.domain.values import storable

STILL_OPEN, STUCK, CANCELLED, GATEWAYS = 0.6, 0.02, 0.04, 0.4
DUE_DAYS = (1, 3, 5, 7, 10, 14, 21)
PLANNED = frozenset({"go_live_preparation"})  # they wait for what they have called
WEIGHTS: Mapping[str, float] = {  # of the cases that nobody has called
    "monitoring": 30,
    "training_delivery": 16,
    "publicity": 12,
    "procedure_manual": 14,
    "rehearsal": 8,
    "risk_preparation": 8,
    "bcp_preparation": 5,
    "training_plan": 5,
    "operating_structure": 2,
}
TASKS: Mapping[str, Sequence[tuple[str, str]]] = {
    "approval": [("draft_approval", "起案"), ("approve_draft", "承認")],
    "monitoring": [
        ("enter_actuals", "手入力の実績値"),
        ("report_service_level", "サービスレベルの報告"),
        ("analyse_month", "月次の分析"),
    ],
    "go_live_preparation": [("register_plan", "準備計画の登録")],
    "operating_structure": [
        ("draft_structure", "体制・権限責務の案の作成"),
        ("confirm_structure", "内容の確認・了解"),
        ("define_reporting", "報告手順の策定"),
        ("secure_resources", "必要資源の確保"),
    ],
    "training_plan": [("draft_plan", "計画案の作成"), ("request_support", "教材等の支援依頼")],
    "bcp_preparation": [("draft_continuity", "業務継続計画案の作成")],
    "procedure_manual": [
        ("define_procedure", "業務手順の定義"),
        ("write_manual", "手順書の作成"),
        ("check_consistency", "整合性の確認"),
        ("publish_manual", "手順書の公開"),
    ],
    "publicity": [("plan_publicity", "周知・広報計画"), ("record_publicity", "実施の記録")],
    "risk_preparation": [
        ("identify_risks", "リスクの識別"),
        ("analyse_risks", "リスクの分析"),
        ("plan_responses", "予防策と対応案"),
    ],
    "training_delivery": [
        ("invite_trainees", "受講案内と出欠"),
        ("record_training", "実施の記録"),
        ("answer_survey", "アンケート回答"),
        ("analyse_survey", "アンケートの分析"),
    ],
    "rehearsal": [
        ("plan_rehearsal", "リハーサル計画の作成"),
        ("write_scenarios", "シナリオの作成"),
        ("build_environment", "検証環境の構築とデータ移行"),
        ("run_scenarios", "シナリオの実施・検証"),
        ("assess_defects", "不具合の判定"),
        ("report_result", "結果報告の作成"),
    ],
}
PREFIXES = {
    "approval": "決",
    "bcp_preparation": "継",
    "go_live_preparation": "運準",
    "monitoring": "モニ",
    "operating_structure": "体",
    "procedure_manual": "手",
    "publicity": "広",
    "rehearsal": "リハ",
    "risk_preparation": "危",
    "training_delivery": "教",
    "training_plan": "教計",
}
GO_LIVE_CALLS = {
    "call_structure": "operating_structure",
    "call_risks": "risk_preparation",
    "call_continuity": "bcp_preparation",
    "call_manual": "procedure_manual",
    "call_publicity": "publicity",
    "call_training_plan": "training_plan",
}
SCHEDULES = (
    ("T01", "monitoring", "毎月第3営業日"),
    ("T05", "year_end_review", "毎年2月1日"),
    ("T10", "training_delivery", "毎年4月1日、7月1日、10月1日"),
)
WORDS = ("助成金", "許認可", "統計調査", "窓口受付", "施設予約", "会計審査", "相談記録", "職員研修")
SURNAMES = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
)
GIVEN = (
    "花子",
    "直樹",
    "真由",
    "浩",
    "恵",
    "学",
    "葵",
    "正樹",
    "七海",
    "陽子",
    "修",
    "隆",
    "純",
    "浩二",
    "さやか",
    "誠",
    "豊",
    "一樹",
    "美咲",
    "翔",
)
INDICATORS = (
    "稼働率",
    "画面の応答時間",
    "初回回答までの日数",
    "利用者の満足度",
    "時間外",
    "閲覧数",
)
STATUSES = ("達成", "達成", "達成", "注意", "未達", "著しく低い")


def preparing(systems: int) -> Iterator[str]:
    """Every other system prepares its go-live."""
    return iter(["go_live_preparation"] * (systems // 2))


def any_process(chance: Random) -> str:
    return chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


def calls(key: str, chance: Random) -> Iterator[tuple[str, str]]:
    """(element, process) of what a case of that kind calls."""
    if key == "go_live_preparation":
        yield from GO_LIVE_CALLS.items()
    elif chance.random() < 0.4:
        yield "approve_report", "approval"


def steps(key: str, chance: Random) -> int:
    """How many tasks it goes through; some come twice."""
    return len(TASKS[key]) + (chance.random() < 0.3)


def task(key: str, place: int) -> tuple[str, str]:
    return TASKS[key][place % len(TASKS[key])]


def subject(key: str, chance: Random) -> str:
    return f"{chance.choice(WORDS)}の{PREFIXES[key]} 第{chance.randrange(1, 90)}回"


def person(number: int) -> str:
    return f"{SURNAMES[number % len(SURNAMES)]} {GIVEN[number // len(SURNAMES) % len(GIVEN)]}"


def values(element: str, at: datetime, chance: Random) -> dict[str, Any]:
    """What a task was completed with."""
    if element == "register_plan":
        on = (at + timedelta(days=chance.randrange(60, 150))).date()
        return {"業務": chance.choice(WORDS), "運営開始予定日": typed_json.encode(on)}
    return {"件名": chance.choice(WORDS), "備考": "確認した結果に問題はない。" * 3}


def items(system: int, chance: Random) -> Iterator[tuple[str, str]]:
    """Data items of a case: name, and the key by which it is looked for."""
    yield "業務", key_of(chance.choice(WORDS))
    yield "件名", key_of(f"{chance.choice(WORDS)}の実施 第{chance.randrange(1, 90)}回")
    yield "費用", key_of(storable(chance.randrange(10, 9_000) * 1_000))
    yield "実施日", key_of(date(2025, 1, 1) + timedelta(days=chance.randrange(700)))
    yield "担当部署", key_of(f"第{system % 9 + 1}課")


def report(month: date, chance: Random) -> dict[str, Any]:
    """A monitoring report."""
    judged = [chance.choice(STATUSES) for _ in INDICATORS]
    rows = [
        {
            "指標名": name,
            "区分": "業務面",
            "実績": Decimal(chance.randrange(100)),
            "目標": Decimal(60),
        }
        | {"判定": status, "推移": [{"期間": f"{n}月", "実績": Decimal(n)} for n in range(1, 13)]}
        for name, status in zip(INDICATORS, judged, strict=True)
    ]
    counts = {name: Decimal(judged.count(name)) for name in dict.fromkeys(STATUSES)}
    first = month.replace(day=1)
    label = f"{first.year}年{first.month}月"
    return {"期間": label, "対象月": first, "状態": "作成済", **counts, "指標": rows}


def stored(found: Mapping[str, Any]) -> Any:
    return typed_json.encode(found)
