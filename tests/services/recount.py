"""The figures of the board and of the analysis worked out anew, in plain Python, from the rows.

What has happened comes from the history alone; of the other tables only what the history does not
say is read: where an instance belongs, and when a task came and is due.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine.domain.values import TOKYO
from engine.domain.working_days import Calendar, tokyo_date
from engine.storage.schema import history, process_definition, process_instance, user_task
from engine.testing import TestOffice

ENDS = {"instance_ended": "completed", "instance_cancelled": "cancelled"}
COMPLETIONS = ("task_completed", "element_completed")
TAKEN = ("task_claimed", "task_assigned", "task_unclaimed")


def read(office: TestOffice, table: sa.Table) -> list[Any]:
    columns = [column for column in table.c if column.name != "live"]
    with office.engine._database.connect() as connection:
        return list(connection.execute(sa.select(*columns).order_by(table.c.id)))


@dataclass
class Told:
    """What the history says."""

    office: TestOffice
    started: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
    held: dict[str, tuple[datetime, str | None]] = field(default_factory=dict)  # task -> since, by
    done: dict[str, datetime] = field(default_factory=dict)  # task -> completed at
    visits: Counter[tuple[str, str]] = field(default_factory=Counter)  # instance, element

    def __post_init__(self) -> None:
        self.instances = {row.id: row for row in read(self.office, process_instance)}
        self.definitions = {row.id: row for row in read(self.office, process_definition)}
        self.tasks = {row.id: row for row in read(self.office, user_task)}
        self.lines = read(self.office, history)
        undone = {
            (row.instance_id, row.version - 1)
            for row in self.lines
            if row.event == "task_withdrawn"
        }
        for row in self.lines:
            self._tell(row, is_undone=(row.instance_id, row.version) in undone)

    def _tell(self, row: Any, *, is_undone: bool) -> None:
        if row.event == "instance_started":
            self.started[row.instance_id] = row.at
        elif row.event in ENDS:
            self.ended[row.instance_id] = (ENDS[row.event], row.at)
        elif row.event == "incident_opened":
            self.stuck.add(row.instance_id)
        elif row.event in TAKEN:
            holder = None if row.event == "task_unclaimed" else row.actor
            given = (row.detail or {}).get("person_id", holder)
            self.held[row.element_instance_id] = (row.at, given)
        elif row.event in COMPLETIONS:
            self._complete(row, is_undone=is_undone)

    def _complete(self, row: Any, *, is_undone: bool) -> None:
        if not is_undone:
            self.visits[row.instance_id, row.element_id] += 1
        if row.event == "task_completed":
            if not is_undone:
                self.done[row.element_instance_id] = row.at
            if self.held.get(row.element_instance_id, (None, None))[1] is None:
                self.held[row.element_instance_id] = (row.at, row.actor)

    def root(self, instance_id: str) -> Any:
        row = self.instances[instance_id]
        while row.parent_id is not None:
            row = self.instances[row.parent_id]
        return row

    def key(self, instance_id: str) -> str:
        return str(self.definitions[self.instances[instance_id].definition_id].key)

    def running(self) -> list[Any]:
        """Cases that nobody has called and that go on."""
        rows = [self.instances[id_] for id_ in self.started if id_ not in self.ended]
        return [row for row in rows if row.parent_id is None]

    def open_tasks(self) -> Iterator[Any]:
        """Tasks nobody has completed, of instances that go on, that no step taken back has made."""
        undone = {
            (row.instance_id, row.at)
            for row in self.lines
            if row.event == "task_completed" and row.element_instance_id not in self.done
        }
        for id_, row in self.tasks.items():
            is_gone = (row.instance_id, row.created_at) in undone and id_ not in self.held
            if id_ not in self.done and row.instance_id not in self.ended and not is_gone:
                yield row

    def late(self, on: date) -> list[Any]:
        """Open tasks whose day has passed, the oldest deadline first."""
        found = [row for row in self.open_tasks() if row.due_at and tokyo_date(row.due_at) < on]
        return sorted(found, key=lambda row: row.due_at)

    def finished(self, key: str, first: date, last: date) -> list[str]:
        """Ids of the completed instances of the process that ended on these days."""
        return [
            id_
            for id_, (state, at) in self.ended.items()
            if state == "completed" and self.key(id_) == key and first <= tokyo_date(at) <= last
        ]


def working_hours(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Hours between 9:00 and 18:00 of working days, day by day."""
    seconds, day = 0.0, tokyo_date(start)
    while day <= tokyo_date(end):
        opens = datetime.combine(day, time(9), TOKYO)
        closes = datetime.combine(day, time(18), TOKYO)
        if calendar.is_working_day(day):
            seconds += max((min(end, closes) - max(start, opens)).total_seconds(), 0)
        day += timedelta(days=1)
    return int(seconds) / 3600


def median_hours(calendar: Calendar, spans: list[tuple[datetime, datetime]]) -> float:
    return statistics.median(working_hours(calendar, *span) for span in spans)
