"""A large office, written at once: 50,000 cases of three years with 500,000 lines of history.

What is drawn is the same each time.  The rows are those that the engine would have written, in
the same tables; only the states of the cases are no real ones, since nobody works on them here.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import testing
from engine.domain.register_keys import search_rows
from engine.domain.working_days import fiscal_year, fiscal_year_mark, tokyo_date
from tests.bench import crowd_shapes as shapes

CASES, LINES = 50_000, 500_000
SYSTEMS, PEOPLE, MONTHS = 40, 300, 36
LIVE = bytes(range(256)) * 2  # as large as a usual state
Row = tuple[Any, ...]


@dataclass
class Rows:
    """Rows of each table, in the order of the columns below."""

    of: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, *row: Any) -> None:
        self.of.setdefault(table, []).append(row)


COLUMNS = {
    "project": ("id", "name"),
    "system": ("id", "name", "project_id"),
    "person": ("id", "login", "name", "password_hash"),
    "process_instance": (
        *("id", "version", "state", "definition_id", "business_key", "subject", "project_id"),
        *("system_id", "fiscal_year", "started_by", "started_at", "ended_at", "parent_id"),
        *("parent_element_id", "root_id", "depth", "live"),
    ),
    "user_task": (
        *("id", "instance_id", "project_id", "element_id", "name", "state", "assignee"),
        *("held_since_at", "pool", "candidate_groups", "created_at", "due_at"),
        *("completed_by", "completed_at"),
    ),
    "history": (
        *("instance_id", "at", "event", "actor", "element_id", "element_name", "element_kind"),
        *("element_instance_id", "version", "detail", "live"),
    ),
    "incident": (
        *("kind", "code", "text", "instance_id", "project_id", "element_id", "element_name"),
        *("cause", "opened_at"),
    ),
    "schedule": (
        *("id", "template", "key", "rule", "project_id", "system_id", "state", "catch_up"),
        "since_at",
    ),
    "register_entry": (
        *("id", "register", "number", "version", "state", "values", "project_id", "system_id"),
        *("written_at", "written_by"),
    ),
    "register_value": ("register", "column_name", "entry_id", "key", "text"),
    "instance_value": ("name", "instance_id", "place", "key", "text", "root_id"),
}


def fill(office: testing.TestOffice, path: str, now: datetime) -> None:
    """Write the crowd into the office's SQLite file; the shipped processes are deployed."""
    with sqlite3.connect(path) as connection:
        definitions = dict(connection.execute("select key, id from process_definition").fetchall())
        rows = Crowd(definitions, now).rows()
        rows.of["history"].sort(key=lambda row: str(row[1]))  # as they were written
        known = {name for (name,) in connection.execute("select name from sqlite_master")}
        for table, found in rows.of.items():
            if table in known:
                names = ", ".join(f'"{name}"' for name in COLUMNS[table])
                marks = ", ".join("?" * len(COLUMNS[table]))
                connection.executemany(f"insert into {table} ({names}) values ({marks})", found)
        connection.commit()
        connection.execute("analyze")
    connection.close()


