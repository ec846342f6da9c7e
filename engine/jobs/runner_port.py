"""What handlers and workers need of the engine: running commands and asking questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from engine.services.office import Office
from engine.services.unit import Unit

P = ParamSpec("P")
R = TypeVar("R")


class Commands(Protocol):
    """The engine as the jobs see it."""

    office: Office

    def run(self, command: Callable[Concatenate[Unit, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Run a command in a unit of work of its own."""

    def ask(self, question: Callable[Concatenate[Unit, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Ask something; nothing changes."""

    def now(self) -> datetime:
        """The moment, aware."""
