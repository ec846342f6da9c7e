"""データ項目の変更: typed, with a reason, seen on every path; the history keeps both values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.errors import FieldErrors
from engine.domain.instance import InstanceSuspendedError
from engine.services import suspending, variables
from engine.services.variables import ChangedMeanwhileError, Kind, MayNotChangeError, NewValue
from engine.storage import history as history_rows
from engine.testing import Case, TestOffice
from tests.diagrams import declared, folder, line, node, parallel_users, user_task

FORK = folder(
    "beside",
    [
        node("startEvent", "begin"),
        node("parallelGateway", "split"),
        user_task("left"),
        user_task("right"),
        node("parallelGateway", "meet"),
        user_task("after"),
        node("endEvent", "finish"),
    ],
    [
        ("begin", "split"),
        ("split", "left"),
        ("split", "right"),
        ("left", "meet"),
        ("right", "meet"),
        ("meet", "after"),
        ("after", "finish"),
    ],
)


def change(office: TestOffice, case: Case, name: str, kind: Kind, text: str, **more: Any) -> None:
    version = more.get("version", office.head(case.id).version)
    new = NewValue(
        name=name, kind=kind, text=text, version=version, reason=more.get("reason", "訂正")
    )
    office.engine.run(variables.change, case.id, new, office.actor(more.get("by", "pjmo1")))
    office.run_jobs()


def test_every_path_sees_the_new_value_and_later_changes_stand(office: TestOffice) -> None:
    office.deploy(FORK)
    case = office.start("beside", values={"額": 1, "件名": "誤"})

    change(office, case, "件名", Kind.TEXT, "正")
    change(office, case, "額", Kind.NUMBER, "12.50")

    assert office.variables(case)["件名"] == "正"
    office.complete("left")
    office.complete("right", {"額": Decimal(7)})
    assert {n: office.variables(case)[n] for n in ("件名", "額")} == {"件名": "正", "額": 7}


def test_the_history_keeps_both_values_and_the_reason(office: TestOffice) -> None:
    office.deploy(line("one", user_task("write")))
    case = office.start("one", values={"期日": date(2026, 4, 1)})

    change(office, case, "期日", Kind.DATE, "2026-05-01", reason="延期")

    [entry] = [
        one
        for one in office.engine.ask(history_rows.of_instance, case.id)
        if one.event == "variables_changed"
    ]
    assert entry.detail["reason"] == "延期"
    both = {"before": date(2026, 4, 1), "after": date(2026, 5, 1)}
    assert entry.detail["changes"] == {"期日": both}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.BOOLEAN, "true", True),
        (Kind.NULL, "", None),
        (Kind.EXPRESSION, '[{課: "総務"}, 2]', [{"課": "総務"}, Decimal(2)]),
    ],
)
def test_values_of_each_kind(office: TestOffice, kind: Kind, text: str, value: Any) -> None:
    office.deploy(line("one", user_task("write")))
    case = office.start("one", values={"値": "前"})

    change(office, case, "値", kind, text)

    assert office.variables(case)["値"] == value


@pytest.mark.parametrize(
    ("name", "kind", "text", "reason", "field"),
    [
        ("額", Kind.NUMBER, "十", "訂正", "value"),
        ("額", Kind.NUMBER, "NaN", "訂正", "value"),
        ("日", Kind.DATE, "春", "訂正", "value"),
        ("可否", Kind.BOOLEAN, "maybe", "訂正", "value"),
        ("式", Kind.EXPRESSION, "1 +", "訂正", "value"),
        ("式", Kind.EXPRESSION, "ない", "訂正", "value"),
        ("完了者", Kind.TEXT, "x", "訂正", "name"),
        ("設定", Kind.TEXT, "x", "訂正", "name"),
        ("a b", Kind.TEXT, "x", "訂正", "name"),
        ("額", Kind.NUMBER, "1", " ", "reason"),
    ],
)
def test_what_cannot_be_is_refused(
    office: TestOffice, name: str, kind: Kind, text: str, reason: str, field: str
) -> None:
    office.deploy(line("one", user_task("write")))
    case = office.start("one", values={"額": 1})

    with pytest.raises(FieldErrors) as caught:
        change(office, case, name, kind, text, reason=reason)

    assert list(caught.value.errors) == [field]
    assert office.variables(case)["額"] == 1


def test_the_items_of_a_repeated_task_stay_its_own(office: TestOffice) -> None:
    office.deploy(
        folder(
            "many",
            [
                node("startEvent", "begin"),
                parallel_users("ask", "部署", "課"),
                user_task("after"),
                node("endEvent", "finish"),
            ],
            [("begin", "ask"), ("ask", "after"), ("after", "finish")],
            interface=declared("部署", "回答一覧"),
        )
    )
    case = office.start("many", values={"部署": ["一", "二"], "課": "前", "件名": "誤"})

    change(office, case, "課", Kind.TEXT, "新")
    change(office, case, "件名", Kind.TEXT, "正")

    for _ in range(2):
        office.complete("ask", {"可": True})
    seen = office.variables(case)
    assert (seen["課"], seen["件名"], len(seen["回答一覧"])) == ("新", "正", 2)


def test_rights_rest_and_a_page_that_is_old(office: TestOffice) -> None:
    office.deploy(line("one", user_task("write"), user_task("check")))
    case = office.start("one", values={"額": 1})
    old = office.head(case.id).version
    office.complete("write")

    with pytest.raises(MayNotChangeError):
        change(office, case, "額", Kind.NUMBER, "2", by="gyomu1")
    with pytest.raises(ChangedMeanwhileError):
        change(office, case, "額", Kind.NUMBER, "2", version=old)
    office.engine.run(suspending.suspend, case.id, "待ち", office.actor("pjmo1"))
    with pytest.raises(InstanceSuspendedError):
        change(office, case, "額", Kind.NUMBER, "2")