def moment(at: datetime | None) -> str | None:
    """As the database keeps it."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


class Crowd:
    """Draws the rows."""

    def __init__(self, definitions: dict[str, str], now: datetime) -> None:
        self._definitions = definitions
        self._now = now
        self._chance = random.Random(4)
        self._rows = Rows()
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._lines = 0
        self._cases = 0

    def rows(self) -> Rows:
        self._places()
        for number, key in enumerate(shapes.preparing(SYSTEMS)):
            self._case(key, number, is_running=True)
        while self._cases < CASES:
            self._case(shapes.any_process(self._chance), self._chance.randrange(SYSTEMS))
        while self._lines < LINES:
            self._reminded()
        self._reports()
        return self._rows

    def _places(self) -> None:
        for n in range(SYSTEMS // 2):
            self._rows.add("project", f"project{n}", f"第{n + 1}事業プロジェクト")
        for n in range(SYSTEMS):
            name = f"第{n + 1}業務オンラインシステム"
            self._rows.add("system", f"system{n}", name, f"project{n // 2}")
            self._schedules(n)
        for n in range(PEOPLE):
            self._rows.add("person", f"person{n}", f"login{n}", shapes.person(n), "")

    def _schedules(self, system: int) -> None:
        since = moment(self._now - timedelta(days=900))
        for template, key, rule in shapes.SCHEDULES:
            place = (f"project{system // 2}", f"system{system}")
            row = (f"{template}-{system}", template, key, rule, *place, "active", "newest", since)
            self._rows.add("schedule", *row)

    def _case(self, key: str, system: int, *, is_running: bool = False) -> None:
        """A case, and those that it has called."""
        age = self._chance.triangular(0, MONTHS * 30, 0)  # an office that grows
        start = self._now - timedelta(days=self._chance.uniform(5, 90) if is_running else age)
        made = self._instance(key, system, start, None, is_running=is_running)
        for element, called in shapes.calls(key, self._chance):
            later = start + timedelta(hours=self._chance.expovariate(1 / 60))
            if later < self._now:
                self._instance(called, system, later, (made, element), is_running=is_running)

    def _instance(
        self,
        key: str,
        system: int,
        start: datetime,
        caller: tuple[str, str] | None,
        *,
        is_running: bool,
    ) -> str:
        id_ = f"{self._chance.getrandbits(128):032x}"
        moments, end = self._moments(start, shapes.steps(key, self._chance))
        if is_running and (caller is None or self._chance.random() < shapes.STILL_OPEN):
            end, moments = None, moments[: max(len(moments) // 2, 1)]
        who, version = self._person(), len(moments) + 2
        year = fiscal_year(tokyo_date(start))
        self._cases += 1
        head = (id_, version, self._state(end), self._definitions[key])
        named = (self._number(key, system, year), shapes.subject(key, self._chance))
        place = (f"project{system // 2}", f"system{system}")
        tail = (moment(start), moment(end), caller and caller[0], caller and caller[1])
        root = (caller[0] if caller else id_, int(caller is not None), LIVE)
        self._rows.add("process_instance", *head, *named, *place, year, who, *tail, *root)
        self._line(id_, start, "instance_started", who, version=1)
        self._tasks(id_, key, place[0], moments, end)
        self._items(id_, root[0], system)
        if end is not None:
            self._line(id_, end, "instance_ended", who, version=version)
        elif self._chance.random() < shapes.STUCK:
            self._incident(id_, place[0], start)
        return id_

    def _state(self, end: datetime | None) -> str:
        if end is None:
            return "running"
        return "cancelled" if self._chance.random() < shapes.CANCELLED else "completed"

    def _moments(
        self, start: datetime, steps: int
    ) -> tuple[list[tuple[datetime, datetime, datetime]], datetime | None]:
        """(arrived, taken, completed) of each task, and the end; None while it goes on."""
        found, at = [], start
        for _ in range(steps):
            taken = at + timedelta(hours=self._chance.lognormvariate(3.8, 1.1))
            done = taken + timedelta(hours=self._chance.lognormvariate(3.6, 1.2))
            found.append((at, taken, done))
            at = done
            if at > self._now:
                return found, None
        return found, at

    def _tasks(
        self,
        id_: str,
        key: str,
        project: str,
        moments: Sequence[tuple[datetime, datetime, datetime]],
        end: datetime | None,
    ) -> None:
        for place, (arrived, taken, done) in enumerate(moments):
            element, name = shapes.task(key, place)
            goes_on = end is not None or place < len(moments) - 1 or key in shapes.PLANNED
            is_done = done <= self._now and goes_on
            is_taken = is_done or taken <= self._now
            who = self._person() if is_taken else None
            state = "completed" if is_done else "claimed" if is_taken else "open"
            due = arrived + timedelta(days=self._chance.choice(shapes.DUE_DAYS))
            task = f"{self._chance.getrandbits(128):032x}"
            head = (task, id_, project, element, name, state, who)
            held = moment(taken if is_taken else arrived)
            ends = (who, moment(done)) if is_done else (None, None)
            pool = (f"{project}|GYOMU", "GYOMU")
            self._rows.add("user_task", *head, held, *pool, moment(arrived), moment(due), *ends)
            self._of_task(id_, (task, element, name), (taken, done), who, is_done=is_done)

    def _of_task(
        self,
        id_: str,
        named: tuple[str, str, str],
        at: tuple[datetime, datetime],
        who: str | None,
        *,
        is_done: bool,
    ) -> None:
        """The lines of a task: taken, completed, and what went on by itself after it."""
        task, element, name = named
        if who is not None:
            self._line(id_, at[0], "task_claimed", who, (element, name, "userTask", task))
        if is_done and who is not None:
            self._line(id_, at[1], "task_completed", who, (element, name, "userTask", task), 2)
            if self._chance.random() < shapes.GATEWAYS:
                self._passed(id_, at[1], who, (task, element))

    def _passed(self, id_: str, at: datetime, who: str, task: tuple[str, str]) -> None:
        """What went on by itself after a task."""
        then = (f"after_{task[1]}", "", "exclusiveGateway", f"{task[0]}x")
        self._line(id_, at, "element_completed", who, then, 2)

    def _line(
        self,
        id_: str,
        at: datetime,
        event: str,
        who: str,
        element: tuple[str, str, str, str | None] = ("", "", "", None),
        version: int | None = None,
    ) -> None:
        self._lines += 1
        detail, live = None, None
        if event in ("task_completed", "instance_started"):
            values = shapes.values(element[0], at, self._chance)
            detail, live = json.dumps({"values": values}, ensure_ascii=False), LIVE
        row = (id_, moment(at), event, who, *element, version, detail, live)
        self._rows.add("history", *row)

    def _reminded(self) -> None:
        """Further lines, until there are as many as a long life leaves behind."""
        cases = self._rows.of["process_instance"]
        id_ = self._chance.choice(cases)[0]
        at = self._now - timedelta(days=self._chance.uniform(0, MONTHS * 30))
        self._line(id_, at, "task_reminded", "system:clock", ("", "期限の知らせ", "", None))

    def _incident(self, id_: str, project: str, at: datetime) -> None:
        words = ("element", "bad_parameter", "自動処理に渡す値が正しくありません。")
        where = ("register_result", "結果の登録", "c1", moment(at + timedelta(hours=1)))
        self._rows.add("incident", *words, id_, project, *where)

    def _items(self, id_: str, root: str, system: int) -> None:
        for name, key in shapes.items(system, self._chance):
            self._rows.add("instance_value", name, id_, 0, key, "", root)

    def _number(self, key: str, system: int, year: int) -> str:
        series = (key, f"project{system // 2}", year)
        self._numbers[series] = self._numbers.get(series, 0) + 1
        return f"{shapes.PREFIXES[key]}-{fiscal_year_mark(year)}-{self._numbers[series]:04d}"

    def _person(self) -> str:
        return f"person{self._chance.randrange(PEOPLE)}"

    def _reports(self) -> None:
        """The monitoring reports (R26) of three years, one a month and system."""
        for system in range(SYSTEMS):
            for back in range(MONTHS):
                self._report(system, self._now - timedelta(days=30.4 * (back + 1)))

    def _report(self, system: int, at: datetime) -> None:
        id_ = f"{self._chance.getrandbits(128):032x}"
        values = shapes.report(tokyo_date(at), self._chance)
        number = f"月報-{system}-{at:%y%m}"
        place = (f"project{system // 2}", f"system{system}")
        stored = json.dumps(shapes.stored(values), ensure_ascii=False)
        head = (id_, "R26", number, 1, "作成済", stored)
        self._rows.add("register_entry", *head, *place, moment(at), "system:worker")
        for row in search_rows(values, number):
            self._rows.add("register_value", "R26", row.column, id_, row.key, row.text)
