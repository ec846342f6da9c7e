"""What a service task may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.access import Actor
from engine.domain.errors import InvalidError
from engine.domain.instance import InstanceHead
from engine.execution.model import OperationSpec

if TYPE_CHECKING:
    from engine.services.unit import Unit


class BadParameterError(InvalidError):
    """A parameter of an operation is of the wrong kind; the sentence is for the model's owner."""

    code = "bad_parameter"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an operation that runs inside the step."""

    unit: Unit
    head: InstanceHead
    actor: Actor
    params: Mapping[str, Any]
    element_id: str

    def contexts(self, name: str) -> list[Mapping[str, Any]]:
        """A parameter that is a list of contexts.

        Raises:
            BadParameterError: it is something else.
        """
        value = self.params.get(name)
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise BadParameterError(f"操作の項目 {name} は {'{ ... }'} の一覧にします。")
        return value


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Either `inside` (notes rows in the unit) or `after` the commit (parameters, attempt)."""

    spec: OperationSpec
    inside: Callable[[Call], Any] | None = None
    after: Callable[[Mapping[str, Any], int], Any] | None = None
