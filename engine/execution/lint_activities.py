"""Does every task, call and sub-process of a diagram have what it needs to run?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.execution.lint_names import variables
from engine.execution.lint_report import ENGINE_NAMES, Report
from engine.execution.model import ACTIVITIES, SCOPES
from engine.execution.properties import of
from engine.execution.xml import SPIFF, child, children, extension, local, text

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
                f"スクリプトの言語「{language}」は動きません。"
                "FEELの代入（名前 = 式）で書き、scriptFormat は空にします。",
            )
            continue
        script = child(task, "script")
        if not text(script):
            report.refuse(
                task, "empty_script", "スクリプトが空です。「名前 = 式」を1行に1つ書きます。"
            )
            continue
        _check_script(report, task, text(script), "スクリプト")
    for _, node in report.diagram.nodes(*ACTIVITIES):
        for name, what in (("preScript", "前処理"), ("postScript", "後処理")):
            place = extension(node, name)
            if place is not None and text(place):
                _check_script(report, node, text(place), what)


def check_decisions(report: Report) -> None:
    """Business rule tasks name a decision that exists."""
    for _, task in report.diagram.nodes("businessRuleTask"):
        name = text(extension(task, "calledDecisionId"))
        if not name:
            report.refuse(task, "no_decision", "判断表が選ばれていません。判断表を選びます。")
        elif name not in report.known.decisions:
            report.refuse(
                task,
                "missing_decision",
                f"判断表「{name}」がありません。判断表を先に公開するか、選び直します。",
            )


def check_calls(report: Report, key: str) -> None:
    """Call activities call a process that exists and does not call back."""
    for _, task in report.diagram.nodes("callActivity"):
        called = task.get("calledElement", "").strip()
        if not called:
            report.refuse(
                task, "no_called_process", "呼び出す業務フローが選ばれていません。選びます。"
            )
        elif called != key and called not in report.known.processes:
            report.refuse(
                task,
                "missing_process",
                f"呼び出す業務フロー「{called}」がありません。先に公開するか、選び直します。",
            )
        else:
            circle = _way_back(called, key, report.known.calls)
            if circle:
                report.refuse(
                    task,
                    "call_circle",
                    f"呼出しが一回りして元に戻ります（{' → '.join([key, *circle])}）。"
                    "輪の中の1つを、メッセージで始める形に変えます。",
                )


def check_forms(report: Report) -> None:
    """Every form key names a form of the folder; forms nobody uses are mentioned."""
    used: set[str] = set()
    for _, node in report.diagram.nodes("userTask", "startEvent"):
        key = of(node).get("formKey", "")
        if key:
            used.add(key)
        elif local(node) == "userTask":
            report.warn(node, "no_form", "入力フォームがないため、完了のボタンだけを表示します。")
        if key and f"{key}.form.json" not in report.files:
            report.refuse(
                node,
                "missing_form",
                f"入力フォーム「{key}.form.json」が同じフォルダにありません。"
                "フォームを作るか、選び直します。",
            )
    process = report.diagram.process
    for key in sorted(set(report.forms) - used):
        if process is not None:
            report.warn(
                process, "unused_form", f"入力フォーム「{key}」はどのタスクでも使われていません。"
            )


def check_form_names(report: Report) -> None:
    """No field of a form bears a name that the engine writes itself."""
    process = report.diagram.process
    for key, form in report.forms.items():
        for name in sorted({field.key for field in variables(form.fields)} & ENGINE_NAMES):
            report.refuse(
                report.diagram.root if process is None else process,
                "reserved_name",
                f"入力フォーム「{key}」の項目「{name}」は製品が使う名前です。別の名前にします。",
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
                f"レーン「{name}」という役割はありません。"
                "役割の記号（PJMO など）か、役割の名前にします。",
            )


def check_expressions(report: Report) -> None:
    """Conditions of flows and what messages carry are FEEL."""
    for scope in report.diagram.scopes:
        for flow in scope.flows:
            condition = child(flow, "conditionExpression")
            if condition is not None:
                report.expression(flow, text(condition), "条件")
    for _, node in report.diagram.nodes():
        if "correlationKey" in of(node):
            report.expression(node, of(node)["correlationKey"], "照合キー（correlationKey）")
        if local(node) not in SCOPES:
            _check_payloads(report, node)


def check_carriers(report: Report) -> None:
    """What signals, errors and escalations carry is FEEL."""
    for kind in ("signal", "error", "escalation"):
        for carrier in children(report.diagram.root, kind):
            _check_carrier(report, carrier)


def _check_payloads(report: Report, node: etree._Element) -> None:
    for payload in node.iter(f"{{{SPIFF}}}messagePayload"):
        report.expression(node, text(payload), "メッセージの内容")
    for variable in node.iter(f"{{{SPIFF}}}messageVariable"):
        report.variable(node, text(variable), "メッセージを入れる名前")


def _check_carrier(report: Report, carrier: etree._Element) -> None:
    payload, variable = extension(carrier, "payloadExpression"), extension(carrier, "variableName")
    if payload is not None:
        report.expression(carrier, text(payload), "持っていく内容")
    if variable is not None:
        report.variable(carrier, text(variable), "内容を入れる名前")


def _check_script(report: Report, task: etree._Element, source: str, what: str) -> None:
    if _PYTHON.search(source):
        report.refuse(
            task,
            "python_text",
            f"{what}にPythonの書き方があります。Pythonは動きません。"
            "FEELの代入「名前 = 式」を1行に1つ書きます。",
        )
        return
    script = report.script(task, source, what)
    for target, _ in () if script is None else script.assignments:
        report.variable(task, target, "代入先の名前")


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
