"""Acceptance scenarios 1 and 2: a go-live preparation, from its plan to the start of operation.

Scenario 1 goes well throughout.  In scenario 2 two people miss the training, so that the rehearsal
may not start; with an approved exception it runs as part of the acceptance test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from engine.domain.working_days import Calendar
from tests.acceptance import go_live_answers as said
from tests.acceptance.go_live_answers import Values
from tests.acceptance.story import Answer, Ended, Task, UnknownTaskError

VIEWS = (
    "V1 変更手順の習得",
    "V2 業務サイクルと受渡し",
    "V3 業務量と作業時間",
    "V3 業務量と作業時間",
    "V4 誤りの早期発見",
)
NOTICED = "誤認識に気づいた時点"  # asked of some scenarios only
ABSENT = ("tanto2", "gaibu1")
PJMO, GYOMU, DEV = ("pjmo1",), ("gyomu1",), ("dev1",)
DEPUTY = ("pjmo2",)
APPROVERS = ("pjmo_head", "pl1")
JUDGES = ("pjmo_head", "gyomu_head", "seido1")
MASTER = "go_live_preparation"


class GoLive:
    """`start`: first day; `goes_well`: scenario 1, else 2."""

    key = MASTER
    starter = "pjmo1"
    cast: tuple[str, ...] = (
        "pjmo1",
        "pjmo2",
        "gyomu1",
        "dev1",
        "pjmo_head",
        "pl1",
        "gyomu_head",
        "seido1",
        *said.STAFF,
    )

    def __init__(self, start: date, calendar: Calendar, *, goes_well: bool = True) -> None:
        self.start = start
        self.goes_well = goes_well
        self.saw: dict[str, str] = {}
        self._calendar = calendar
        self._past: set[str] = set()
        self._judged = 0

    def day(self, working_days: int) -> date:
        return self._calendar.add(self.start, working_days)

    def done(self, task: Task) -> None:
        self._past.add(task.element_id)
        self._judged += task.element_id == "judge_readiness"

    def answer(self, task: Task, ended: Ended) -> Answer | None:
        if self._must_wait(task, ended):
            return None
        for part in (self._preparing, self._training, self._rehearsing, self._deciding):
            found = part(task)
            if found is not None:
                return found
        raise UnknownTaskError(f"the story does not know {task}")

    def _must_wait(self, task: Task, ended: Ended) -> bool:
        """What one process leaves to another must lie in the register before it is looked at."""
        after = {
            "plan_rehearsal": "publish_manual",  # scenarios name the steps of the manual
            "register_acceptance": "publish_manual",
            "build_environment": "record_training",  # behind it the conditions are checked
        }
        before = after.get(task.element_id)
        if before is not None and before not in self._past:
            return True
        if task.element_id == "build_environment":
            return "register_acceptance" not in self._past
        return task.element_id == "invite_trainees" and not ended("operating_structure")

    def _preparing(self, task: Task) -> Answer | None:
        table: dict[str, tuple[Callable[..., Values], tuple[str, ...]]] = {
            "register_plan": (said.plan, PJMO),
            "draft_structure": (said.structure, DEPUTY),
            "define_reporting": (said.reporting, GYOMU),
            "secure_resources": (said.resources, DEPUTY),
            "define_procedure": (said.procedure, GYOMU),
            "write_manual": (said.manual, GYOMU),
            "check_consistency": (said.consistency, PJMO),
            "plan_publicity": (said.publicity, GYOMU),
            "record_publicity": (said.told, GYOMU),
            "identify_risks": (said.risks, GYOMU),
            "analyse_risks": (said.rated, GYOMU),
            "plan_responses": (said.responses, DEPUTY),
            "draft_continuity": (said.continuity, PJMO),
        }
        if task.element_id in table:
            values, people = table[task.element_id]
            return Answer(values=values(self.day), people=people)
        if task.element_id == "confirm_structure":
            return Answer(values={"了解": True})
        if task.element_id == "publish_manual":
            return Answer(values={"施行日": self.day(20)}, people=GYOMU)
        return None

    def _training(self, task: Task) -> Answer | None:
        table: dict[str, tuple[Callable[..., Values], tuple[str, ...]]] = {
            "draft_plan": (said.training_plan, PJMO),
            "request_support": (said.support, PJMO),
            "provide_material": (said.material, DEV),
            "invite_trainees": (said.invitation, GYOMU),
            "analyse_survey": (said.analysis, GYOMU),
        }
        if task.element_id in table:
            values, people = table[task.element_id]
            return Answer(values=values(self.day), people=people)
        if task.element_id == "record_training":
            absent = () if self.goes_well else ABSENT
            return Answer(values=said.attendance(self.day, absent), people=GYOMU)
        if task.element_id == "answer_survey":
            return Answer(values=said.survey(self.day, task.assignee or ""))
        return None

    def _rehearsing(self, task: Task) -> Answer | None:
        table = {
            "plan_rehearsal": (self._rehearsal(), PJMO),
            "write_scenarios": ({"シナリオ": self._scenarios()}, GYOMU),
            "build_environment": (self._environment(), DEV),
            "resolve_conditions": (
                {"次の行動": "例外を申請", "例外理由": said.EXCEPTION},
                PJMO,
            ),
            "run_scenarios": (self._run(), ("tanto1",)),
            "check_differences": ({"差異確認の結果": said.DIFFERENCE}, PJMO),
            "report_result": ({"結果": "合格"}, PJMO),
        }
        if task.element_id not in table:
            return None
        values, people = table[task.element_id]
        return Answer(values=values, people=people, perhaps=frozenset({NOTICED}))

    def _rehearsal(self) -> Values:
        return {
            "期間開始": self.day(45),
            "期間終了": self.day(49),
            "環境": "本番環境",
            "データ": "実データ",
            "工期体制の制約": "無",
            "業務量シナリオ": ["平常時", "繁忙期"],
            "サイクル": ["日次", "月次"],
            "DEV依頼": "本番環境の準備とデータ移行",
        }

    def _scenarios(self) -> list[Values]:
        common = {"手順書ステップ": f"1 {said.STEPS[0]}", "期待結果": "当日中に受け付ける"}
        rows: list[Values] = [{"観点": view, **common} for view in VIEWS]
        for row in rows:
            if row["観点"].startswith("V3"):
                row |= {"想定件数": 120, "想定時間": 15}
            if row["観点"].startswith("V4"):
                row["誤認識ケース"] = True
        return rows

    def _environment(self) -> Values:
        return {"環境準備完了": self.day(44), "データ移行結果": "全件を移行し、件数が合った。"}

    def _run(self) -> Values:
        return {
            "結果": "合",
            "実測時間": 14,
            "実施者": "tanto1",
            NOTICED: "確定前",
        }

    def _deciding(self, task: Task) -> Answer | None:
        verdict = "開始" if self.goes_well else "条件付開始"
        table: dict[str, tuple[Values, tuple[str, ...]]] = {
            "draft_approval": ({"プロジェクト計画書との差異": False}, ()),
            "approve_draft": ({"結果": "承認"}, APPROVERS),
            "register_acceptance": ({"完了日": self.day(35), "結果": "合格"}, DEPUTY),
            "judge_readiness": ({"判定": verdict, "意見": "準備を確かめた。"}, self._next_judge()),
            "notify_start": ({"通知内容": "予定どおり始めます。", **self._condition()}, PJMO),
        }
        if task.element_id not in table:
            return None
        values, people = table[task.element_id]
        return Answer(values=values, people=people)

    def _next_judge(self) -> tuple[str, ...]:
        """One after the other, so that the last one is always the same."""
        return JUDGES[self._judged : self._judged + 1]

    def _condition(self) -> Values:
        if self.goes_well:
            return {}
        row = {"条件": "２人の教育を終える", "期限": self.day(70), "担当": "gyomu1"}
        return {"条件": [row]}
