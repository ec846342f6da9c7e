"""What scenarios 1 and 2 must have led to, wherever they were played."""

from __future__ import annotations

from engine.bootstrap import Engine
from tests.acceptance import evidence
from tests.acceptance import go_live_answers as said
from tests.acceptance.go_live import ABSENT, MASTER

WRITTEN = {
    "R01": 5,  # one for each person of the structure
    "R02": 1,
    "R03": 1,
    "R04": 3,  # one for each step of the manual
    "R05": 2,
    "R06": 1,
    "R07": 1,
    "R08": 4,  # one for each trainee
    "R09": 1,
    "R10": 1,
    "R11": 5,  # four answers and their analysis
    "R12": 8,  # acceptance test, plan, five scenarios, environment
    "R13": 6,  # five results and the summary
    "R15": 1,
    "R16": 2,
    "R45": 8,  # structure, manual, publicity, training, risks, continuity, plan and report of P07
}
# of the messages whose receivers only the rehearsal could be: it did not have to wait for them
EARLY = ["msg.acceptance_test_completed", "msg.training_completed"]
TRAINED = set(said.STAFF) - set(ABSENT)
STATES = {
    "R01": "確定",
    "R03": "決裁済",
    "R06": "実施済",
    "R07": "決裁済",
    "R15": "決裁済",
    "R16": "対応案あり",
}


def check_scenario_1(engine: Engine) -> None:
    """Everything good: no defect, no condition, everybody trained, recommended and decided."""
    _check_common(engine)
    assert evidence.counts(engine) == WRITTEN
    assert evidence.unreceived(engine) == EARLY
    known = evidence.variables(engine, MASTER)
    assert (known["推奨"], known["判定"]) == ("開始", "開始")
    assert (known["教育完了率"], known["未了の項目"], known["リハーサル"]) == (100, 0, "実施済")
    (summary,) = evidence.values(engine, "R13", 種別="総括")
    assert (summary["実施方式"], summary["差異確認の結果"]) == ("標準", None)


def check_scenario_2(engine: Engine, saw: dict[str, str]) -> None:
    """The rehearsal was refused, named the two people, and ran by exception."""
    _check_common(engine)
    changed = {"R11": 3, "R17": 1, "R45": 9}  # two answers less, a condition, an exception
    assert evidence.counts(engine) == WRITTEN | changed
    assert evidence.unreceived(engine) == EARLY[:1]
    assert all(person in saw["resolve_conditions"] for person in ABSENT)
    assert not any(person in saw["resolve_conditions"] for person in TRAINED)
    (exception,) = evidence.values(engine, "R45", 区分="例外")
    assert [one["承認者"] for one in exception["決裁意見"]] == ["pjmo_head", "pl1"]
    (summary,) = evidence.values(engine, "R13", 種別="総括")
    assert summary["実施方式"] == "受入テストの一環"
    assert summary["方式の理由"] == said.EXCEPTION
    assert summary["差異確認の結果"] == said.DIFFERENCE
    assert said.DIFFERENCE in saw["report_result"]
    known = evidence.variables(engine, MASTER)
    assert (known["推奨"], known["判定"], known["教育完了率"]) == ("条件付開始", "条件付開始", 50)


def _check_common(engine: Engine) -> None:
    for code, state in STATES.items():
        assert {entry.state for entry in evidence.entries(engine, code)} == {state}, code
    assert {row["決裁結果"] for row in evidence.values(engine, "R45")} == {"承認"}
    assert {row["一致"] for row in evidence.values(engine, "R04")} == {"○"}
    assert {row["結果"] for row in evidence.values(engine, "R13", 種別="シナリオ")} == {"合"}
    assert all(head.is_ended for head in evidence.heads(engine) if head.key != "monitoring")
    monitoring = evidence.schedule(engine, "T01")
    assert (monitoring.state, monitoring.rule) == ("active", "毎月第3営業日")
    assert evidence.schedule(engine, "T11").state == "undeployed"
