"""Which names may still be unwritten when the flow comes to an element that reads them?

A forward analysis: what has surely been written on every way from the start.  Where ways meet only
what all of them wrote counts; at a parallel join, what any of them wrote.  A warning, since a way
may be impossible for reasons the conditions alone know.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.entries import awaited_first, begins_instances, implicit_ends
from engine.execution.lint_names import (
    COUNTS,
    fields_of,
    own_names,
    spreads_payload,
    written_at,
)
from engine.execution.lint_report import ENGINE_NAMES, Report
from engine.execution.model import HUMAN, SUBPROCESSES, Scope
from engine.execution.xml import child, local

Names = frozenset[str] | None  # None: not reached yet, or anything may have been written
_ALWAYS = frozenset({"案件", "設定"})


def check_flow(report: Report, inputs: Iterable[str] | None) -> None:
    """Warn about names that are read before they are surely written."""
    if report.diagram.scopes:
        _Flow(report, frozenset(inputs or ())).check()


class _Flow:
    """`before` and `after`: node id -> names surely written; only what was reached stands there."""

    def __init__(self, report: Report, inputs: frozenset[str]) -> None:
        self.report = report
        self.inputs = inputs
        self.before: dict[str, Names] = {}
        self.after: dict[str, Names] = {}
        self.scopes = {scope.node: scope for scope in report.diagram.scopes}
        self.homes = {node: scope for scope, node in report.diagram.nodes()}
        self.writes = {node: self._writes(node) for node in self.homes}
        self.own = {node: own_names(report, node) for node in self.homes}

    def check(self) -> None:
        top = self.report.diagram.scopes[0]
        # Loops through joins may swing between two answers for ever; then there is none to give.
        rounds = 2 * len(self.homes) + 2
        if all(self._pass(top, _ALWAYS) for _ in range(rounds)):
            return
        for use in self.report.uses:
            known = self._known_at(use.place)
            for name in sorted(use.names - known - COUNTS) if known is not None else ():
                self.report.warn(
                    use.place,
                    "unset_name",
                    Sentence(
                        "「%(name)s」が書き込まれないままここへ来る道があります。"
                        "先に値を入れます（空でよければ null）。",
                        name=name,
                    ),
                )

    def _known_at(self, place: etree._Element) -> Names:
        if local(place) == "sequenceFlow":
            after = self.after.get(place.get("sourceRef", ""))
            around = place.getparent()
            shared = {} if around is None else self.report.data.visible(around)
            return None if after is None else after | shared.keys()
        if place not in self.homes:
            return None
        before = self.before.get(place.get("id", ""))
        if before is None:
            return None
        shared = self.report.data.visible(self.homes[place].node)
        return before | self.writes[place] | self.own[place] | shared.keys()

    def _pass(self, scope: Scope, entry: Names) -> bool:
        """One round over a scope; True if something changed."""
        changed = False
        for id_, node in scope.nodes.items():
            before = self._arriving(scope, node, entry)
            if before is None:
                continue
            if local(node) in SUBPROCESSES:
                inside = before | self.writes[node] | self.own[node]
                changed |= self._pass(self.scopes[node], inside)
            after = self._leaving(node, before)
            changed |= self.before.get(id_) != before or self.after.get(id_) != after
            self.before[id_], self.after[id_] = before, after
        return changed

    def _arriving(self, scope: Scope, node: etree._Element, entry: Names) -> Names:
        if local(node) == "startEvent":
            return self._starting(scope, node, entry)
        if local(node) == "boundaryEvent":
            return self.before.get(node.get("attachedToRef", ""))
        sources = scope.sources(node.get("id", ""))
        if not sources:
            return entry if scope.is_ad_hoc else self._starting(scope, node, entry)
        ways = [way for way in map(self.after.get, sources) if way is not None]
        if not ways:
            return None
        if local(node) == "parallelGateway":
            return frozenset.union(*ways)
        return frozenset.intersection(*ways)

    def _starting(self, scope: Scope, start: etree._Element, entry: Names) -> Names:
        if scope.parent is not None or entry is None:
            return entry
        if any(map(spreads_payload, self._awaited(scope, start))):
            return None
        if child(start, "messageEventDefinition") is not None:
            return entry
        return entry | self.inputs | fields_of(self.report, start)

    @staticmethod
    def _awaited(scope: Scope, start: etree._Element) -> list[etree._Element]:
        return awaited_first(scope, start) if begins_instances(scope, start) else [start]

    def _leaving(self, node: etree._Element, before: frozenset[str]) -> Names:
        written = self.writes[node]
        if "*" in written:
            return None
        if local(node) in HUMAN:
            written |= ENGINE_NAMES
        if local(node) in SUBPROCESSES:
            if self.scopes[node].is_ad_hoc:
                return before | written  # none of what is inside has to be done
            ends = [self.after.get(e.get("id", "")) for e in self._ends(node)]
            found = [end for end in ends if end is not None]
            return before | written | frozenset.intersection(*found) if found else None
        return before | written

    def _ends(self, node: etree._Element) -> list[etree._Element]:
        scope = self.scopes[node]
        return scope.of_kind("endEvent") + implicit_ends(scope)

    def _writes(self, node: etree._Element) -> frozenset[str]:
        return frozenset(written_at(self.report, node))
