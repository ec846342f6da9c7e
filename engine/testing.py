"""Playing processes through: a throw-away office with a virtual clock, for tests and examples.

    with testing.office(folder) as office:
        office.deploy_shipped("rehearsal")
        case = office.start("rehearsal", by="pjmo1")
        office.complete("plan_rehearsal", {"対象業務": "受付"}, by="pjmo1")
        office.advance(working_days=3)
        assert office.trace(case)[-1] == "plan_rehearsal"

There is a project `p1` with a system `s1`, and for every role of config/roles.toml the people
`<role>1`, `<role>2` and `<role>_head` (`pjmo1`, `pjmo_is_head`); PMO, OWNER and ADMIN hold theirs
in all projects.  Everything goes through `Engine.run`, and after each step all due jobs are run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.bootstrap import Engine, build, migrate
from engine.domain.access import OVERSIGHT_ROLES, Actor, Membership, system_actor
from engine.domain.instance import InstanceHead
from engine.domain.person import Person, Place
from engine.domain.records import Deployed, Incident, MessageRow, RegisterEntry
from engine.domain.roles import Role
from engine.domain.user_task import UserTask
from engine.domain.working_days import close_of, tokyo_date
from engine.jobs.schedule import fire_due, remind
from engine.model_folders import read_folder, shipped
from engine.services import (
    deployments,
    incidents,
    instances,
    messages,
    reminders,
    schedules,
    tasks,
    work,
)
from engine.services.instances import Start
from engine.services.people import actor_of
from engine.services.task_forms import may_act
from engine.services.tasks import Completed
from engine.services.unit import Unit
from engine.settings import Settings, default_settings
from engine.storage import history, registers
from engine.storage import instances as instance_rows
from engine.storage import people as people_rows
from engine.storage.queries import testing as queries

PROJECT, SYSTEM = "p1", "s1"
MORNING = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo, first day of fiscal year R8
SETUP = system_actor("setup", "初期設定")
EVERYWHERE = OVERSIGHT_ROLES | {"OWNER"}
MANY_JOBS = 10_000


@dataclass(frozen=True, kw_only=True)
class Case:
    """An instance that was started: id and 管理番号."""

    id: str
    number: str


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A user task that waits for somebody."""

    id: str
    element_id: str
    name: str
    number: str
    assignee: str | None
    groups: frozenset[str]
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class Names:
    """What places and people are called.  `person`: the holder of a role, with that id."""

    organisation: str = "情報システム課"
    project: str = "給付事業"
    system: str = "給付システム"
    person: Callable[[Role, str], str] = lambda role, id_: f"{role.name} {id_}"


NAMES = Names()


class NoSuchTaskError(AssertionError):
    """No open task of that element; the message lists those that are open."""


