"""Can people do what an ad hoc sub-process offers, and does it end?"""

from __future__ import annotations

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, Scope
from engine.execution.xml import child, local, text
from engine.feel.checking.kinds import BOOLEAN


def check_ad_hoc(report: Report) -> None:
    """Activities to choose from, no start and no end, and a condition that can be asked."""
    for scope in report.diagram.scopes:
        if scope.is_ad_hoc:
            _check_content(report, scope)
            condition = child(scope.node, "completionCondition")
            if condition is not None:
                report.expression(scope.node, text(condition), Sentence("完了の条件"), BOOLEAN)


def _check_content(report: Report, scope: Scope) -> None:
    if not scope.startable():
        report.refuse(
            scope.node,
            "nothing_to_choose",
            Sentence(
                "順序の決まらないサブプロセス（アドホック）の中に、人が始められる作業がありません。"
                "流れの入らないタスクを1つ以上置きます。"
            ),
        )
    for node in scope.nodes.values():
        if local(node) in ("startEvent", "endEvent"):
            report.refuse(
                node,
                "event_in_ad_hoc",
                Sentence(
                    "順序の決まらないサブプロセス（アドホック）の中に、開始と終了のイベントは置けません。"
                    "取り除きます。次にすることは人が選びます。"
                ),
            )
        elif node.get("triggeredByEvent") == "true":
            report.refuse(
                node,
                "event_in_ad_hoc",
                Sentence(
                    "順序の決まらないサブプロセス（アドホック）の中のイベントサブプロセスは動きません。"
                    "外側に置くか、境界イベントにします。"
                ),
            )
        elif _starts_alone(scope, node):
            report.refuse(
                node,
                "not_startable",
                Sentence(
                    "順序の決まらないサブプロセス（アドホック）の中で人が始められるのはタスクだけです。"
                    "ここへ入る流れをタスクから引きます。"
                ),
            )


def _starts_alone(scope: Scope, node: etree._Element) -> bool:
    if local(node) in ACTIVITIES or local(node) == "boundaryEvent":
        return False
    return not scope.incoming.get(node.get("id", ""))
