"""Do the elements of a diagram hang together: ids, references, flows, ends, reachability?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.entries import implicit_ends, implicit_starts, instantiating
from engine.execution.lint_compensation import is_handler
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, FLOW_NODES, GATEWAYS, Scope
from engine.execution.xml import (
    BPMN,
    SPIFF,
    children,
    event_definitions,
    local,
    namespace,
    text,
)

# Names the library gives to nodes of its own; an element with such an id is swallowed silently.
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
MAX_PARTS = 3_000  # nodes and flows of all scopes together
MAX_NODES = 310  # 300 paths side by side; the parser follows flows by recursion, 400 in a row work
DERIVED = (
    ".EndJoin",
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
    ".ScopeEvent",
    ".Choosing",
    ".Begun",
    " [child]",
)


def check_process(report: Report) -> None:
    """One executable process, with a start and an end."""
    diagram = report.diagram
    if diagram.process is None:
        report.refuse(
            diagram.root,
            "no_process",
            Sentence("実行できる業務フローがありません。プールの中に描きます。"),
        )
        return
    if not diagram.executable:
        report.refuse(
            diagram.process,
            "not_executable",
            Sentence("業務フローが実行対象になっていません。isExecutable を true にします。"),
        )
    for extra in diagram.executable[1:]:
        report.refuse(
            extra,
            "several_processes",
            Sentence(
                "1つのファイルに置ける実行対象の業務フローは1つです。別のフォルダに分けます。"
            ),
        )
    for scope in diagram.scopes:
        if not scope.is_ad_hoc:
            _check_ends(report, scope)


def is_bounded(report: Report) -> bool:
    """Whether the diagram is small enough for the other checks, and for the parser.

    The parser follows the flows by recursion; the checks compare elements with one another.
    """
    everything = sum(len(scope.nodes) + len(scope.flows) for scope in report.diagram.scopes)
    longest = max(report.diagram.scopes, key=lambda scope: len(scope.nodes), default=None)
    if longest is None or (len(longest.nodes) <= MAX_NODES and everything <= MAX_PARTS):
        return True
    report.refuse(
        longest.node,
        "too_many_nodes",
        Sentence(
            "要素が多すぎます（1つの枠の中に%(max_nodes)s個、"
            "流れを含めて全体で%(max_parts)s個まで）。別の業務フローに分けます。",
            max_nodes=MAX_NODES,
            max_parts=f"{MAX_PARTS:,}",
        ),
    )
    return False


def check_ids(report: Report) -> None:
    """Every id stands once, every node has one, and none is a name of the library."""
    seen: set[str] = set()
    for element in report.diagram.root.iter():
        id_ = element.get("id")
        if id_ is None or namespace(element) == SPIFF:  # names of operations and parameters
            continue
        if id_ in seen:
            report.refuse(
                element,
                "duplicate_id",
                Sentence("識別子「%(id)s」が2か所で使われています。片方を変えます。", id=id_),
            )
        seen.add(id_)
        if local(element) in FLOW_NODES and (id_ in RESERVED or id_.endswith(DERIVED)):
            report.refuse(
                element,
                "reserved_id",
                Sentence(
                    "識別子「%(id)s」は実行エンジンが内部で使います。別の識別子にします。", id=id_
                ),
            )
    for scope in report.diagram.scopes:
        for node in children(scope.node):
            if local(node) in ACTIVITIES | GATEWAYS and not node.get("id"):
                report.refuse(
                    node, "missing_id", Sentence("識別子のない要素があります。id を付けます。")
                )


def check_references(report: Report) -> None:
    """What messages, errors, lanes and participants point to exists."""
    root = report.diagram.root
    kinds = {
        "messageRef": "message",
        "signalRef": "signal",
        "errorRef": "error",
        "escalationRef": "escalation",
    }
    for element in root.iter():
        for attribute, kind in kinds.items():
            target = element.get(attribute)
            if target is not None and report.diagram.find(kind, target) is None:
                _missing(report, element, attribute, target)
    for participant in root.iter(f"{{{BPMN}}}participant"):
        target = participant.get("processRef")
        processes = {p.get("id") for p in children(root, "process")}
        if target is not None and target not in processes:
            _missing(report, participant, "processRef", target)
    _check_lanes(report, root)


def _check_lanes(report: Report, root: etree._Element) -> None:
    everything = {element.get("id") for element in root.iter()}
    homes: dict[str, etree._Element | None] = {}
    for lane in root.iter(f"{{{BPMN}}}lane"):
        if children(lane, "childLaneSet"):
            continue
        for reference in children(lane, "flowNodeRef"):
            id_ = text(reference)
            if id_ not in everything:
                _missing(report, reference, "flowNodeRef", id_)
            elif homes.setdefault(id_, lane) is not lane:
                report.refuse(
                    lane,
                    "two_lanes",
                    Sentence(
                        "要素「%(id)s」が2つのレーンに入っています。片方のレーンから外します。",
                        id=id_,
                    ),
                )


def check_flows(report: Report) -> None:
    """Each flow joins two nodes of one scope and leaves only where it may."""
    for scope in report.diagram.scopes:
        for flow in scope.flows:
            _check_flow_ends(report, scope, flow)
        for node in scope.nodes.values():
            _check_named_flows(report, scope, node)
            _check_incoming(report, scope, node)
            _check_outgoing(report, scope, node)


def check_reachability(report: Report) -> None:
    """Every node can be reached from where its process or sub-process begins."""
    for scope in report.diagram.scopes:
        reached = _reached(scope)
        for id_, node in scope.nodes.items():
            if id_ not in reached:
                report.refuse(
                    node,
                    "unreachable",
                    Sentence(
                        "開始イベントからここへ来る道がありません。流れをつなぐか、要素を消します。"
                    ),
                )


def _check_ends(report: Report, scope: Scope) -> None:
    starts = scope.of_kind("startEvent")
    if not starts and not implicit_starts(scope) and not instantiating(scope):
        report.refuse(
            scope.node,
            "no_start",
            Sentence("開始イベントがありません。開始イベントを1つ置きます。"),
        )
    if not scope.of_kind("endEvent") and not implicit_ends(scope):
        report.refuse(
            scope.node,
            "no_end",
            Sentence(
                "終了イベントがないため、案件がいつまでも終わりません。終了イベントを置きます。"
            ),
        )
    inner = scope.parent is not None
    plain = [start for start in starts if not event_definitions(start)]
    if (inner and len(starts) > 1) or len(plain) > 1:
        report.refuse(
            (starts if inner else plain)[1],
            "several_starts",
            Sentence("開始イベントが複数あり、どこから始めるか決まりません。1つにします。"),
        )


def _missing(report: Report, place: etree._Element, attribute: str, target: str) -> None:
    report.refuse(
        place,
        "missing_ref",
        Sentence(
            "%(attribute)s が指す「%(target)s」がこのファイルにありません。"
            "参照先を作るか、選び直します。",
            attribute=attribute,
            target=target,
        ),
    )


def _check_flow_ends(report: Report, scope: Scope, flow: etree._Element) -> None:
    everywhere = {node.get("id") for _, node in report.diagram.nodes()}
    for attribute in ("sourceRef", "targetRef"):
        target = flow.get(attribute, "")
        if target in scope.nodes:
            continue
        if target in everywhere:
            report.refuse(
                flow,
                "flow_crosses_scope",
                Sentence("流れがサブプロセスの枠をまたいでいます。枠の中と外を別々につなぎます。"),
            )
        else:
            _missing(report, flow, attribute, target)


def _check_named_flows(report: Report, scope: Scope, node: etree._Element) -> None:
    """The flows a node names are those that are drawn: a name left over means a lost flow."""
    for kind, drawn in (("incoming", scope.incoming), ("outgoing", scope.outgoing)):
        joined = {flow.get("id") for flow in drawn.get(node.get("id", ""), ())}
        for name in map(text, children(node, kind)):
            if name not in joined:
                _missing(report, node, kind, name)


def _check_incoming(report: Report, scope: Scope, node: etree._Element) -> None:
    if not scope.incoming.get(node.get("id", "")):
        return
    if local(node) == "startEvent":
        report.refuse(node, "flow_into_start", Sentence("開始イベントには流れを入れられません。"))
    elif local(node) == "boundaryEvent":
        report.refuse(
            node, "flow_into_boundary", Sentence("境界イベントには流れを入れられません。")
        )


def _check_outgoing(report: Report, scope: Scope, node: etree._Element) -> None:
    flows = scope.outgoing.get(node.get("id", ""), ())
    if local(node) == "endEvent" and flows:
        report.refuse(node, "flow_out_of_end", Sentence("終了イベントからは流れを出せません。"))


def check_beginnings(report: Report) -> None:
    """Mention what begins or ends by itself beside a drawn start or end: a flow may be missing."""
    for scope in report.diagram.scopes:
        if scope.of_kind("startEvent"):
            for node in implicit_starts(scope):
                report.warn(
                    node,
                    "begins_by_itself",
                    Sentence(
                        "入る流れがないため、開始イベントと同時に始まります。"
                        "後から始めるときは、流れをつなぎます。"
                    ),
                )
        if scope.of_kind("endEvent"):
            for node in implicit_ends(scope):
                report.warn(
                    node,
                    "ends_by_itself",
                    Sentence(
                        "この先の流れがないため、この道はここで終わります。"
                        "続きがあるときは、流れをつなぎます。"
                    ),
                )


def reached_without(scope: Scope, avoided: str) -> set[str]:
    """The ids of the nodes that a token can come to without passing that node."""
    return _reached(scope, avoided) - {avoided}


def _reached(scope: Scope, avoided: str = "") -> set[str]:
    waiting = deque(_entries(scope))
    reached: set[str] = set()
    while waiting:
        node = waiting.popleft()
        id_ = node.get("id", "")
        if id_ in reached:
            continue
        reached.add(id_)
        if id_ == avoided:
            continue
        waiting.extend(scope.targets(id_))
        waiting.extend(scope.boundary_events(id_))
    return reached


def _entries(scope: Scope) -> Iterator[etree._Element]:
    yield from scope.of_kind("startEvent")
    yield from implicit_starts(scope)
    yield from instantiating(scope)
    for node in scope.nodes.values():
        if node.get("triggeredByEvent") == "true" or is_handler(node):
            yield node
        elif scope.is_ad_hoc and not scope.incoming.get(node.get("id", "")):
            yield node  # a person starts it, or `lint_adhoc` says why not
