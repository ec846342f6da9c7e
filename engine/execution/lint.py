"""Which parts of a diagram could not be run exactly as drawn?

The library underneath ignores much of what it does not know.  Nothing that it would ignore, mistake
or report badly passes this gate.  All findings come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.domain.sentence import Sentence
from engine.execution import properties
from engine.execution.lint_activities import (
    check_calls,
    check_carriers,
    check_decisions,
    check_expressions,
    check_form_names,
    check_forms,
    check_lanes,
    check_scripts,
)
from engine.execution.lint_adhoc import check_ad_hoc
from engine.execution.lint_claims import check_claims
from engine.execution.lint_compensation import check_compensation
from engine.execution.lint_data import check_data
from engine.execution.lint_dataflow import check_dataflow
from engine.execution.lint_errors import check_errors
from engine.execution.lint_event_gateways import check_event_gateways
from engine.execution.lint_events import (
    check_doubles,
    check_events,
    check_messages,
)
from engine.execution.lint_gateways import check_gateways, check_loops
from engine.execution.lint_links import check_links
from engine.execution.lint_operations import check_services
from engine.execution.lint_palette import check_extensions, check_palette
from engine.execution.lint_repeats import check_repeats
from engine.execution.lint_report import Report
from engine.execution.lint_scopes import check_event_subprocesses
from engine.execution.lint_splits import check_quantities, check_splits
from engine.execution.lint_structure import (
    check_beginnings,
    check_flows,
    check_ids,
    check_process,
    check_reachability,
    check_references,
    is_bounded,
)
from engine.execution.xml import schema_faults

_STEPS: Final[tuple[Callable[[Report], None], ...]] = (
    check_ids,
    check_references,
    check_flows,
    check_reachability,
    check_beginnings,
    check_splits,
    check_quantities,
    check_gateways,
    check_event_gateways,
    check_links,
    check_loops,
    check_events,
    check_event_subprocesses,
    check_ad_hoc,
    check_doubles,
    check_compensation,
    check_messages,
    check_errors,
    check_palette,
    check_extensions,
    check_claims,
    check_repeats,
    check_scripts,
    check_services,
    check_decisions,
    check_expressions,
    check_carriers,
    check_forms,
    check_form_names,
    check_lanes,
    check_data,
    check_dataflow,
)


def check(report: Report, key: str) -> Report:
    """The report filled: everything wrong with the diagram, and its expressions compiled.

    `key`: the process key, which is the name of the folder.
    """
    root = report.diagram.root
    for element, code, line, message in schema_faults(root):
        place = root if element is None else element
        report.refuse(place, code, message, line=line)
    check_process(report)
    if not is_bounded(report):
        return report
    for step in _STEPS:
        step(report)
    check_calls(report, key)
    _check_key(report, key)
    return report


def _check_key(report: Report, key: str) -> None:
    process = report.diagram.process
    if process is None:
        return
    properties.check_process(report, process)
    if process.get("id") != key:
        report.refuse(
            process,
            "key_mismatch",
            Sentence(
                "業務フローの識別子「%(id)s」とフォルダの名前「%(key)s」が違います。同じにします。",
                id=process.get("id", ""),
                key=key,
            ),
        )
