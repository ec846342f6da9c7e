"""The demo office: people and places, registers, a go-live under way, a system in operation."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.bootstrap import Engine
from engine.domain.access import Actor, Membership, system_actor
from engine.domain.values import storable
from engine.feel.expression import compile_expression
from engine.services import (
    attachments,
    deployments,
    instances,
    messages,
    people,
    registers,
    tasks,
    worklists,
)
from engine.services.attachments import Upload
from engine.services.people import NewPerson
from engine.services.registers import OwnBooks
from engine.services.unit import Unit
from engine.services.worklists import Filter, PageAsked, WorklistRow
from web.demo_year import PastYear

SETUP = system_actor("setup", "初期設定")
PASSWORD_BYTES = 9
FILE = "file:"
Told = Callable[[str], None]
Folders = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody of the demo office, with the password that is shown once."""

    login: str
    name: str
    roles: str
    password: str


class StoryError(Exception):
    """The story does not fit the models: the task of a step is not open."""


def read_folders(folder: Path) -> dict[str, dict[str, bytes]]:
    """Every folder below as `{process key: {file name: content}}`; only the files themselves."""
    return {
        one.name: {file.name: file.read_bytes() for file in sorted(one.iterdir()) if file.is_file()}
        for one in sorted(folder.iterdir())
        if one.is_dir() and not one.name.startswith(".")
    }


