"""One sandbox: a throw-away office with made-up people and a clock moved by hand.

It is a folder that holds all there is of it: a database, files and secrets of its own, the moment
of its clock, and `sandbox.json`; so every process that serves pages can open it.  Nothing leaves
it: it has no mail host, no threads and no periodic starts.  Jobs run when somebody has done
something in it, or moves its clock.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import Any

from engine.bootstrap import Engine, build, migrate
from engine.domain.access import may_start
from engine.domain.errors import ConflictError, FieldErrors
from engine.domain.person import Person
from engine.domain.roles import Role
from engine.domain.user_task import UserTask
from engine.domain.values import storable
from engine.feel.errors import BudgetExceededError, FeelSyntaxError
from engine.feel.expression import compile_expression
from engine.services import deployments, instances, people, work
from engine.services.people import actor_of
from engine.services.task_forms import may_act
from engine.services.unit import Unit
from engine.settings import Database, Settings
from engine.storage.queries import testing as queries
from engine.testing import PROJECT, SETUP, SYSTEM, Clock, Names, TestOffice, furnish

PATIENCE = 10.0  # seconds that the work behind one press may take
MOST_WAITING = 20  # open tasks that are named
MOST_PEOPLE = 500
ABOUT = "sandbox.json"
_ORDINALS = {"1": "甲", "2": "乙"}  # as in sample contracts


class TakesTooLongError(ConflictError):
    """What was to happen is not done yet; what has happened so far stays."""

    code = "sandbox_takes_long"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is tried, and for whom.

    `version` 0: the draft.  `person`: who sits down first.  `by_hand`: people start the process;
    else only other processes do.
    """

    id: str
    maker: str
    key: str
    name: str
    version: int
    made_at: datetime
    person: str = ""
    by_hand: bool = True


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open task, and somebody who may do it."""

    task: UserTask
    person: Person


def name_of(role: Role, id_: str) -> str:
    """PJMO 甲, PJMO 乙, PJMOの長"""
    ordinal = _ORDINALS.get(id_[-1])
    return f"{role.name} {ordinal}" if ordinal else f"{role.name}の長"


NAMES = Names(
    organisation="試行の組織",
    project="試行のプロジェクト",
    system="試行の情報システム",
    person=name_of,
)


class KeptClock(Clock):
    """Its moment stands in a file, for all processes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self._file.read_text())

    @moment.setter
    def moment(self, now: datetime) -> None:
        own = self._file.with_name(f".{self._file.name}.{token_hex(4)}")
        own.write_text(now.isoformat())
        own.replace(self._file)


class SandboxOffice(TestOffice):
    """Gives up on work without end."""

    _until = 0.0

    def be_patient(self) -> None:
        self._until = monotonic() + PATIENCE

    def run_jobs(self) -> int:
        worker = self.engine.worker
        count = 0
        while worker.run_one() or worker.batches.run_one():
            count += 1
            self._check()
        while worker.values.run_one():
            self._check()
        return count

    def _next_moment(self) -> datetime | None:
        self._check()
        return super()._next_moment()

    def _check(self) -> None:
        if monotonic() > self._until:
            raise TakesTooLongError("there is more to do")


