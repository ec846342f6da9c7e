"""Do the failures that a diagram turns into errors have a code, and somebody to catch them?"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.mapped_errors import CODES, EXPRESSION, read_codes
from engine.execution.model import Scope
from engine.execution.properties import of
from engine.execution.xml import children

_TASKS = ("scriptTask", "serviceTask", "businessRuleTask")


def check_errors(report: Report) -> None:
    """Codes can be read; a code nobody in the diagram catches is told, for it ends the case."""
    for scope, task in report.diagram.nodes(*_TASKS):
        values = of(task)
        if EXPRESSION in values:
            report.expression(task, values[EXPRESSION], Sentence("結果のエラー（errorExpression）"))
        if CODES in values:
            _check_codes(report, scope, task, values[CODES])


def _check_codes(report: Report, scope: Scope, task: etree._Element, source: str) -> None:
    codes = read_codes(source)
    if codes is None:
        report.refuse(
            task,
            "bad_error_code",
            Sentence(
                "失敗をエラーにする指定（errorCode）「%(source)s」を読めません。E1 のようにコードを"
                "1つ書くか、operation_failed=E1, *=E9 のように並べます。",
                source=source,
            ),
        )
        return
    caught = set(_caught(report, scope, task))
    for code in sorted(set(codes.values()) - caught) if "" not in caught else ():
        report.warn(
            task,
            "error_not_caught",
            Sentence(
                "エラー「%(code)s」を受けるエラーイベントがこの図にないため、失敗すると案件が終わります。",
                code=code,
            ),
        )


def _caught(report: Report, scope: Scope | None, node: etree._Element) -> Iterator[str]:
    """Codes that are caught around a node; empty text for an event that catches all."""
    while scope is not None:
        events = [*scope.boundary_events(node.get("id", "")), *scope.handler_starts()]
        for definition in (d for e in events for d in children(e, "errorEventDefinition")):
            error = report.diagram.find("error", definition.get("errorRef"))
            yield "" if error is None else error.get("errorCode", "")
        node, scope = scope.node, scope.parent
