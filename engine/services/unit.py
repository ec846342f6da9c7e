"""What a command or question gets in hand: the unit of work and the house around it."""

from __future__ import annotations

from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING

from engine.domain.errors import StaleError
from engine.domain.working_days import Calendar, tokyo_date
from engine.feel.evaluation import Evaluation
from engine.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from engine.domain.records import RegisterEntry
    from engine.services.office import Office
    from engine.storage.database import Database


class Unit(UnitOfWork):
    """One per command; never shared between threads.

    Attributes:
        now: the moment of the command, UTC.
        office: what is configured, and what is kept in memory.
        entries: register entries this command has noted already, by id.
        causes: causes of incidents this command has told of already.
    """

    def __init__(self, database: Database, now: datetime, office: Office) -> None:
        super().__init__(database, now)
        self.office = office
        self.entries: dict[str, RegisterEntry] = {}
        self.causes: set[str] = set()
        self._wakes = False
        self._turns: list[str] = []

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(kind, error, traceback)
        finally:
            for key in self._turns:
                self.office.turns.leave(key)

    def take_turn(self, instance_id: str) -> None:
        """Have the instance for this command alone, as far as this process goes.

        Raises:
            StaleError: another thread works on it; the command waits in line and runs again.
        """
        if not self.office.turns.try_enter(instance_id):
            raise StaleError("process_instance", instance_id)
        self._turns.append(instance_id)

    @property
    def calendar(self) -> Calendar:
        return self.office.calendar

    @property
    def today(self) -> date:
        """The day in Tokyo."""
        return tokyo_date(self.now)

    def evaluation(self) -> Evaluation:
        """A fresh budget for one form, filter or rule."""
        return Evaluation(self.now, self.office.calendar, self.office.limits)

    def wake_worker(self) -> None:
        """Tell the worker after the commit that there is something to do."""
        if not self._wakes:
            self._wakes = True
            self.after_commit(self.office.wake)