class Sandbox:
    """An opened sandbox."""

    def __init__(self, folder: Path, trial: Trial, engine: Engine) -> None:
        self.trial = trial
        self.engine = engine
        self._lock = folder / "lock"
        self._office = SandboxOffice(engine, clock_of(folder))
        with self._working():
            engine.run(work.put_back)  # what a killed process has left half done

    @contextmanager
    def _working(self) -> Iterator[SandboxOffice]:
        """The office, while nobody else runs its jobs or moves its clock."""
        with held(self._lock):
            self._office.be_patient()
            yield self._office

    def settle(self) -> None:
        """Do all that is due.

        Raises:
            TakesTooLongError
        """
        with self._working() as office:
            office.run_jobs()

    def advance(self, to: datetime) -> None:
        """Let time pass; what falls due on the way happens at its moment.

        Raises:
            TakesTooLongError: the clock stands where it has come to.
        """
        with self._working() as office:
            office.advance(to=to)

    @property
    def now(self) -> datetime:
        return self._office.clock.moment

    def end_of_next_day(self) -> datetime:
        """The close of business of the next working day."""
        return self._office.close_of_day(1)

    def next_moment(self) -> datetime | None:
        """When the next deadline ends or the next timer fires; None if nothing lies ahead."""
        now = self.now
        moments = [task.due_at for task in self.engine.ask(queries.open_tasks)]
        moments.append(self.engine.ask(work.next_job_at))
        return min((at for at in moments if at is not None and at > now), default=None)

    def people(self) -> list[Person]:
        """All people, by role."""
        return self.engine.ask(_by_role)

    def waiting(self) -> list[Waiting]:
        """The open tasks, newest first, each with the first person who may do it."""
        today = self.engine.ask(_today)
        actors = [(one, actor_of(one, today)) for one in self.people()]
        found = []
        for task in reversed(self.engine.ask(queries.open_tasks)[-MOST_WAITING:]):
            fit = next((one for one, actor in actors if may_act(task, actor)), None)
            if fit is not None:
                found.append(Waiting(task=task, person=fit))
        return found

    def inputs(self) -> tuple[str, ...]:
        """The names of what callers hand to the process."""
        return self.engine.ask(_inputs, self.trial.key)

    def start_as_called(self, texts: Mapping[str, str], subject: str) -> str:
        """Start the process as a caller would; the id of the instance.

        `texts`: name of an input -> its value; what begins with = is an expression.

        Raises:
            FieldErrors: texts that are no expressions, and why.
        """
        values = self.engine.ask(_values, texts)
        return self.engine.run(
            instances.start,
            self.trial.key,
            SETUP,
            project_id=PROJECT,
            system_id=SYSTEM,
            values=values,
            subject=subject,
        )

    def close(self) -> None:
        self.engine.close()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock file, against all threads and processes."""
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clock_of(folder: Path) -> KeptClock:
    return KeptClock(folder / "clock")


def settings_of(real: Settings, folder: Path) -> Settings:
    """The office's own settings, but nothing of it within reach.

    Copied and not read again: environment variables would lead back to the real database.
    """
    changes = {
        "data_dir": folder,
        "database": Database(),
        "mail": real.mail.model_copy(update={"host": "", "user": "", "password": ""}),
    }
    return real.model_copy(update=changes)


def make(
    folder: Path, trial: Trial, models: Mapping[str, Mapping[str, bytes]], settings: Settings
) -> Trial:
    """Furnish an office in the folder, and put the models into service there.

    Raises:
        RefusedError: models that no office could run.
    """
    folder.mkdir(parents=True)
    clock = clock_of(folder)
    clock.moment = trial.made_at
    migrate(settings.database_url)
    with build(settings, now=clock) as engine:
        engine.run(furnish, NAMES)
        engine.run(deployments.deploy, models, SETUP)
        found = engine.ask(_with_starter, trial)
    content = {**asdict(found), "made_at": found.made_at.isoformat()}
    (folder / ABOUT).write_text(json.dumps(content, ensure_ascii=False))
    return found


def read(folder: Path) -> Trial | None:
    """What is tried there; None if the folder is not complete, or is gone."""
    try:
        content = json.loads((folder / ABOUT).read_text())
    except FileNotFoundError:
        return None
    return Trial(**{**content, "made_at": datetime.fromisoformat(content["made_at"])})


def open_(folder: Path, trial: Trial, settings: Settings) -> Sandbox:
    return Sandbox(folder, trial, build(settings, now=clock_of(folder)))


def _with_starter(unit: Unit, trial: Trial) -> Trial:
    """The trial with the first person who may start the process."""
    head = deployments.definition(unit, trial.key)
    everybody = _by_role(unit)
    starters = [
        one.id for one in everybody if may_start(actor_of(one, unit.today), head.starters, PROJECT)
    ]
    person = next(iter(starters), everybody[0].id)
    return replace(trial, person=person, by_hand=head.may_be_started and bool(starters))


def _by_role(unit: Unit) -> list[Person]:
    """All people in the order of the roles' file; people of no role last."""
    order = {code: number for number, code in enumerate(unit.office.roles.by_code)}

    def place(one: Person) -> int:
        return min((order[m.role] for m in one.memberships), default=len(order))

    return sorted(people.listing(unit, size=MOST_PEOPLE), key=place)


def _today(unit: Unit) -> date:
    return unit.today


def _inputs(unit: Unit, key: str) -> tuple[str, ...]:
    head = deployments.definition(unit, key)
    return unit.office.models.bundle(unit, head.id).inputs or ()


def _values(unit: Unit, texts: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = _value(unit, text.strip())
        except (FeelSyntaxError, BudgetExceededError) as error:
            errors[name] = str(error)
    if errors:
        raise FieldErrors(errors)
    return values


def _value(unit: Unit, text: str) -> Any:
    if not text.startswith("="):
        return text or None
    return storable(compile_expression(text.removeprefix("=")).evaluate({}, unit.evaluation()))
