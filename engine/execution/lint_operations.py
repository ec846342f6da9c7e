"""Does every service task name an operation of the product and give it what it needs?

Registers, roles and filters that are written out as texts are checked as well: a typing error in
one of them would only show as an empty answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.xml import SPIFF, extension, local

_TEXT: Final = r'"(?:[^"\\]|\\.)*"'
_LIST: Final = re.compile(rf"\[\s*{_TEXT}(?:\s*,\s*{_TEXT})*\s*\]")


def check_services(report: Report) -> None:
    """Service tasks name an operation of the product and give it what it needs."""
    for _, task in report.diagram.nodes("serviceTask"):
        operator = extension(task, "serviceTaskOperator")
        if operator is None:
            report.refuse(
                task,
                "no_operation",
                Sentence("サービスタスクに処理が選ばれていません。処理を選びます。"),
            )
            continue
        name = operator.get("id", "")
        spec = report.known.operations.get(name)
        if spec is None:
            names = "、".join(sorted(report.known.operations)) or Sentence("なし")
            report.refuse(
                task,
                "unknown_operation",
                Sentence(
                    "「%(name)s」という処理はありません。使えるもの：%(names)s。",
                    name=name,
                    names=names,
                ),
            )
            continue
        values = _parameters(report, task, operator)
        for other in operator:
            if local(other) != "parameters":
                report.refuse(
                    task,
                    "unknown_extension",
                    Sentence(
                        "拡張「%(local)s」はここでは使えません。取り除きます。", local=local(other)
                    ),
                )
        _check_parameters(report, task, name, values)
        _check_literals(report, task, values)
        if operator.get("resultVariable"):
            report.variable(task, operator.get("resultVariable"), Sentence("結果の名前"))


def _parameters(report: Report, task: etree._Element, operator: etree._Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for entry in operator.iter(f"{{{SPIFF}}}parameter"):
        name = entry.get("id", "")
        if name in values:
            report.refuse(
                task,
                "duplicate_parameter",
                Sentence("引数「%(name)s」が2回書かれています。片方を消します。", name=name),
            )
        values[name] = entry.get("value", "")
        report.expression(task, values[name], Sentence("引数「%(name)s」", name=name))
    return values


def _check_parameters(
    report: Report, task: etree._Element, name: str, values: Mapping[str, str]
) -> None:
    spec = report.known.operations[name]
    for unknown in sorted(set(values) - spec.parameters):
        report.refuse(
            task,
            "unknown_parameter",
            Sentence(
                "「%(name)s」に引数「%(unknown)s」はありません。使えるもの：%(names)s。",
                name=name,
                unknown=unknown,
                names="、".join(sorted(spec.parameters)) or Sentence("なし"),
            ),
        )
    for missing in _missing(spec.required, spec.needs_one_of, values):
        report.refuse(
            task,
            "missing_parameter",
            Sentence(
                "「%(name)s」に必要な引数「%(missing)s」がありません。値をFEELの式で書きます。",
                name=name,
                missing=missing,
            ),
        )


def _missing(
    required: frozenset[str], groups: tuple[frozenset[str], ...], values: Mapping[str, str]
) -> Iterator[str]:
    yield from sorted(required - set(values))
    for group in groups:
        if not group & set(values):
            yield "または".join(sorted(group))


def _check_literals(report: Report, task: etree._Element, values: Mapping[str, str]) -> None:
    for code in written_out(values.get("register", "")):
        if code not in report.known.registers:
            report.refuse(
                task,
                "unknown_register",
                Sentence(
                    "台帳「%(code)s」はありません。台帳の記号（R01 など）を書きます。", code=code
                ),
            )
    for group in written_out(values.get("roles", "")):
        if not report.known.is_group(group):
            report.refuse(
                task,
                "unknown_role",
                Sentence(
                    "「%(group)s」という役割はありません。役割の記号（PJMO、"
                    "長は PJMO:head）を書きます。",
                    group=group,
                ),
            )
    for source in written_out(values.get("filter", "")):
        report.check_text(task, source, Sentence("絞込みの条件（filter）"))


def written_out(source: str) -> list[str]:
    """The texts of an expression that is a text, or a list of texts; none for any other."""
    plain = source.strip().removeprefix("=").strip()
    if not re.fullmatch(_TEXT, plain) and not _LIST.fullmatch(plain):
        return []
    return [_unquoted(found) for found in re.findall(_TEXT, plain)]


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:  # an escape that JSON does not have
        return text[1:-1]
