"""Can the event sub-processes of a diagram begin, and only by their events?"""

from __future__ import annotations

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import Scope
from engine.execution.xml import child, children, event_definitions, local

_REPEATS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def check_event_subprocesses(report: Report) -> None:
    """Each begins by an event and by nothing else, and is a part of the scope it stands in."""
    for scope in report.diagram.scopes:
        for node in scope.event_subprocesses():
            _check_frame(report, scope, node)
            for start in children(node, "startEvent"):
                _check_start(report, start)


def _check_frame(report: Report, scope: Scope, node: etree._Element) -> None:
    if local(node) == "transaction":
        report.refuse(
            node,
            "event_transaction",
            Sentence(
                "トランザクションはイベントでは始まりません。イベントサブプロセスの中に置きます。"
            ),
        )
    id_ = node.get("id", "")
    if scope.incoming.get(id_) or scope.outgoing.get(id_):
        report.refuse(
            node,
            "flow_at_event_subprocess",
            Sentence(
                "イベントサブプロセスには流れをつなげません。イベントだけで始まります。流れを消します。"
            ),
        )
    if any(child(node, kind) is not None for kind in _REPEATS):
        report.refuse(
            node,
            "event_subprocess_repeats",
            Sentence(
                "イベントサブプロセスに繰返しは付けられません。中に繰返しのサブプロセスを置きます。"
            ),
        )


def _check_start(report: Report, start: etree._Element) -> None:
    kinds = {local(one) for one in event_definitions(start)}
    if not kinds and child(start, "eventDefinitionRef") is None:
        report.refuse(
            start,
            "no_definition",
            Sentence(
                "何が起きたら始まるかが付いていないため、始まりません。メッセージ、タイマー、"
                "エラーなどを付けます。"
            ),
        )
    if "errorEventDefinition" in kinds and start.get("isInterrupting", "true") != "true":
        report.refuse(
            start,
            "error_must_interrupt",
            Sentence(
                "エラーで始まるイベントサブプロセスは、必ず周りを中断します。中断する形にします。"
            ),
        )
