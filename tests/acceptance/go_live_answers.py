"""What the people of the go-live story type: structure, manual, training, risks and the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from engine.domain.values import TOKYO
from tests.acceptance.story import File

Values = dict[str, Any]
Day = Callable[[int], date]  # working days from the first day of the story

WORK = "助成金の申請受付"
COURSE = "申請受付コース"
STAFF = ("tanto1", "tanto2", "mado1", "gaibu1")  # who has to be trained
NAMED = ("gyomu1", *STAFF)  # who stands in the structure
STEPS = ("申請を受け付ける", "申請を審査する", "補正を電話で依頼する")
RISKS = ("問合せが集中する", "情報システムが停止する")
REMARK = "練習の時間がもう少しほしい"
EXCEPTION = "２人は出張中で、運営開始までに個別に教育する"
DIFFERENCE = "教育未了の２人の作業時間を割り増して比べ、支障がないことを確かめた"


def plan(day: Day) -> Values:
    return {
        "業務": WORK,
        "設計開発開始日": day(0),
        "受入テスト完了予定日": day(35),
        "運営開始予定日": day(63),
        "新規既存改善": "新規",
        "第4章成果": [File(name="企画書.txt", text="助成金の申請をオンラインで受け付ける。")],
        "要件定義書": [File(name="要件定義書.txt", text="受付、審査、補正の機能要件。")],
    }


def structure(day: Day) -> Values:
    duty = "割り当てられた仕事をその日に終える"
    return {
        "体制": [
            {"担当者": one, "組織": "o1", "権限": "担当する手順の実施", "責務": duty}
            for one in NAMED
        ],
        "RACI": [{"業務": "申請の受付", "担当者": "tanto1", "区分": "実行責任"}],
    }


def reporting(day: Day) -> Values:
    return {
        "対象者": ["業務実施担当者", "窓口担当者"],
        "様式": "日報",
        "頻度": "毎日",
        "提出先": "業務実施部門",
        "締切時刻": time(17, 30),
        "報告項目": ["問題", "課題"],
        "緊急時の連絡経路": "担当者から業務実施部門の長へ電話する。",
    }


def resources(day: Day) -> Values:
    kinds = (("人員", "受付の応援職員"), ("諸設備", "窓口の案内用端末"))
    return {
        "資源": [
            {
                "区分": kind,
                "内容": what,
                "必要日": day(50),
                "予算": 450_000,
                "確保状況": "確保済",
                "根拠": "業務要件 3-2",
            }
            for kind, what in kinds
        ]
    }


def procedure(day: Day) -> Values:
    return {
        "対象業務": WORK,
        "第4章成果": [File(name="業務の設計.txt", text="受付から審査まで。")],
        "新規改善": "新規",
        "手順": [
            {"No": number, "作業": step, "システム利用有無": "無" if number == 3 else "有"}
            for number, step in enumerate(STEPS, 1)
        ],
    }


def manual(day: Day) -> Values:
    return {
        "文書": [File(name="業務手順書.txt", text="申請を受け付け、審査し、補正を依頼する。")],
        "システム利用部分の利用方法を含む": True,
        "システムを使わない作業を含む": True,
    }


def consistency(day: Day) -> Values:
    return {"整合性": [{"情報システム化範囲": "内", "一致": "○"} for _ in STEPS]}


def publicity(day: Day) -> Values:
    return {
        "対象者": ["利用者（個人）", "職員"],
        "内容": "オンラインで申請できるようになることを知らせる。",
        "手段": ["Web", "窓口"],
        "開始日": day(30),
        "終了日": day(60),
        "担当": "gyomu1",
    }


def told(day: Day) -> Values:
    return {"実施日": day(31), "実施手段": ["Web", "窓口"], "到達数": 1200, "追加周知": "不要"}


def training_plan(day: Day) -> Values:
    return {
        "教育対象者の範囲": ["業務実施担当者", "窓口担当者", "外部委託先"],
        "教育の内容": ["新サービス・業務", "情報システムの使用方法"],
        "教育の実施時期": [{"コース": COURSE, "開始": day(38), "終了": day(39)}],
        "教育の方法": ["教材研修", "実機環境"],
        "教育対象者数": len(STAFF),
        "操作と手順の一体実施": True,
        "継続教育": "異動の後に同じコースを行う。",
        "効果測定方法": "コースの終わりの確認テストで測る。",
        "支援の依頼": True,
    }


def support(day: Day) -> Values:
    return {
        "教材作成": True,
        "研修環境": True,
        "要件定義教育に関する事項": "要件定義書 ８章",
        "支援期限": day(30),
    }


def material(day: Day) -> Values:
    return {
        "教材": [File(name="教材.txt", text="申請受付の画面と手順。")],
        "環境URL": "https://training.example.jp/",
        "環境の期間": "研修の週の９時から18時まで",
    }


def invitation(day: Day) -> Values:
    return {
        "コース": COURSE,
        "日時": datetime.combine(day(38), time(10), TOKYO),
        "会場": "４階 研修室",
        "受講者": [{"受講者": one, "出欠予定": "出席予定"} for one in STAFF],
    }


def attendance(day: Day, absent: tuple[str, ...] = ()) -> Values:
    came = {"出欠": "出席", "習熟度": "合格"}
    rows = [
        {"受講者": one, **({"出欠": "欠席", "再受講要": True} if one in absent else came)}
        for one in STAFF
    ]
    return {
        "コース": COURSE,
        "日時": datetime.combine(day(38), time(10), TOKYO),
        "方法": "実機環境",
        "受講者": rows,
        "続きの実施": "終える",
    }


def survey(day: Day, person: str) -> Values:
    marks = {"内容": "5", "進め方": "4", "理解度": "4"}
    return marks | ({"改善点": REMARK} if person == "mado1" else {})


def analysis(day: Day) -> Values:
    return {
        "全体傾向": "おおむね理解された。",
        "ばらつき": "小さい。",
        "少数意見の扱い": [{"扱い": "採用", "理由": "練習用の環境を１週間延ばす"}],
    }


def risks(day: Day) -> Values:
    return {"リスク": list(RISKS)}


def rated(day: Day) -> Values:
    rows = (("受付初日の申込み", 3, 3), ("部品の故障", 4, 4))
    return {
        "リスク分析": [
            {"原因": cause, "影響": effect, "発生可能性": chance} for cause, effect, chance in rows
        ]
    }


def responses(day: Day) -> Values:
    return {
        "リスク対応": [
            {
                "予防策": "開始前に試す。",
                "顕在時対応": ["一時的な体制強化", "手作業による代替"],
                "発動条件": "待ち時間が30分を超える",
                "発動者": "gyomu_head",
            }
            for _ in RISKS
        ]
    }


def continuity(day: Day) -> Values:
    return {
        "想定事象": ["システム障害", "災害"],
        "業務継続の方針": [File(name="方針.txt", text="重要な業務を先に続ける。")],
        "目標復旧時間": "４時間",
        "代替手順": [File(name="書面の手順.txt", text="書面で受け付ける。")],
        "連絡体制": "業務実施部門の長を中心に電話で連絡する。",
        "役割": "受付係は書面で受け付ける。",
    }
