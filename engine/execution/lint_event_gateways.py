"""Is it clear for what an event-based gateway waits, and what begins an instance?"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.entries import begins_instances
from engine.execution.lint_report import Report
from engine.execution.model import Scope
from engine.execution.xml import children, event_definitions, local

WAITED_FOR: Final = frozenset({"message", "signal", "timer", "conditional"})
BEGINNING: Final = frozenset({"message", "signal"})
_MARKERS: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def check_event_gateways(report: Report) -> None:
    """Event-based gateways, and the receive tasks that begin instances."""
    for scope, node in report.diagram.nodes("eventBasedGateway"):
        _check_type(report, scope, node)
        targets = scope.targets(node.get("id", ""))
        for target in targets:
            _check_target(report, scope, node, target)
        _check_kinds(report, targets)
        _check_doubles(report, targets)
    for scope, node in report.diagram.nodes("receiveTask"):
        if node.get("instantiate") == "true":
            _check_place(report, scope, node)
            _check_bare(report, scope, node, "instantiate_marker")


def _check_type(report: Report, scope: Scope, node: etree._Element) -> None:
    if node.get("instantiate") == "true":
        _check_place(report, scope, node)
    elif node.get("eventGatewayType", "Exclusive") != "Exclusive":
        report.refuse(
            node,
            "event_gateway_type",
            Sentence(
                "並行のイベントゲートウェイは、案件を開始するときだけ使えます。"
                "並行ゲートウェイの先にイベントを置きます。"
            ),
        )


def _check_place(report: Report, scope: Scope, node: etree._Element) -> None:
    if begins_instances(scope, node):
        return
    report.refuse(
        node,
        "instantiate_place",
        Sentence(
            "案件を開始する要素（instantiate）は、サブプロセスの外に置き、流れを入れません。"
            "instantiate を外すか、入る流れを消します。"
        ),
    )


def _check_target(
    report: Report, scope: Scope, gateway: etree._Element, target: etree._Element
) -> None:
    kinds = {local(one).removesuffix("EventDefinition") for one in event_definitions(target)}
    begins = gateway.get("instantiate") == "true"
    for_all = target.get("parallelMultiple") == "true" and len(event_definitions(target)) > 1
    is_event = local(target) == "intermediateCatchEvent" and kinds and kinds <= WAITED_FOR
    beginning = {"message"} if gateway.get("eventGatewayType") == "Parallel" else BEGINNING
    if begins and local(target) != "receiveTask" and not (is_event and kinds <= beginning):
        report.refuse(
            target,
            "event_gateway_target",
            Sentence(
                "案件を開始するイベントゲートウェイの先には、メッセージ、一斉通知の中間イベントか"
                "受信タスクだけを置けます（すべてを待つものの先に、一斉通知は置けません）。"
            ),
        )
    elif for_all or (not is_event and local(target) != "receiveTask"):
        report.refuse(
            target,
            "event_gateway_target",
            Sentence(
                "イベントゲートウェイの先には、メッセージ、一斉通知、タイマー、条件の"
                "中間イベントか、受信タスクだけを置けます（そろうのを待つものは置けません）。"
            ),
        )
    elif len(scope.incoming.get(target.get("id", ""), ())) > 1:
        report.refuse(
            target,
            "event_gateway_target",
            Sentence("イベントゲートウェイの先のイベントには、ほかから流れを入れられません。"),
        )
    _check_bare(report, scope, target, "event_gateway_target")


def _check_bare(report: Report, scope: Scope, node: etree._Element, code: str) -> None:
    """A receive task that does not begin by itself has no rim, no loop and no quantity."""
    is_marked = children(node, *_MARKERS) or node.get("startQuantity", "1") != "1"
    if local(node) == "receiveTask" and (is_marked or scope.boundary_events(node.get("id", ""))):
        report.refuse(
            node,
            code,
            Sentence(
                "この受信タスクは待ち合わせの一部のため、境界イベント、繰返し、startQuantity を"
                "付けられません。取り除きます。"
            ),
        )


def _check_kinds(report: Report, targets: list[etree._Element]) -> None:
    """BPMN 2.0, 10.6.6: receive tasks or message events, never both."""
    tasks = [target for target in targets if local(target) == "receiveTask"]
    kinds = {local(one) for target in targets for one in event_definitions(target)}
    if tasks and "messageEventDefinition" in kinds:
        report.refuse(
            tasks[0],
            "event_gateway_target",
            Sentence(
                "受信タスクとメッセージの中間イベントを、1つのイベントゲートウェイの先に"
                "混ぜられません。どちらかにそろえます。"
            ),
        )


def _check_doubles(report: Report, targets: list[etree._Element]) -> None:
    seen: set[tuple[str, str]] = set()
    for target in targets:
        for place in [target, *event_definitions(target)]:
            for attribute in ("messageRef", "signalRef"):
                key = (attribute, place.get(attribute, ""))
                if key[1] and key in seen:
                    report.refuse(
                        target,
                        "same_event_twice",
                        Sentence(
                            "同じメッセージまたは一斉通知を2か所で待っているため、どちらへ進むか"
                            "決まりません。片方を別の名前にします。"
                        ),
                    )
                seen.add(key)
