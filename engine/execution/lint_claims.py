"""Does the file claim anything about the process that the engine would not keep to?

Attributes and references that change nothing in a run but say that they do.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.model import GATEWAYS
from engine.execution.xml import BPMN, SPIFF, children, local, namespace

_XPATH: Final = "http://www.w3.org/1999/XPath"  # what the schema says when nothing is written
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_EXPRESSIONS: Final = frozenset({"tExpression", "tFormalExpression"})
_TEXTS: Final = frozenset(
    {
        "activationCondition",
        "completionCondition",
        "condition",
        "conditionExpression",
        "expression",
        "formalExpression",
        "from",
        "loopCardinality",
        "loopCondition",
        "script",
        "timeCycle",
        "timeDate",
        "timeDuration",
        "to",
        "transformation",
    }
)
_METHOD: Final = Sentence("トランザクションの方式（method）は見られません。取り除きます。")
_REFUSED: Final = {
    ("isClosed", "true"): Sentence(
        "isClosed（図にないやり取りを許さない指定）は見られません。取り除きます。"
    ),
    ("processType", "Public"): Sentence(
        "公開用の業務フロー（processType が Public）は、やり取りだけを示すもので実行できません。"
        "processType を取り除きます。"
    ),
    ("method", "##Image"): _METHOD,
    ("method", "##Store"): _METHOD,
}
_POOL: Final = {
    "participantMultiplicity": Sentence(
        "参加者の数（participantMultiplicity）は見られません。取り除き、注記に書きます。"
    ),
    "interfaceRef": Sentence(
        "参加者のインターフェース（interfaceRef）は見られません。取り除きます。"
    ),
    "endPointRef": Sentence("参加者の接続先（endPointRef）は見られません。取り除きます。"),
}


def check_claims(report: Report) -> None:
    """Everything of the kind, wherever it stands in the file."""
    _check_languages(report)
    for element in report.diagram.root.iter(f"{{{BPMN}}}*", f"{{{SPIFF}}}*"):
        _check_type(report, element)
        _check_text(report, element)
        _check_values(report, element)
    for scope, node in report.diagram.nodes(*GATEWAYS):
        id_ = node.get("id", "")
        ways = len(scope.incoming.get(id_, ())), len(scope.outgoing.get(id_, ()))
        _check_direction(report, node, *ways)


def _check_languages(report: Report) -> None:
    language = report.diagram.root.get("expressionLanguage", "").strip()
    if language not in ("", _XPATH) and "FEEL" not in language.upper():
        report.refuse(
            report.diagram.root,
            "expression_language",
            Sentence(
                "式の言語「%(language)s」は使えません。"
                "FEELで書き、expressionLanguage を取り除きます。",
                language=language,
            ),
        )


def _check_type(report: Report, element: etree._Element) -> None:
    """The reader goes by the name of an element, never by `xsi:type`."""
    type_ = element.get(_XSI_TYPE)
    if type_ is not None and type_.rpartition(":")[2] not in _EXPRESSIONS:
        report.refuse(
            element,
            "other_type",
            Sentence(
                "「%(element)s」を別の種類（%(type)s）とする書き方は読まれません。"
                "xsi:type を取り除き、その種類の要素で描きます。",
                element=local(element),
                type=type_,
            ),
        )


def _check_text(report: Report, element: etree._Element) -> None:
    """Only the text before the first element inside would be read."""
    if namespace(element) == BPMN and local(element) not in _TEXTS:
        return
    inner = [entry for entry in element if (entry.tail or "").strip()]
    if local(element) == "script":
        inner = list(element)
    if inner:
        report.refuse(
            element,
            "element_in_text",
            Sentence(
                "式やスクリプトの途中に「%(element)s」があり、その先が読まれません。取り除きます。",
                element=local(inner[0]),
            ),
        )


def _check_values(report: Report, element: etree._Element) -> None:
    for (name, value), told in _REFUSED.items():
        if element.get(name, "").strip() == value:
            report.refuse(element, "claim", told)
    kind = local(element)
    if kind == "participant":
        for entry in children(element, *_POOL):
            report.refuse(element, "claim", _POOL[local(entry)])
    elif kind == "lane":
        _check_lane(report, element)
    elif kind == "messageFlow":
        _check_message_flow(report, element)
    elif kind == "serviceTask" and element.get("operationRef") is not None:
        report.refuse(
            element, "operation_ref", Sentence("operationRef は見られません。取り除きます。")
        )


def _check_lane(report: Report, lane: etree._Element) -> None:
    if lane.get("partitionElementRef") is not None or children(lane, "partitionElement"):
        report.refuse(
            lane,
            "claim",
            Sentence(
                "レーンの役割は名前で決まり、ほかの指定（partitionElement）は見られません。"
                "取り除き、名前を役割の記号か役割の名前にします。"
            ),
        )


def _check_message_flow(report: Report, flow: etree._Element) -> None:
    ids = {
        element.get("id") for element in report.diagram.root.iter() if namespace(element) == BPMN
    }
    for name in ("sourceRef", "targetRef", "messageRef"):
        target = flow.get(name)
        if target is not None and target.rpartition(":")[2] not in ids:
            report.refuse(
                flow,
                "missing_ref",
                Sentence(
                    "%(name)s が指す「%(target)s」がこのファイルにありません。"
                    "参照先を作るか、メッセージフローを引き直します。",
                    name=name,
                    target=target,
                ),
            )


def _check_direction(report: Report, node: etree._Element, came: int, left: int) -> None:
    direction = node.get("gatewayDirection", "Unspecified")
    if (direction == "Converging" and left > 1) or (direction == "Diverging" and came > 1):
        report.refuse(
            node,
            "gateway_direction",
            Sentence(
                "ゲートウェイの向き（gatewayDirection が %(direction)s）と、つながっている流れの"
                "本数が合いません。gatewayDirection を取り除くか、流れを引き直します。",
                direction=direction,
            ),
        )
