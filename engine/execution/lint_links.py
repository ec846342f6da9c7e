"""Does every link event of a diagram lead to exactly one place, and is every place led to?"""

from __future__ import annotations

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import Scope, link_name
from engine.execution.xml import BPMN, children, local


def check_links(report: Report) -> None:
    """Throwing and catching link events of one name stand in one scope, one of them catches."""
    for scope in report.diagram.scopes:
        catching: dict[str, etree._Element] = {}
        for node in scope.of_kind("intermediateCatchEvent"):
            name = link_name(node)
            if name is None:
                continue
            _check_catch(report, scope, node, catching.setdefault(name, node))
        for node in scope.of_kind("intermediateThrowEvent"):
            name = link_name(node)
            if name is not None:
                _check_throw(report, scope, node, catching.get(name))
    for definition in report.diagram.root.iter(f"{{{BPMN}}}linkEventDefinition"):
        if children(definition, "source", "target"):
            report.refuse(
                definition,
                "link_reference",
                Sentence(
                    "リンクの相手は名前で決まり、source と target は見られません。取り除きます。"
                ),
            )


def _check_catch(report: Report, scope: Scope, node: etree._Element, first: etree._Element) -> None:
    id_, name = node.get("id", ""), link_name(node) or ""
    if not name:
        _refuse_nameless(report, node)
    elif first is not node:
        report.refuse(
            node,
            "two_link_targets",
            Sentence(
                "リンク「%(name)s」の受け側が2つあり、どちらへ進むか決まりません。1つにします。",
                name=name,
            ),
        )
    elif not any(id_ in targets for targets in scope.links.values()):
        report.refuse(
            node,
            "unmatched_link",
            Sentence(
                "リンク「%(name)s」の送り側が同じ範囲にありません。同じ名前の送り側を置きます。",
                name=name,
            ),
        )
    if scope.incoming.get(id_):
        report.refuse(
            node,
            "flow_into_link",
            Sentence("リンクの受け側には流れを入れられません。送り側から続きます。"),
        )


def _check_throw(
    report: Report, scope: Scope, node: etree._Element, target: etree._Element | None
) -> None:
    name = link_name(node) or ""
    if not name:
        _refuse_nameless(report, node)
    elif target is None:
        report.refuse(
            node,
            "unmatched_link",
            Sentence(
                "リンク「%(name)s」の受け側が同じ範囲にありません。同じ名前の受け側を置きます。",
                name=name,
            ),
        )
    if scope.outgoing.get(node.get("id", "")):
        report.refuse(
            node,
            "flow_out_of_link",
            Sentence("リンクの送り側からは流れを出せません。受け側から続けます。"),
        )


def _refuse_nameless(report: Report, node: etree._Element) -> None:
    side = Sentence("送り側") if local(node) == "intermediateThrowEvent" else Sentence("受け側")
    report.refuse(
        node,
        "no_link_name",
        Sentence(
            "リンクの%(side)sに名前がないため、相手が決まりません。リンクに name を付けます。",
            side=side,
        ),
    )
