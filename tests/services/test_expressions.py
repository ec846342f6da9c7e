"""What the studio says about an expression while somebody types it."""

from __future__ import annotations

import pytest

from engine.services import expressions
from engine.services.expressions import MAX_TEXT, Kind
from engine.services.studio import MayNotEditModelsError
from engine.testing import TestOffice


def fault(office: TestOffice, text: str, kind: Kind = Kind.EXPRESSION) -> str:
    return "".join(office.engine.ask(expressions.fault, text, kind, office.actor("owner1")))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("金額 > 100", Kind.CONDITION, id="a condition"),
        pytest.param("=[起案者]", Kind.EXPRESSION, id="a leading equals sign"),
        pytest.param("add working days(today(), 3)", Kind.EXPRESSION, id="an own function"),
        pytest.param("合計 = 1 + 2\n税 = 合計 * 0.1", Kind.SCRIPT, id="a script"),
    ],
)
def test_nothing_is_said_about_what_can_be_read(office: TestOffice, text: str, kind: Kind) -> None:
    assert fault(office, text, kind) == ""


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        pytest.param("金額 >", Kind.CONDITION, "文字目：", id="an unfinished one"),
        pytest.param(" = ", Kind.EXPRESSION, "式が空です。", id="an empty one"),
        pytest.param("nosuch(1)", Kind.EXPRESSION, "関数「nosuch」はありません。", id="a function"),
        pytest.param("a = 1\nb = (", Kind.SCRIPT, "2行", id="the second line of a script"),
        pytest.param("a = nosuch(1)", Kind.SCRIPT, "「nosuch」", id="a function in a script"),
        pytest.param(
            "案件 = 1", Kind.SCRIPT, "「案件」は製品が使う名前", id="a name of the product"
        ),
        pytest.param("1" * (MAX_TEXT + 1), Kind.EXPRESSION, "長すぎます", id="one without end"),
    ],
)
def test_a_fault_is_told_in_a_sentence(
    office: TestOffice, text: str, kind: Kind, told: str
) -> None:
    assert told in fault(office, text, kind)


def test_only_process_owners_may_ask(office: TestOffice) -> None:
    with pytest.raises(MayNotEditModelsError):
        office.engine.ask(expressions.fault, "1", Kind.EXPRESSION, office.actor("pjmo1"))
