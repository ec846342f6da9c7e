"""What does a process declare to those who call it?"""

from __future__ import annotations

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.xml import BPMN, child, children, text


def inputs(report: Report) -> tuple[str, ...] | None:
    """The names of the declared inputs; None when the process declares no interface."""
    return _declared(report, "dataInput")


def outputs(report: Report) -> tuple[str, ...] | None:
    """The names of the declared outputs; None when the process declares no interface."""
    return _declared(report, "dataOutput")


def _declared(report: Report, kind: str) -> tuple[str, ...] | None:
    process = report.diagram.process
    place = None if process is None else child(process, "ioSpecification")
    if place is None:
        return None
    names: list[str] = []
    ids = {entry.get("id") for entry in children(place, kind)}
    for reference in place.iter(f"{{{BPMN}}}{kind}Refs"):
        if text(reference) not in ids:
            report.refuse(
                reference,
                "missing_ref",
                Sentence(
                    "受渡しの「%(name)s」がありません。受渡しの名前を書き直します。",
                    name=text(reference),
                ),
            )
    for entry in children(place, kind):
        name = entry.get("name", "")
        if not report.variable(entry, name, Sentence("受渡しの名前")):
            continue
        if name in names:
            report.refuse(
                entry,
                "duplicate_interface_name",
                Sentence(
                    "受渡しの名前「%(name)s」が2回書かれています。片方を消します。", name=name
                ),
            )
        names.append(name)
    return tuple(names)
