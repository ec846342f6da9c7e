"""D01, D10, D11 and D15: requests, training, information and findings of an audit."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from engine.dmn.evaluate import InputNotAllowedError, NoRuleMatchedError
from tests.models.deciding import Example, asked, decide, rows

D01 = "d01_request_kind"
D10 = "d10_training_effect"
D11 = "d11_collection_method"
D15 = "d15_audit_finding"
QUESTION, WISH, TROUBLE = "質問", "要求", "支障発生"
SECURITY = {"セキュリティ関連": True}


def received(content: str | None, hindrance: str | None, **other: Any) -> dict[str, Any]:
    return {"内容種別": content, "支障の有無": hindrance, "セキュリティ関連": False} | other


REQUESTS = [
    pytest.param(received(QUESTION, "有", **SECURITY), 1, "インシデント", id="2-34 security"),
    pytest.param(received(None, "有", **SECURITY), 1, "インシデント", id="2-34 security alone"),
    pytest.param(received(WISH, "無", **SECURITY), 2, "インシデント", id="2-33 security"),
    pytest.param(received(TROUBLE, None, **SECURITY), 2, "インシデント", id="2-33 not yet told"),
    pytest.param(received(TROUBLE, "有"), 3, "インシデント", id="2-34 trouble"),
    pytest.param(received(TROUBLE, "無"), 4, "インシデント", id="2-33 trouble without hindrance"),
    pytest.param(received(QUESTION, "有"), 5, "問合せ", id="2-34 question"),
    pytest.param(received(QUESTION, "無"), 6, "問合せ", id="2-33 question"),
    pytest.param(received(WISH, "有"), 7, "要望", id="2-34 wish"),
    pytest.param(received(WISH, "無"), 8, "要望", id="2-33 wish"),
    pytest.param(
        received(None, None, セキュリティ関連=None), 8, "要望", id="2-33 nothing told is a wish"
    ),
]


@pytest.mark.parametrize(("inputs", "row", "kind"), REQUESTS)
def test_c8_2_33_and_2_34_what_comes_in_is_sorted_and_hindrances_are_issues(
    inputs: dict[str, Any], row: int, kind: str
) -> None:
    outcome = decide(D01, inputs)

    assert outcome.value == {"区分": kind, "課題扱い": inputs["支障の有無"] == "有"}
    assert rows(outcome, D01) == [row]


@pytest.mark.parametrize("inputs", [received("苦情", "無"), received(WISH, "大")])
def test_a_kind_of_request_nobody_knows_is_refused(inputs: dict[str, Any]) -> None:
    with pytest.raises(InputNotAllowedError):
        decide(D01, inputs)


GOOD = {"習熟度平均": 4, "不合格率": 0, "理解度": 4, "受講率": 100}
EFFECTS = [
    pytest.param(dict.fromkeys(GOOD), 1, "低い", ["追加実施"], id="2-13 nothing known"),
    pytest.param(GOOD | {"受講率": 89}, 2, "低い", ["追加実施"], id="2-13 few took part"),
    pytest.param(GOOD | {"不合格率": 21}, 3, "低い", ["方法", "追加実施"], id="2-13 many failed"),
    pytest.param(
        GOOD | {"理解度": Decimal("2.9")}, 4, "低い", ["教材"], id="2-13 little understood"
    ),
    pytest.param(
        {"習熟度平均": 1, "不合格率": 50, "理解度": 1, "受講率": 50},
        2,
        "低い",
        ["追加実施", "方法", "教材"],
        id="2-13 everything is low",
    ),
    pytest.param(
        {"習熟度平均": None, "不合格率": 20, "理解度": 3, "受講率": 90},
        5,
        "十分",
        [],
        id="2-13 just enough",
    ),
    pytest.param(GOOD | {"理解度": None}, 5, "十分", [], id="2-13 nobody answered the survey"),
]


@pytest.mark.parametrize(("inputs", "row", "effect", "reviews"), EFFECTS)
def test_c8_2_13_a_low_effect_says_what_to_review(
    inputs: dict[str, Any], row: int, effect: str, reviews: list[str]
) -> None:
    outcome = decide(D10, inputs)

    assert outcome.value == {"教育効果": effect, "見直し種別": reviews}
    assert rows(outcome, D10) == [row]


def test_c8_2_13_an_office_sets_what_is_low() -> None:
    own = {"failed_percent": 5, "understanding": Decimal("4.5"), "attendance_percent": 50}

    outcome = decide(D10, GOOD | {"受講率": 50, "不合格率": 5}, {"training": own})

    assert outcome.value == {"教育効果": "低い", "見直し種別": ["教材"]}


COLLECTIONS = [
    pytest.param(
        {"情報の種類": "政策目的及びプロジェクト目標"}, 1, 1, ["PJMO"], ["P11"], id="2-05 I1 goals"
    ),
    pytest.param(
        {"情報の種類": "管理すべき指標"},
        2,
        3,
        ["PJMO", "OPS", "GYOMU"],
        ["P11"],
        id="2-05 2-06 2-07 I2 indicators",
    ),
    pytest.param(
        {"情報の種類": "業務運営上発生している課題"}, 3, 1, ["GYOMU"], ["P12"], id="2-05 I3 issues"
    ),
    pytest.param(
        {"情報の種類": "関係機関、情報システムの利用者等からの要望等"},
        4,
        2,
        ["PJMO", "GYOMU"],
        ["P12", "P14", "P15"],
        id="2-05 I4 wishes",
    ),
]


@pytest.mark.parametrize(("inputs", "row", "methods", "roles", "processes"), COLLECTIONS)
def test_c8_2_05_and_2_06_and_2_07_table_8_1_says_how_information_is_collected(
    inputs: dict[str, Any], row: int, methods: int, roles: list[str], processes: list[str]
) -> None:
    outcome = decide(D11, inputs)

    assert len(outcome.value["収集方法"]) == methods
    assert outcome.value["担当役割"] == roles
    assert outcome.value["業務フロー"] == processes
    assert rows(outcome, D11) == [row]


@pytest.mark.parametrize(
    ("kind", "error"), [("うわさ", InputNotAllowedError), (None, NoRuleMatchedError)]
)
def test_c8_2_05_information_of_another_kind_is_refused(
    kind: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        decide(D11, {"情報の種類": kind})


DAYS = {"高": 20, "中": 40, "低": 60}
ANSWERS = ["改善する", "一部改善", None, "リスク受容", "見解相違"]
FINDINGS = [
    pytest.param(
        {"監査主体": auditor, "重要度": weight, "対応": answer},
        4 * "高中低".index(weight)
        + 2 * (answer in ("リスク受容", "見解相違"))
        + (auditor != "PMO")
        + 1,
        id=f"2-37 2-38 3-04 {auditor} {weight} {answer}",
    )
    for auditor, weight, answer in product(["PMO", "PJMO等"], DAYS, ANSWERS)
]


@pytest.mark.parametrize(("inputs", "row"), FINDINGS)
def test_c8_2_37_and_2_38_and_3_04_a_finding_has_its_deadline_and_its_approvers(
    inputs: dict[str, Any], row: int
) -> None:
    outcome = decide(D15, inputs)

    accepts = inputs["対応"] in ("リスク受容", "見解相違")
    asks_leader = accepts or inputs["重要度"] == "高"
    assert outcome.value == {
        "回答営業日": DAYS[inputs["重要度"]],
        "承認者役割": ["PJMO:head", "PL"] if asks_leader else ["PJMO:head"],
        "PMO了承": "要" if accepts else "不要",
        "確認者役割": "PMO" if inputs["監査主体"] == "PMO" else "PJMO+",
    }
    assert rows(outcome, D15) == [row]


@pytest.mark.parametrize("missing", ["監査主体", "重要度"])
def test_c8_2_37_a_finding_without_auditor_or_weight_has_no_answer(missing: str) -> None:
    inputs = {"監査主体": "PMO", "重要度": "高", "対応": None} | {missing: None}

    with pytest.raises(NoRuleMatchedError):
        decide(D15, inputs)


EXAMPLES: list[Example] = [
    *asked(D01, REQUESTS),
    *asked(D10, EFFECTS),
    *asked(D11, COLLECTIONS),
    *asked(D15, FINDINGS),
]