class Clock:
    """Stands still until it is told to move."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def __call__(self) -> datetime:
        return self.moment


class TestOffice:
    """The office of one test."""

    __test__ = False  # no test class, whatever its name begins with

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock

    # Models

    def deploy_shipped(self, *keys: str) -> list[Deployed]:
        """Deploy these shipped processes, all that they call, and the decisions they ask."""
        return self.deploy(shipped(*keys))

    def deploy(self, folders: Path | Mapping[str, Mapping[str, bytes]]) -> list[Deployed]:
        """Deploy a folder of the disk (named like its process), or `{key: {file: content}}`."""
        if isinstance(folders, Path):
            folders = {folders.name: read_folder(folders)}
        return self.engine.run(deployments.deploy, folders, self.actor("owner1"))

    # People

    def actor(self, person_id: str) -> Actor:
        """The person as one who acts today."""
        person = self.engine.ask(people_rows.get, person_id)
        return actor_of(person, tokyo_date(self.clock.moment))

    # Steps

    def start(
        self,
        key: str,
        by: str = "pjmo1",
        values: Mapping[str, Any] | None = None,
        subject: str | None = None,
    ) -> Case:
        """Start the newest version for project p1 and system s1."""
        id_ = self.engine.run(
            instances.start,
            key,
            self.actor(by),
            project_id=PROJECT,
            system_id=SYSTEM,
            values=values,
            subject=subject,
        )
        self.run_jobs()
        return self.case(id_)

    def submit_start(self, key: str, post: Mapping[str, Sequence[str]], by: str = "pjmo1") -> Case:
        """Start by the start form."""
        where = Start(project_id=PROJECT, system_id=SYSTEM)
        id_ = self.engine.run(instances.submit_start, key, self.actor(by), post, where)
        self.run_jobs()
        return self.case(id_)

    def complete(
        self,
        element_id: str,
        values: Mapping[str, Any] | None = None,
        by: str = "pjmo1",
        case: Case | None = None,
    ) -> Completed:
        """Complete the oldest open task of that element that the person may complete."""
        task = self.task(element_id, by, case)
        done = self.engine.run(tasks.complete, task.id, self.actor(by), values or {})
        self.run_jobs()
        return done

    def submit(
        self,
        element_id: str,
        post: Mapping[str, Sequence[str]],
        by: str = "pjmo1",
        case: Case | None = None,
    ) -> Completed:
        """The same by the task's form."""
        task = self.task(element_id, by, case)
        done = self.engine.run(tasks.submit, task.id, self.actor(by), post)
        self.run_jobs()
        return done

    def send(
        self, name: str, payload: Mapping[str, Any] | None = None, key: str | None = None
    ) -> str:
        """Send a message from outside; the key is that of project and system unless given."""
        id_ = self.engine.run(
            messages.send,
            name,
            project_id=PROJECT,
            key=f"{PROJECT}/{SYSTEM}" if key is None else key,
            payload=payload or {},
            actor=SETUP,
        )
        self.run_jobs()
        return id_

    def cancel(self, case: Case, reason: str, by: str = "pjmo1") -> None:
        self.engine.run(instances.cancel, case.id, reason, self.actor(by))
        self.run_jobs()

    def retry(self, incident: Incident, by: str = "admin1") -> None:
        self.engine.run(incidents.retry, incident.id, self.actor(by))
        self.run_jobs()

    # Time

    def advance(
        self,
        *,
        days: float = 0,
        working_days: int = 0,
        to: datetime | None = None,
    ) -> None:
        """Let time pass; what falls due on the way happens at its moment.

        `working_days`: to the close of business of that working day.
        """
        until = to or self.clock.moment + timedelta(days=days)
        if working_days:
            until = self.close_of_day(working_days)
        remind(self.engine)
        self.run_jobs()
        while (moment := self._next_moment()) is not None and moment <= until:
            self.clock.moment = max(moment, self.clock.moment)
            fire_due(self.engine)
            remind(self.engine)
            self.run_jobs()
        self.clock.moment = max(until, self.clock.moment)

    def close_of_day(self, working_days: int) -> datetime:
        calendar = self.engine.office.calendar
        return close_of(calendar.add(tokyo_date(self.clock.moment), working_days))

    def _next_moment(self) -> datetime | None:
        questions = (work.next_job_at, schedules.next_at, reminders.next_at)
        return min(filter(None, map(self.engine.ask, questions)), default=None)

    def run_jobs(self) -> int:
        """Run all jobs that are due, and all batches; how many."""
        worker = self.engine.worker
        for count in range(MANY_JOBS):
            if not (worker.run_one() or worker.batches.run_one()):
                return count
        raise AssertionError(f"more than {MANY_JOBS} jobs in one moment")

    # Evidence

    def task(self, element_id: str, by: str | None = None, case: Case | None = None) -> UserTask:
        """The oldest open task of that element, of those `by` may complete if there is one."""
        found = [
            task
            for task in self.engine.ask(queries.open_tasks)
            if task.element_id == element_id and (case is None or task.instance_id == case.id)
        ]
        if not found:
            raise NoSuchTaskError(f"no open task {element_id}; open are {self.open_tasks()}")
        if by is not None:
            actor = self.actor(by)
            found.sort(key=lambda task: not may_act(task, actor))
        return found[0]

    def open_tasks(self, case: Case | None = None) -> list[OpenTask]:
        """All open tasks, oldest first."""
        return [
            OpenTask(
                id=task.id,
                element_id=task.element_id,
                name=task.name,
                number=self.head(task.instance_id).business_key,
                assignee=task.assignee,
                groups=task.candidate_groups,
                due_on=None if task.due_at is None else tokyo_date(task.due_at),
            )
            for task in self.engine.ask(queries.open_tasks)
            if case is None or task.instance_id == case.id
        ]

    def head(self, instance_id: str) -> InstanceHead:
        return self.engine.ask(instance_rows.get_head, instance_id)

    def case(self, instance_id: str) -> Case:
        return Case(id=instance_id, number=self.head(instance_id).business_key)

    def cases(self, key: str | None = None) -> list[Case]:
        """All instances (of one process), oldest first."""
        ask = self.engine.ask
        heads = ask(queries.all_heads) if key is None else ask(queries.heads_of, key)
        return [Case(id=head.id, number=head.business_key) for head in heads]

    def variables(self, case: Case) -> dict[str, Any]:
        """The data of the instance: of its live elements, or what it ended with."""
        return self.engine.ask(_variables, case.id)

    def trace(self, case: Case) -> list[str]:
        """Ids of the completed elements, in order."""
        return self.engine.ask(history.trace, case.id)

    def register(self, code: str) -> list[RegisterEntry]:
        """The entries of the register for p1 and s1, oldest first."""
        return self.engine.ask(registers.in_place, code, PROJECT, SYSTEM, MANY_JOBS)

    def undelivered(self) -> list[MessageRow]:
        """Messages that still wait for a receiver."""
        return self.engine.ask(messages.waiting, SETUP)

    def incidents(self) -> list[Incident]:
        return self.engine.ask(incidents.open_ones, self.actor("admin1"), size=MANY_JOBS)


