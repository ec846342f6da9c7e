"""Will a multi-instance activity throw what its `behavior` says, where somebody can catch it?"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.parsing_behaviors import REFERENCES, definitions_of, referred
from engine.execution.xml import child, children, local, text

_CODE: Final = "multi_instance_behavior"
_PLAIN: Final = frozenset(
    {
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "categoryValueRef",
    }
)
_THROWN: Final = {"signal": "name", "escalation": "escalationCode"}


def check_behavior(report: Report, task: etree._Element, repeat: etree._Element) -> None:
    """`behavior` has the events it needs, and no others."""
    behavior = repeat.get("behavior", "All")
    if behavior in REFERENCES:
        _check_reference(report, task, repeat, REFERENCES[behavior])
    for kind, attribute in REFERENCES.items():
        if repeat.get(attribute) and kind != behavior:
            _refuse_unused(report, task, attribute, kind)
    entries = children(repeat, "complexBehaviorDefinition")
    if behavior != "Complex" and entries:
        _refuse_unused(report, task, "complexBehaviorDefinition", "Complex")
    elif behavior == "Complex":
        _check_complex(report, task, entries)


def _check_reference(
    report: Report, task: etree._Element, repeat: etree._Element, attribute: str
) -> None:
    name = repeat.get(attribute, "")
    definition = referred(repeat, name)
    if not name:
        report.refuse(
            task,
            _CODE,
            Sentence(
                "%(name)s がないため、何を出すか決まりません。一斉通知（シグナル）か"
                "エスカレーションのイベント定義を選びます。",
                name=attribute,
            ),
        )
    elif definition is None:
        report.refuse(
            task,
            "missing_ref",
            Sentence(
                "%(attribute)s が指す「%(name)s」がこのファイルの最上位にありません。"
                "イベント定義を最上位に作るか、選び直します。",
                attribute=attribute,
                name=name,
            ),
        )
    else:
        _check_thrown(report, task, definition)


def _check_complex(report: Report, task: etree._Element, entries: list[etree._Element]) -> None:
    if not entries:
        report.refuse(
            task,
            _CODE,
            Sentence(
                "behavior が Complex なのに、条件とイベント（complexBehaviorDefinition）が"
                "ありません。書き足すか、behavior を取り除きます。"
            ),
        )
    for entry in entries:
        report.expression(task, text(child(entry, "condition")), Sentence("イベントを出す条件"))
        definitions, event = definitions_of(entry), child(entry, "event")
        more = [] if event is None else [e for e in children(event) if local(e) not in _PLAIN]
        if len(definitions) != 1 or more != definitions:
            report.refuse(
                task,
                _CODE,
                Sentence(
                    "complexBehaviorDefinition の event に、出すイベントの定義を1つ置き、"
                    "ほかのものは取り除きます。"
                ),
            )
        for definition in definitions:
            _check_thrown(report, task, definition)


def _check_thrown(report: Report, task: etree._Element, definition: etree._Element) -> None:
    kind = local(definition).removesuffix("EventDefinition")
    if kind not in _THROWN:
        report.refuse(
            task,
            _CODE,
            Sentence(
                "複数の実行の途中で出せるのは、一斉通知（シグナル）とエスカレーションだけです。"
                "どちらかにし、縁の境界イベントで受けます。"
            ),
        )
        return
    carrier = report.diagram.find(kind, definition.get(f"{kind}Ref", "").rpartition(":")[2])
    if carrier is None or not carrier.get(_THROWN[kind], "").strip():
        report.refuse(
            task,
            _CODE,
            Sentence(
                "出すイベントの %(kind)sRef が、%(name)s のある %(kind)s を指していません。"
                "選び直します。",
                kind=kind,
                name=_THROWN[kind],
            ),
        )


def _refuse_unused(report: Report, task: etree._Element, what: str, behavior: str) -> None:
    report.refuse(
        task,
        _CODE,
        Sentence(
            "%(what)s は behavior が %(behavior)s のときだけ見られます。"
            "取り除くか、behavior を直します。",
            what=what,
            behavior=behavior,
        ),
    )
