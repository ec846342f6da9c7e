"""What a service task may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.execution.model import OperationSpec

if TYPE_CHECKING:
    from engine.services.unit import Unit


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an operation that runs inside the step."""

    unit: Unit
    head: InstanceHead
    actor: Actor
    params: Mapping[str, Any]
    element_id: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Either `inside` (notes rows in the unit) or `after` the commit (parameters, attempt)."""

    spec: OperationSpec
    inside: Callable[[Call], Any] | None = None
    after: Callable[[Mapping[str, Any], int], Any] | None = None