def _variables(unit: Unit, instance_id: str) -> dict[str, Any]:
    return instances.variables(unit, instance_rows.get_head(unit, instance_id))


@contextmanager
def office(
    folder: Path,
    database_url: str | None = None,
    now: datetime = MORNING,
    settings: Mapping[str, Any] | None = None,
) -> Iterator[TestOffice]:
    """A fresh office in `folder`, or on an empty database; `settings`: changed settings."""
    chosen = _settings(folder, database_url, settings or {})
    migrate(chosen.database_url)
    clock = Clock(now)
    with build(chosen, now=clock, testing=True) as engine:
        if not engine.ask(people_rows.projects):
            engine.run(furnish)
        yield TestOffice(engine, clock)


def _settings(folder: Path, url: str | None, changed: Mapping[str, Any]) -> Settings:
    base = default_settings().model_dump()
    base["data_dir"] = folder / "data"
    base["database"]["url"] = url or ""
    for name, value in changed.items():
        base[name] = {**base[name], **value} if isinstance(value, Mapping) else value
    return Settings(**base)


def furnish(unit: Unit, names: Names = NAMES) -> None:
    """Note the project, the system and the people; nobody of them has a password."""
    people_rows.add_place(unit, "organisation", Place(id="o1", name=names.organisation))
    people_rows.add_place(unit, "project", Place(id=PROJECT, name=names.project))
    people_rows.add_place(unit, "system", Place(id=SYSTEM, name=names.system, project_id=PROJECT))
    made = list(_people(unit, names))
    for person in made:
        people_rows.add(unit, person, "")
    for person in made:
        for membership in person.memberships:
            people_rows.add_membership(unit, membership)


def _people(unit: Unit, names: Names) -> Iterator[Person]:
    for role in unit.office.roles.by_code.values():
        if role.members:
            continue
        stem = role.code.lower().replace("-", "_").replace("+", "_plus")
        for id_, is_head in ((f"{stem}1", False), (f"{stem}2", False), (f"{stem}_head", True)):
            membership = Membership(
                person_id=id_,
                role=role.code,
                project_id=None if role.code in EVERYWHERE else PROJECT,
                is_head=is_head,
            )
            person = Person(id=id_, login=id_, name=names.person(role, id_), organisation_id="o1")
            yield replace(person, email=f"{id_}@example.jp", memberships=(membership,))
