"""The house as a running instance sees it during one command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.dmn.model import Model
from engine.domain.access import Actor
from engine.domain.errors import NotFoundError
from engine.domain.instance import InstanceHead
from engine.domain.working_days import Calendar, tokyo_date
from engine.execution.host import Place
from engine.feel.evaluation import Limits
from engine.services import places
from engine.services.operation import Call
from engine.services.unit import Unit


class CommandHost:
    """Answers the runner; what operations write is only noted in the unit."""

    def __init__(self, unit: Unit, head: InstanceHead, actor: Actor) -> None:
        self._unit = unit
        self._head = head
        self._actor = actor
        self._facts: dict[str, Any] | None = None

    @property
    def now(self) -> datetime:
        return self._unit.now

    @property
    def calendar(self) -> Calendar:
        return self._unit.office.calendar

    @property
    def limits(self) -> Limits:
        return self._unit.office.limits

    @property
    def settings(self) -> Mapping[str, Any]:
        return self._unit.office.settings

    @property
    def facts(self) -> Mapping[str, Any]:
        if self._facts is None:
            self._facts = facts(self._unit, self._head)
        return self._facts

    @property
    def correlation_key(self) -> str:
        return correlation_key(self._head.project_id, self._head.system_id)

    def operate(self, operation: str, params: Mapping[str, Any], place: Place) -> Any:
        run = self._unit.office.operations[operation].inside
        if run is None:
            raise NotFoundError("operation", operation)
        call = Call(
            unit=self._unit,
            head=self._head,
            actor=self._actor,
            params=params,
            element_id=place.element_id,
        )
        return run(call)

    def runs_inside(self, operation: str) -> bool:
        return self._unit.office.operations[operation].inside is not None

    def decision(self, decision_id: str) -> tuple[str, Model]:
        models = self._unit.office.models
        pins = models.pins(self._unit, self._head.definition_id)
        version_id = pins.get(("decision", decision_id))
        if version_id is None:
            raise NotFoundError("decision", decision_id)
        return version_id, models.decision(self._unit, version_id, decision_id)


def correlation_key(project_id: str | None, system_id: str | None) -> str:
    """Key of messages that name none."""
    return f"{project_id or ''}/{system_id or ''}"


def facts(unit: Unit, head: InstanceHead) -> dict[str, Any]:
    """`案件` in expressions."""
    names = places.names(unit, head.project_id, head.system_id)
    return {
        "番号": head.business_key,
        "件名": head.subject,
        "プロジェクト": names[0],
        "システム": names[1],
        "年度": Decimal(head.fiscal_year),
        "開始者": head.started_by,
        "開始日": tokyo_date(head.started_at),
    }
