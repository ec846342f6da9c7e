"""Does every task, call and sub-process of a diagram have what it needs to run?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_names import variables
from engine.execution.lint_report import ENGINE_NAMES, Report
from engine.execution.model import ACTIVITIES, SCOPES, Scope
from engine.execution.properties import of
from engine.execution.xml import SPIFF, child, children, extension, local, text
from engine.feel.checking.kinds import BOOLEAN

_PYTHON: Final = re.compile(
    r"^\s*(import|from|def|class|for\b.*:\s*$|while|with|try|raise|print\s*\(|del)\b"
    r"|__\w+__|\blambda\b|\w\.append\(|^\s*\w+\s*(\+|-|\*|/)=|\beval\(|\bexec\(|\bopen\(",
    re.MULTILINE,
)


def check_scripts(report: Report) -> None:
    """Script tasks hold FEEL assignments, and so do the scripts before and after other tasks."""
    for _, task in report.diagram.nodes("scriptTask"):
        language = task.get("scriptFormat", "").strip()
        if language.lower() not in ("", "feel"):
            report.refuse(
                task,
                "script_format",
                Sentence(
                    "スクリプトの言語「%(language)s」は動きません。"
                    "FEELの代入（名前 = 式）で書き、scriptFormat は空にします。",
                    language=language,
                ),
            )
            continue
        script = child(task, "script")
        if not text(script):
            report.refuse(
                task,
                "empty_script",
                Sentence("スクリプトが空です。「名前 = 式」を1行に1つ書きます。"),
            )
            continue
        _check_script(report, task, text(script), Sentence("スクリプト"))
    for _, node in report.diagram.nodes(*ACTIVITIES):
        for name, what in (("preScript", Sentence("前処理")), ("postScript", Sentence("後処理"))):
            place = extension(node, name)
            if place is not None and text(place):
                _check_script(report, node, text(place), what)


def check_decisions(report: Report) -> None:
    """Business rule tasks name a decision that exists."""
    for _, task in report.diagram.nodes("businessRuleTask"):
        name = text(extension(task, "calledDecisionId"))
        if not name:
            report.refuse(
                task, "no_decision", Sentence("判断表が選ばれていません。判断表を選びます。")
            )
        elif name not in report.known.decisions:
            report.refuse(
                task,
                "missing_decision",
                Sentence(
                    "判断表「%(name)s」がありません。判断表を先に公開するか、選び直します。",
                    name=name,
                ),
            )


def check_calls(report: Report, key: str) -> None:
    """Call activities call a process that exists and does not call back."""
    for _, task in report.diagram.nodes("callActivity"):
        called = task.get("calledElement", "").strip()
        if not called:
            report.refuse(
                task,
                "no_called_process",
                Sentence("呼び出す業務フローが選ばれていません。選びます。"),
            )
        elif called != key and called not in report.known.processes:
            report.refuse(
                task,
                "missing_process",
                Sentence(
                    "呼び出す業務フロー「%(called)s」がありません。先に公開するか、選び直します。",
                    called=called,
                ),
            )
        else:
            circle = _way_back(called, key, report.known.calls)
            if circle:
                report.refuse(
                    task,
                    "call_circle",
                    Sentence(
                        "呼出しが一回りして元に戻ります（%(names)s）。輪の中の1つを、"
                        "メッセージで始める形に変えます。",
                        names=" → ".join([key, *circle]),
                    ),
                )


def check_forms(report: Report) -> None:
    """Every form key names a form of the folder; forms nobody uses are mentioned."""
    used: set[str] = set()
    for _, node in report.diagram.nodes("userTask", "startEvent"):
        key = of(node).get("formKey", "")
        if key:
            used.add(key)
        elif local(node) == "userTask":
            report.warn(
                node, "no_form", Sentence("入力フォームがないため、完了のボタンだけを表示します。")
            )
        if key and f"{key}.form.json" not in report.files:
            report.refuse(
                node,
                "missing_form",
                Sentence(
                    "入力フォーム「%(key)s.form.json」が同じフォルダにありません。"
                    "フォームを作るか、選び直します。",
                    key=key,
                ),
            )
    process = report.diagram.process
    for key in sorted(set(report.forms) - used):
        if process is not None:
            report.warn(
                process,
                "unused_form",
                Sentence("入力フォーム「%(key)s」はどのタスクでも使われていません。", key=key),
            )


def check_form_names(report: Report) -> None:
    """No field of a form bears a name that the engine writes itself."""
    process = report.diagram.process
    for key, form in report.forms.items():
        for name in sorted({field.key for field in variables(form.fields)} & ENGINE_NAMES):
            report.refuse(
                report.diagram.root if process is None else process,
                "reserved_name",
                Sentence(
                    "入力フォーム「%(key)s」の項目「%(name)s」は製品が使う名前です。"
                    "別の名前にします。",
                    key=key,
                    name=name,
                ),
            )


def check_lanes(report: Report) -> None:
    """Each lane is a role of the house."""
    process = report.diagram.process
    for lane in () if process is None else process.iter("{*}lane"):
        name = lane.get("name", "").strip()
        if children(lane, "childLaneSet"):
            continue
        if report.known.role_of(name) is None:
            report.refuse(
                lane,
                "unknown_lane",
                Sentence(
                    "レーン「%(name)s」という役割はありません。役割の記号（PJMO など）か、"
                    "役割の名前にします。",
                    name=name,
                ),
            )


def check_expressions(report: Report) -> None:
    """Conditions of flows and what messages carry are FEEL."""
    for scope in report.diagram.scopes:
        complex_ones = {node.get("id") for node in scope.of_kind("complexGateway")}
        for flow in scope.flows:
            condition = child(flow, "conditionExpression")
            if condition is not None:
                is_asked_twice = flow.get("sourceRef") in complex_ones
                own = frozenset({"waitingForStart"} if is_asked_twice else ())
                report.expression(flow, text(condition), Sentence("条件"), BOOLEAN, own=own)
        for node in scope.of_kind("complexGateway"):
            _check_activation(report, scope, node)
    for _, node in report.diagram.nodes():
        if "correlationKey" in of(node):
            report.expression(
                node, of(node)["correlationKey"], Sentence("照合キー（correlationKey）")
            )
        if local(node) not in SCOPES:
            _check_payloads(report, node)


def _check_activation(report: Report, scope: Scope, node: etree._Element) -> None:
    """It may ask for the tokens on each incoming flow, by the id of the flow."""
    activation = child(node, "activationCondition")
    if activation is None:
        return
    flows = {flow.get("id", "") for flow in scope.incoming.get(node.get("id", ""), ())}
    own = frozenset({"activationCount", "waitingForStart", *flows})
    report.expression(
        node, text(activation), Sentence("開始の条件（activationCondition）"), BOOLEAN, own=own
    )


def check_carriers(report: Report) -> None:
    """What signals, errors and escalations carry is FEEL."""
    for kind in ("signal", "error", "escalation"):
        for carrier in children(report.diagram.root, kind):
            _check_carrier(report, carrier)


def _check_payloads(report: Report, node: etree._Element) -> None:
    for payload in node.iter(f"{{{SPIFF}}}messagePayload"):
        report.expression(node, text(payload), Sentence("メッセージの内容"))
    for variable in node.iter(f"{{{SPIFF}}}messageVariable"):
        report.variable(node, text(variable), Sentence("メッセージを入れる名前"))


def _check_carrier(report: Report, carrier: etree._Element) -> None:
    payload, variable = extension(carrier, "payloadExpression"), extension(carrier, "variableName")
    if payload is not None:
        report.expression(carrier, text(payload), Sentence("持っていく内容"))
    if variable is not None:
        report.variable(carrier, text(variable), Sentence("内容を入れる名前"))


def _check_script(report: Report, task: etree._Element, source: str, what: Sentence) -> None:
    if _PYTHON.search(source):
        report.refuse(
            task,
            "python_text",
            Sentence(
                "%(what)sにPythonの書き方があります。Pythonは動きません。"
                "FEELの代入「名前 = 式」を1行に1つ書きます。",
                what=what,
            ),
        )
        return
    script = report.script(task, source, what)
    for target, _ in () if script is None else script.assignments:
        report.variable(task, target, Sentence("代入先の名前"))


def _way_back(start: str, goal: str, calls: Mapping[str, frozenset[str]]) -> list[str]:
    """The shortest chain of calls from `start` to `goal`, both included; empty if there is none."""
    ways = [[start]]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for following in sorted(calls.get(way[-1], frozenset()) - seen):
            seen.add(following)
            ways.append([*way, following])
    return []
