"""Can what a diagram wants to undo be undone, and is every handler there for something?"""

from __future__ import annotations

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import ACTIVITIES, SUBPROCESSES, Scope
from engine.execution.xml import child, children, local


def check_compensation(report: Report) -> None:
    """Boundary events, handlers, and the events that throw."""
    for scope in report.diagram.scopes:
        tied = _tied(scope)
        for event in _boundary_events(scope):
            _check_boundary(report, scope, event)
        for node in scope.nodes.values():
            if is_handler(node):
                _check_handler(report, scope, node, tied)
        _check_own_handlers(report, scope)
    for scope, event in report.diagram.nodes("intermediateThrowEvent", "endEvent"):
        for definition in children(event, "compensateEventDefinition"):
            _check_throw(report, scope, event, definition.get("activityRef"))


def can_have_own_handler(scope: Scope) -> bool:
    """Whether the scope is a sub-process that can be undone as a whole after its completion."""
    return scope.parent is not None and not scope.is_event_subprocess


def is_handler(node: etree._Element) -> bool:
    """Whether an activity only runs to undo another one."""
    return node.get("isForCompensation") == "true"


def is_undoing(event: etree._Element) -> bool:
    """Whether it is the boundary event that ties a handler to an activity."""
    return local(event) == "boundaryEvent" and child(event, "compensateEventDefinition") is not None


def handlers_of(boundary: etree._Element) -> list[str]:
    """Ids of what associations tie to a compensation boundary event."""
    scope, id_ = boundary.getparent(), boundary.get("id", "")
    found = []
    for association in () if scope is None else children(scope, "association"):
        ends = [association.get("sourceRef", ""), association.get("targetRef", "")]
        if id_ in ends:
            found.append(ends[1 - ends.index(id_)])
    return found


def _boundary_events(scope: Scope) -> list[etree._Element]:
    return [event for event in scope.of_kind("boundaryEvent") if is_undoing(event)]


def _tied(scope: Scope) -> set[str]:
    return {id_ for event in _boundary_events(scope) for id_ in handlers_of(event)}


def _check_boundary(report: Report, scope: Scope, event: etree._Element) -> None:
    found = [scope.nodes[id_] for id_ in handlers_of(event) if id_ in scope.nodes]
    handlers = [node for node in found if is_handler(node)]
    if len(handlers) != 1:
        report.refuse(
            event,
            "no_compensation_handler",
            Sentence(
                "補償の境界イベントから、補償の作業（isForCompensation）へ関連を1本だけ引きます。"
            ),
        )
    if scope.outgoing.get(event.get("id", "")):
        report.refuse(
            event,
            "flow_out_of_compensation",
            Sentence(
                "補償の境界イベントからは流れを出せません。補償の作業へ関連（点線）を引きます。"
            ),
        )
    if event.get("cancelActivity", "true") != "true":
        report.refuse(
            event,
            "compensation_after_completion",
            Sentence(
                "補償の境界イベントは、作業が終わったあとに働きます。"
                "cancelActivity は true にします。"
            ),
        )
    siblings = scope.boundary_events(event.get("attachedToRef", ""))
    if event in [one for one in siblings if is_undoing(one)][1:]:
        report.refuse(
            event,
            "same_event_twice",
            Sentence("1つの作業に補償の境界イベントを2つ付けられません。1つにします。"),
        )


def _check_handler(report: Report, scope: Scope, node: etree._Element, tied: set[str]) -> None:
    id_ = node.get("id", "")
    if scope.incoming.get(id_) or scope.outgoing.get(id_):
        report.refuse(
            node,
            "flow_at_compensation_handler",
            Sentence(
                "補償の作業には流れをつなげません。補償の境界イベントから関連（点線）を引きます。"
            ),
        )
    if scope.boundary_events(id_):
        report.refuse(
            node,
            "boundary_host",
            Sentence(
                "補償の作業の縁に境界イベントは置けません。補償の作業をサブプロセスにし、"
                "その中の作業に付けます。"
            ),
        )
    if id_ not in tied:
        report.refuse(
            node,
            "unused_compensation_handler",
            Sentence(
                "この補償の作業は、どの補償の境界イベントともつながっていません。関連を引くか、消します。"
            ),
        )


def _check_throw(report: Report, scope: Scope, event: etree._Element, activity: str | None) -> None:
    around = scope
    while around.is_event_subprocess and around.parent is not None:
        around = around.parent
    known = {id_ for id_, node in around.nodes.items() if _can_be_undone(report, around, node)}
    if not known if activity is None else activity not in known:
        report.refuse(
            event,
            "nothing_to_compensate",
            Sentence(
                "補償の対象「%(activity)s」が同じ範囲にないか、補償の作業を持ちません。"
                "選び直します。",
                activity=activity,
            )
            if activity
            else Sentence(
                "この範囲には補償の作業を持つ作業がありません。対象の作業に補償の境界イベントを付けます。"
            ),
        )


def _can_be_undone(report: Report, scope: Scope, node: etree._Element) -> bool:
    """Whether an activity has a handler, or something inside it has."""
    if local(node) not in ACTIVITIES or is_handler(node):
        return False
    if any(is_undoing(event) for event in scope.boundary_events(node.get("id", ""))):
        return True
    if local(node) not in SUBPROCESSES or node.get("triggeredByEvent") == "true":
        return False
    inner = next((one for one in report.diagram.scopes if one.node is node), None)
    return inner is not None and (
        bool(_own_handler_starts(inner))
        or any(_can_be_undone(report, inner, one) for one in inner.nodes.values())
    )


def _check_own_handlers(report: Report, scope: Scope) -> None:
    """The event sub-processes that undo the scope they stand in."""
    starts = _own_handler_starts(scope)
    for extra in starts[1:]:
        report.refuse(
            extra,
            "same_event_twice",
            Sentence("補償のイベントサブプロセスは、1つの範囲に1つだけ置けます。1つにします。"),
        )
    for start in starts:
        if start.get("isInterrupting", "true") != "true":
            report.refuse(
                start,
                "compensation_after_completion",
                Sentence(
                    "補償のイベントサブプロセスは、まわりの範囲が終わったあとに働きます。"
                    "isInterrupting は true にします。"
                ),
            )


def _own_handler_starts(scope: Scope) -> list[etree._Element]:
    return [
        start
        for node in scope.event_subprocesses()
        for start in children(node, "startEvent")
        if child(start, "compensateEventDefinition") is not None
    ]
