"""What may a running instance ask of the house?

The caller of the runner hands in one `Host` per command; nothing here outlives the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.dmn.model import Model
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Limits


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the instance an operation is called: element, and the id of this visit to it."""

    element_id: str
    name: str
    id: str


class Host(Protocol):
    """The house as one command sees it."""

    @property
    def now(self) -> datetime:
        """The moment of the command, aware."""

    @property
    def calendar(self) -> Calendar: ...

    @property
    def limits(self) -> Limits:
        """Bounds of one expression."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """`設定` in expressions."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """`案件` in expressions."""

    @property
    def correlation_key(self) -> str:
        """Key of messages whose element names none: `<project id>/<system id>`."""

    def operate(self, operation: str, params: Mapping[str, Any], place: Place) -> Any:
        """Run an inside operation now; what it writes is only noted in the unit of work.

        Raises:
            EngineError: it failed; becomes a failure of the element, except a `ConflictError`,
                which ends the command.
        """

    def runs_inside(self, operation: str) -> bool:
        """False: the operation is parked and runs after the commit."""

    def decision(self, decision_id: str) -> tuple[str, Model]:
        """Version id and model of the decision pinned for this instance."""
