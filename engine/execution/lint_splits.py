"""Is it clear where a token goes on behind an activity or event, and how many there are?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, EVENTS
from engine.execution.xml import child, local

MOST_TOKENS: Final = 100


def check_splits(report: Report) -> None:
    """Conditions behind activities, and a way out where none holds."""
    for scope, node in report.diagram.nodes(*ACTIVITIES | EVENTS):
        flows = scope.outgoing.get(node.get("id", ""), ())
        asked = [flow for flow in flows if child(flow, "conditionExpression") is not None]
        if local(node) in ACTIVITIES:
            _check_default(report, node, flows, asked)
            _check_way_out(report, node, flows, asked)
        else:
            _refuse_conditions(report, node, asked)


def check_quantities(report: Report) -> None:
    """How many tokens an activity begins and ends with."""
    for scope, node in report.diagram.nodes(*ACTIVITIES):
        for name in ("startQuantity", "completionQuantity"):
            said = node.get(name, "1").strip()
            if not said.isdigit() or not 1 <= int(said) <= MOST_TOKENS:
                report.refuse(
                    node,
                    "quantity",
                    Sentence(
                        "%(name)s は1から%(most)sまでの整数にします。", name=name, most=MOST_TOKENS
                    ),
                )
        if node.get("startQuantity", "1").strip() != "1" and not scope.incoming.get(
            node.get("id", "")
        ):
            report.refuse(
                node,
                "quantity",
                Sentence(
                    "入る流れがないため、startQuantity の数だけ届くことはありません。1にします。"
                ),
            )


def _check_default(
    report: Report,
    node: etree._Element,
    flows: Sequence[etree._Element],
    asked: Sequence[etree._Element],
) -> None:
    default = node.get("default")
    if not default:
        return
    if default not in {flow.get("id") for flow in flows}:
        report.refuse(
            node,
            "missing_ref",
            Sentence(
                "既定の流れ「%(default)s」はここから出ていません。出る流れから選びます。",
                default=default,
            ),
        )
    elif default in {flow.get("id") for flow in asked}:
        flow = next(one for one in asked if one.get("id") == default)
        report.refuse(
            flow,
            "condition_on_default",
            Sentence("既定の流れの条件は見られません。条件を消します。"),
        )
    elif not asked:
        report.refuse(
            node,
            "default_without_condition",
            Sentence(
                "条件のある流れがないため、既定の流れの意味が決まりません。既定の指定を外します。"
            ),
        )


def _check_way_out(
    report: Report,
    node: etree._Element,
    flows: Sequence[etree._Element],
    asked: Sequence[etree._Element],
) -> None:
    if not asked or node.get("default") or len(asked) < len(flows):
        return
    if len(flows) == 1:
        report.refuse(
            flows[0],
            "condition_on_only_flow",
            Sentence(
                "出る流れが1本のため、条件が合わないと案件が止まります。条件を消すか、"
                "既定の流れを足します。"
            ),
        )
    else:
        report.refuse(
            node,
            "no_default",
            Sentence(
                "どの条件にも当てはまらないときの流れが決まっていません。既定の流れを1本選びます。"
            ),
        )


def _refuse_conditions(
    report: Report, node: etree._Element, asked: Sequence[etree._Element]
) -> None:
    for flow in asked:
        report.refuse(
            flow,
            "condition_ignored",
            Sentence(
                "イベントから出る流れに条件は付けられません。"
                "条件は作業またはゲートウェイから出る流れに書きます。"
            ),
        )
    if node.get("default"):
        report.refuse(
            node,
            "condition_ignored",
            Sentence("イベントに既定の流れは置けません。既定の指定を外します。"),
        )