class DemoOffice:
    """Loads `config/demo` into an empty installation.

    `told` hears one line for each part, for whoever waits.
    """

    def __init__(self, engine: Engine, folder: Path, told: Told) -> None:
        self._engine = engine
        self._files = folder / "files"
        self._told = told
        self._office = _read(folder / "office.toml")
        self._story = _read(folder / "story.toml")
        self._year = _read(folder / "monitoring.toml")

    def load(self, models: Folders) -> list[Account]:
        """Everything: `furnish`, then `play`."""
        accounts = self.furnish(models)
        self.play()
        return accounts

    def furnish(self, models: Folders) -> list[Account]:
        """Models, places, people and registers; the accounts with their passwords.

        Models come first: when they are refused, nothing has changed.
        """
        self._engine.run(deployments.deploy, models, SETUP, "導入")
        self._told("見本を入れています：業務フローまで")
        self._places()
        accounts = [self._person(entry) for entry in self._office["person"]]
        self._told("見本を入れています：人と役割まで")
        for entry in self._office.get("entry", []):
            self._entry(entry)
        PastYear(self._engine, self._year, SETUP).enter()
        self._told("見本を入れています：台帳まで")
        return accounts

    def play(self) -> None:
        """The story, step by step.

        Raises:
            StoryError: a step does not fit the models; what came before it stays.
        """
        self._work()
        for step in self._story["step"]:
            everybody = step["by"] if isinstance(step["by"], list) else [step["by"]]
            for person_id in everybody:
                self._step(step, person_id)
            self._work()
        self._told("見本を入れています：進行中の案件まで")

    def _places(self) -> None:
        run = self._engine.run
        for place in self._office["organisation"]:
            run(people.add_organisation, place["name"], SETUP, place["id"])
        for place in self._office["project"]:
            run(people.add_project, place["name"], SETUP, place["id"])
        for place in self._office["system"]:
            run(people.add_system, place["name"], place["project"], SETUP, place["id"])
        self._told("見本を入れています：組織とプロジェクトまで")

    def _person(self, entry: Mapping[str, Any]) -> Account:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        new = NewPerson(
            id=entry["id"],
            login=entry["login"],
            name=entry["name"],
            password=password,
            organisation_id=entry.get("organisation"),
            email=entry.get("email", ""),
            reading=entry.get("kana", ""),
            is_demo=True,
        )
        self._engine.run(people.add, new, SETUP)
        for one in entry["memberships"]:
            membership = Membership(
                person_id=entry["id"],
                role=one["role"],
                project_id=one.get("project"),
                is_head=one.get("head", False),
            )
            self._engine.run(people.add_membership, membership, SETUP)
        roles = "、".join(dict.fromkeys(map(self._role, entry["memberships"])))
        return Account(login=entry["login"], name=entry["name"], roles=roles, password=password)

    def _role(self, membership: Mapping[str, Any]) -> str:
        """業務実施部門の長"""
        code = str(membership["role"])
        name = self._engine.ask(people.role_names).get(code, code)
        return name + ("の長" if membership.get("head") else "")

    def _entry(self, entry: Mapping[str, Any]) -> None:
        system_id = entry.get("system")
        projects = {place["id"]: place["project"] for place in self._office["system"]}
        source = OwnBooks(
            project_id=entry.get("project") or projects.get(system_id or ""), system_id=system_id
        )
        values = self._values(entry["values"], SETUP)
        if "state" in entry:
            values["状態"] = entry["state"]
        self._engine.run(registers.enter, entry["register"], values, source, SETUP)

    def _step(self, step: Mapping[str, Any], person_id: str) -> None:
        actor = self._engine.ask(people.actor, person_id)
        if actor is None:
            raise StoryError(f"物語の人「{person_id}」がいません。")
        values = self._values(step.get("values", {}), actor)
        if "message" in step:
            self._send(step, values, actor)
            return
        if "start" in step:
            self._engine.run(
                instances.start,
                step["start"],
                actor,
                project_id=step["project"],
                system_id=step.get("system"),
                values=values,
            )
            return
        task_id = self._engine.ask(_open_task, step["process"], step["element"], actor)
        if task_id is None:
            raise StoryError(f"物語の作業「{step['process']} {step['element']}」が開いていません。")
        self._engine.run(tasks.complete, task_id, actor, values)

    def _send(self, step: Mapping[str, Any], values: Mapping[str, Any], actor: Actor) -> None:
        self._engine.run(
            messages.send,
            step["message"],
            project_id=step["project"],
            key=f"{step['project']}/{step['system']}",
            payload=values,
            actor=actor,
        )

    def _values(self, written: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
        return {name: self._value(value, actor) for name, value in written.items()}

    def _value(self, written: Any, actor: Actor) -> Any:
        """`=...` is worked out, `file:NAME` becomes a stored file, the rest stays."""
        if isinstance(written, str) and written.startswith("="):
            return self._engine.ask(_worked_out, written)
        if isinstance(written, str) and written.startswith(FILE):
            return [self._file(written.removeprefix(FILE), actor)]
        if isinstance(written, Mapping):
            return self._values(written, actor)
        if isinstance(written, list):
            return [self._value(item, actor) for item in written]
        return storable(written)

    def _file(self, name: str, actor: Actor) -> dict[str, Any]:
        content = (self._files / name).read_bytes()
        upload = Upload(name=name, content_type="text/plain", stream=BytesIO(content))
        kept = self._engine.run(attachments.store, upload, actor)
        return {
            "id": kept.id,
            "名前": kept.name,
            "種類": kept.content_type,
            "バイト数": kept.byte_count,
        }

    def _work(self) -> None:
        """Do all work that is due, so that the next step finds its task."""
        while self._engine.worker.run_one():
            pass


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _worked_out(unit: Unit, source: str) -> Any:
    return storable(compile_expression(source).evaluate({}, unit.evaluation()))


def _open_task(unit: Unit, process: str, element: str, actor: Actor) -> str | None:
    """The oldest open task of that name the actor holds or may take, in that process."""
    found = [
        row.task
        for view in ("mine", "group")
        for row in _all_rows(unit, actor, view, process)
        if row.task.element_id == element
    ]
    found.sort(key=lambda task: (task.created_at is None, task.created_at, task.id))
    return found[0].id if found else None


def _all_rows(unit: Unit, actor: Actor, view: str, process: str) -> Iterator[WorklistRow]:
    page = PageAsked(size=200)
    while True:
        found = worklists.worklist(unit, actor, view, Filter(key=process), page)
        yield from found.rows
        if not found.after:
            return
        page = PageAsked(size=200, after=found.after)
