"""Do the gateways of a diagram lead somewhere, and does every loop stop for someone?"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_event_gateways import WAITED_FOR
from engine.execution.lint_report import Report
from engine.execution.lint_structure import reached_without
from engine.execution.model import HUMAN, SUBPROCESSES, Scope, link_name
from engine.execution.xml import BPMN, child, event_definitions, extension, local, text

# A token rests in these, so a loop through one of them does not spin.
_RESTS = HUMAN | {"receiveTask", "intermediateCatchEvent", "callActivity", "eventBasedGateway"}


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
    for scope, node in report.diagram.nodes("complexGateway"):
        _check_complex(report, scope, node)
    for scope, node in report.diagram.nodes("parallelGateway"):
        _check_closed(report, scope, node)


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


def _check_complex(report: Report, scope: Scope, node: etree._Element) -> None:
    """A joining one begins by its condition, and each flow says in which of its two phases."""
    activation = child(node, "activationCondition")
    if len(scope.incoming.get(node.get("id", ""), ())) < 2:  # noqa: PLR2004  it does not join
        _check_choice(report, scope, node)
        if activation is not None:
            report.refuse(
                node,
                "activation_ignored",
                Sentence(
                    "入る流れが1本のため、開始の条件（activationCondition）は見られません。消します。"
                ),
            )
        return
    if activation is None:
        report.refuse(
            node,
            "no_activation",
            Sentence(
                "いつ先へ進むかが決まっていません。activationCondition に、届いた数 activationCount"
                " を使った式を書きます（例：activationCount >= 2）。"
            ),
        )
    flows = scope.outgoing.get(node.get("id", ""), ())
    default = node.get("default")
    sources = [text(child(flow, "conditionExpression")) for flow in flows]
    for flow, source in zip(flows, sources, strict=True):
        _check_complex_flow(report, flow, source, is_default=flow.get("id") == default)
    if not default and not {"waitingForStart", "= waitingForStart"} & set(sources):
        report.refuse(
            node,
            "no_default",
            Sentence(
                "どの条件にも当てはまらないときの流れが決まっていません。既定の流れを1本選ぶか、"
                "必ず通る流れの条件を waitingForStart にします。"
            ),
        )


def _check_complex_flow(
    report: Report, flow: etree._Element, source: str, *, is_default: bool
) -> None:
    if is_default and source:
        report.refuse(
            flow,
            "condition_on_default",
            Sentence("既定の流れの条件は見られません。条件を消します。"),
        )
    elif not is_default and not source:
        report.refuse(
            flow,
            "no_condition",
            Sentence(
                "この流れに条件がありません。最初に進むときだけ通るなら waitingForStart、"
                "遅れて届いた分でも通るなら条件を書きます。"
            ),
        )


def _check_closed(report: Report, scope: Scope, node: etree._Element) -> None:
    """A join that needs what only comes out of itself never opens."""
    id_ = node.get("id", "")
    reached = reached_without(scope, id_)
    sources = set(scope.sources(id_))
    if sources & reached and sources - reached:
        report.refuse(
            node,
            "join_never_opens",
            Sentence(
                "並行ゲートウェイが、自分より先から戻る流れも待つため、いつまでも先へ進めません。"
                "戻る流れは排他ゲートウェイで合わせます。"
            ),
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
        return link_name(node) is None
    if kind == "boundaryEvent":
        return any(_kind(definition) in WAITED_FOR for definition in event_definitions(node))
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
