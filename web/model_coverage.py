"""What of a process, or of a decision table, has no example gone through?"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from engine.dmn.model import draft
from engine.dmn.tree import TableBox
from engine.domain.instance import InstancePage
from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar
from web.context import Clock
from web.outline import shape
from web.progress import progress

_NO_MATTER = Clock(now=datetime(2026, 4, 1, tzinfo=TOKYO), calendar=Calendar(frozenset()))


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """`missing`: ids of flows, or numbers of rules, that nobody took; of `whole` there are."""

    key: str
    whole: int
    missing: tuple[str, ...]

    @property
    def taken(self) -> int:
        return self.whole - len(self.missing)


def of_flows(key: str, diagram: bytes, pages: Iterable[InstancePage]) -> Coverage:
    """The sequence flows of a process; `pages`: of instances of exactly this diagram."""
    flows = [flow.id for flow in shape(diagram).flows]
    walked: set[str] = set()
    for page in pages:
        if page.head.key == key and page.diagram == diagram:
            walked |= progress(page, _NO_MATTER).flows
    missing = tuple(flow for flow in flows if flow not in walked)
    return Coverage(key=key, whole=len(flows), missing=missing)


def of_rules(key: str, content: bytes, applied: Set[tuple[str, int]]) -> Coverage:
    """The rules of the decision tables in a file; `applied`: decision and number of the rule."""
    rules = [
        (decision.id, rule.index)
        for decision in draft(content, f"{key}.dmn").definitions.decisions
        if isinstance(decision.logic, TableBox)
        for rule in decision.logic.rules
    ]
    missing = tuple(str(index) for id_, index in rules if (id_, index) not in applied)
    return Coverage(key=key, whole=len(rules), missing=missing)
