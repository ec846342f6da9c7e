"""Do the gateways of a diagram lead somewhere, and does every loop stop for someone?"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import HUMAN, SUBPROCESSES, Scope
from engine.execution.xml import BPMN, child, event_definitions, extension, local

# A token rests in these, so a loop through one of them does not spin.
_RESTS = HUMAN | {"receiveTask", "intermediateCatchEvent", "callActivity", "eventBasedGateway"}
_WAITED_FOR = frozenset({"message", "signal", "timer", "conditional"})


def check_gateways(report: Report) -> None:
    """Conditions where they are looked at, a way out where none holds."""
    for scope, node in report.diagram.nodes("exclusiveGateway", "inclusiveGateway"):
        _check_choice(report, scope, node)
    for scope, node in report.diagram.nodes("parallelGateway", "eventBasedGateway"):
        for flow in scope.outgoing.get(node.get("id", ""), ()):
            if child(flow, "conditionExpression") is not None:
                report.refuse(
                    flow,
                    "condition_ignored",
                    Sentence(
                        "このゲートウェイから出る流れの条件は見られません。条件を消すか、"
                        "排他または包含のゲートウェイにします。"
                    ),
                )
    for scope, node in report.diagram.nodes("eventBasedGateway"):
        _check_event_gateway(report, scope, node)


def check_loops(report: Report) -> None:
    """No loop runs without a person, an event or a call in it."""
    for scope in report.diagram.scopes:
        spinning = _spinning(report, scope)
        if spinning:
            names = "、".join(str(n.get("name") or n.get("id")) for n in spinning)
            report.refuse(
                spinning[0],
                "endless_loop",
                Sentence(
                    "人の作業も待ち合わせもない繰返しがあります（%(names)s）。"
                    "繰返しの中にタスクかイベントを置きます。",
                    names=names,
                ),
            )


def _check_choice(report: Report, scope: Scope, node: etree._Element) -> None:
    flows = scope.outgoing.get(node.get("id", ""), ())
    default = node.get("default")
    if default and default not in {flow.get("id") for flow in flows}:
        report.refuse(
            node,
            "missing_ref",
            Sentence(
                "既定の流れ「%(default)s」はこのゲートウェイから出ていません。"
                "出る流れから選びます。",
                default=default,
            ),
        )
    if len(flows) > 1 and not default:
        report.refuse(
            node,
            "no_default",
            Sentence(
                "どの条件にも当てはまらないときの流れが決まっていません。既定の流れを1本選びます。"
            ),
        )
    for flow in flows:
        _check_choice_flow(report, flow, is_default=flow.get("id") == default, only=len(flows) == 1)


def _check_choice_flow(
    report: Report, flow: etree._Element, *, is_default: bool, only: bool
) -> None:
    condition = child(flow, "conditionExpression")
    if condition is None:
        if not is_default and not only:
            report.refuse(
                flow,
                "no_condition",
                Sentence("この流れに条件がありません。条件をFEELの式で書きます。"),
            )
    elif is_default:
        report.refuse(
            flow,
            "condition_on_default",
            Sentence("既定の流れの条件は見られません。条件を消します。"),
        )
    elif only:
        report.refuse(
            flow,
            "condition_on_only_flow",
            Sentence(
                "出る流れが1本のため、条件が合わないと案件が止まります。条件を消すか、"
                "既定の流れを足します。"
            ),
        )


def _check_event_gateway(report: Report, scope: Scope, node: etree._Element) -> None:
    targets = scope.targets(node.get("id", ""))
    kind = node.get("eventGatewayType", "Exclusive")
    if kind != "Exclusive" or node.get("instantiate") == "true":
        report.refuse(
            node,
            "event_gateway_type",
            Sentence(
                "案件を開始するイベントゲートウェイや並行のイベントゲートウェイは使えません。"
                "開始イベントと排他の待ち合わせで描きます。"
            ),
        )
    for target in targets:
        _check_event_target(report, scope, target)
    timers = [t for t in targets if child(t, "timerEventDefinition") is not None]
    for extra in timers[1:]:
        report.refuse(
            extra,
            "several_timers",
            Sentence("イベントゲートウェイの先に置けるタイマーは1つです。早い方だけを残します。"),
        )
    seen: set[tuple[str, str]] = set()
    for target in targets:
        for definition in event_definitions(target):
            awaited = definition.get("messageRef") or definition.get("signalRef")
            key = (local(definition), awaited or "")
            if awaited and key in seen:
                report.refuse(
                    target,
                    "same_event_twice",
                    Sentence(
                        "同じメッセージまたは一斉通知を2か所で待っているため、どちらへ進むか決まりません。"
                        "片方を別の名前にします。"
                    ),
                )
            seen.add(key)


def _check_event_target(report: Report, scope: Scope, target: etree._Element) -> None:
    kinds = {_kind(definition) for definition in event_definitions(target)}
    if (
        local(target) != "intermediateCatchEvent"
        or not kinds
        or not kinds <= _WAITED_FOR
        or (target.get("parallelMultiple") == "true" and len(event_definitions(target)) > 1)
    ):
        report.refuse(
            target,
            "event_gateway_target",
            Sentence(
                "イベントゲートウェイの先には、メッセージ、一斉通知、タイマー、"
                "条件の中間イベントだけを置けます（そろうのを待つものは置けません）。"
            ),
        )
    elif len(scope.incoming.get(target.get("id", ""), ())) > 1:
        report.refuse(
            target,
            "event_gateway_target",
            Sentence("イベントゲートウェイの先のイベントには、ほかから流れを入れられません。"),
        )


def _spinning(report: Report, scope: Scope) -> list[etree._Element]:
    """The nodes of one cycle in which no token rests, or nothing."""
    passing = {id_ for id_, node in scope.nodes.items() if not _rests(report, node)}
    finished: set[str] = set()
    for start in sorted(passing):
        cycle = _cycle_from(scope, start, passing, finished)
        if cycle:
            return [scope.nodes[id_] for id_ in cycle]
    return []


def _cycle_from(scope: Scope, start: str, passing: set[str], finished: set[str]) -> list[str]:
    path: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = []
    follow: str | None = start
    while follow is not None or stack:
        if follow is not None:
            if follow in path:
                return path[path.index(follow) :]
            if follow not in finished:
                path.append(follow)
                stack.append((follow, _next(scope, follow, passing)))
        if not stack:
            break
        current, rest = stack[-1]
        follow = next(rest, None)
        if follow is None:
            finished.add(current)
            stack.pop()
            path.pop()
    return []


def _next(scope: Scope, id_: str, passing: set[str]) -> Iterator[str]:
    for target in [*scope.targets(id_), *scope.boundary_events(id_)]:
        if target.get("id", "") in passing:
            yield target.get("id", "")


def _rests(report: Report, node: etree._Element) -> bool:
    kind = local(node)
    if kind in _RESTS:
        return True
    if kind == "boundaryEvent":
        return any(_kind(definition) in _WAITED_FOR for definition in event_definitions(node))
    if kind == "serviceTask":
        operator = extension(node, "serviceTaskOperator")
        name = "" if operator is None else operator.get("id", "")
        spec = report.known.operations.get(name)
        return spec is not None and spec.runs == "after_commit"
    if kind in SUBPROCESSES:
        return any(local(inner) in _RESTS for inner in node.iter(f"{{{BPMN}}}*"))
    return False


def _kind(definition: etree._Element) -> str:
    return local(definition).removesuffix("EventDefinition")
