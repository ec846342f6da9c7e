"""Process and decision definitions, their files, and the versions they are pinned to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFoundError
from engine.domain.records import DefinitionHead
from engine.storage.schema import decision_definition as decision
from engine.storage.schema import definition_file as file
from engine.storage.schema import deployment, listened_message, pin
from engine.storage.schema import process_definition as process
from engine.storage.unit_of_work import UnitOfWork

_later = process.alias("later")
is_newest = ~sa.exists().where(_later.c.key == process.c.key, _later.c.version > process.c.version)
_later_decision = decision.alias("later")
is_newest_decision = ~sa.exists().where(
    _later_decision.c.key == decision.c.key, _later_decision.c.version > decision.c.version
)
_HEADS = sa.select(process, deployment.c.at, deployment.c.deployed_by).join(deployment)
_BY_ID = _HEADS.where(process.c.id == sa.bindparam("id"))
_NEWEST = _HEADS.where(is_newest).order_by(process.c.key)
_VERSIONS = _HEADS.where(process.c.key == sa.bindparam("key")).order_by(process.c.version.desc())
_DECISIONS = sa.select(decision).where(is_newest_decision).order_by(decision.c.key)
_PROCESS_VERSIONS = (
    sa.select(
        process.c.id,
        process.c.version,
        deployment.c.at,
        deployment.c.deployed_by,
        deployment.c.reason,
    )
    .join(deployment)
    .where(process.c.key == sa.bindparam("key"))
    .order_by(process.c.version.desc())
)
_DECISION_VERSIONS = (
    sa.select(
        decision.c.id,
        decision.c.version,
        deployment.c.at,
        deployment.c.deployed_by,
        deployment.c.reason,
    )
    .join(deployment)
    .where(decision.c.key == sa.bindparam("key"))
    .order_by(decision.c.version.desc())
)
_FILES = sa.select(file.c.name, file.c.content).where(file.c.definition_id == sa.bindparam("id"))
_LABELS = (
    sa.select(file.c.content)
    .join(process, process.c.id == file.c.definition_id)
    .where(file.c.name == sa.bindparam("name"))
    .order_by(process.c.version, process.c.key)
)
_DEPLOYMENTS = sa.select(sa.func.count()).select_from(deployment)
_PINS = sa.select(pin).where(pin.c.definition_id == sa.bindparam("id"))
_STARTS = (
    sa.select(process.c.key)
    .join(listened_message, listened_message.c.definition_id == process.c.id)
    .where(listened_message.c.name == sa.bindparam("name"), listened_message.c.is_start)
    .where(is_newest)
    .order_by(process.c.key)
)
_ADD_DEPLOYMENT = sa.insert(deployment)
_ADD_FILE = sa.insert(file)
_ADD_PIN = sa.insert(pin)
_ADD_LISTENED = sa.insert(listened_message)
_LISTENED = sa.select(listened_message.c.name).distinct()
_CALLERS = (
    sa.select(process.c.key)
    .join(pin, pin.c.definition_id == process.c.id)
    .where(
        pin.c.key == sa.bindparam("of_key"),
        pin.c.kind == sa.bindparam("of_kind"),
        pin.c.target_id != sa.bindparam("target"),
    )
    .where(is_newest)
    .order_by(process.c.key)
)


@dataclass(frozen=True, kw_only=True)
class Version:
    """When a version was put into service, by whom (person id) and why."""

    id: str
    version: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewDefinition:
    """A version of a process or decision for service.  `pins`: (kind, key, target id)."""

    head: DefinitionHead
    deployment_id: str
    files: Mapping[str, bytes]
    pins: Sequence[tuple[str, str, str]] = ()
    listens: Mapping[str, bool] | None = None  # message name -> starts an instance


def _head(row: Any) -> DefinitionHead:
    starters = frozenset(filter(None, row.starters.split(",")))
    return DefinitionHead(
        id=row.id,
        key=row.key,
        version=row.version,
        name=row.name,
        prefix=row.prefix,
        starters=starters - {"none"},
        may_be_started="none" not in starters,
        start_form=row.start_form,
        trace=row.trace,
        deployed_at=row.at,
        deployed_by=row.deployed_by,
        hash=row.hash,
    )


def get(unit: UnitOfWork, definition_id: str) -> DefinitionHead:
    row = unit.row(_BY_ID, {"id": definition_id})
    if row is None:
        raise NotFoundError("process_definition", definition_id)
    return _head(row)


def newest(unit: UnitOfWork) -> list[DefinitionHead]:
    """The newest version of every process."""
    return [_head(row) for row in unit.rows(_NEWEST)]


def versions(unit: UnitOfWork, key: str) -> list[DefinitionHead]:
    """All versions of a process, newest first."""
    return [_head(row) for row in unit.rows(_VERSIONS, {"key": key})]


def newest_decisions(unit: UnitOfWork) -> dict[str, tuple[str, int, str]]:
    """Decision id -> (version id, version, hash)."""
    return {row.key: (row.id, row.version, row.hash) for row in unit.rows(_DECISIONS)}


def files(unit: UnitOfWork, definition_id: str) -> dict[str, bytes]:
    return {row.name: bytes(row.content) for row in unit.rows(_FILES, {"id": definition_id})}


def decision_versions(unit: UnitOfWork, key: str) -> list[Version]:
    """All versions of a shared decision, newest first."""
    rows = unit.rows(_DECISION_VERSIONS, {"key": key})
    return [
        Version(id=row.id, version=row.version, at=row.at, by=row.deployed_by, reason=row.reason)
        for row in rows
    ]


def process_versions(unit: UnitOfWork, key: str) -> list[Version]:
    """All versions of a process, newest first, with the reason of each deployment."""
    rows = unit.rows(_PROCESS_VERSIONS, {"key": key})
    return [
        Version(id=row.id, version=row.version, at=row.at, by=row.deployed_by, reason=row.reason)
        for row in rows
    ]


def decision_file(unit: UnitOfWork, key: str, version: int) -> bytes:
    """The table of that version.

    Raises:
        NotFoundError: no such version.
    """
    for found in decision_versions(unit, key):
        if found.version == version:
            return files(unit, found.id)[f"{key}.dmn"]
    raise NotFoundError("decision", key)


def label_files(unit: UnitOfWork, name: str) -> list[bytes]:
    """The files of that name of all versions of all processes, the newest versions last."""
    return [bytes(row.content) for row in unit.rows(_LABELS, {"name": name})]


def deployment_count(unit: UnitOfWork) -> int:
    """How often something has been put into service; raised by each."""
    row = unit.row(_DEPLOYMENTS)
    return 0 if row is None else int(row[0])


def pins(unit: UnitOfWork, definition_id: str) -> dict[tuple[str, str], str]:
    """(kind, key) -> id of the pinned version; kind is process or decision."""
    rows = unit.rows(_PINS, {"id": definition_id})
    return {(row.kind, row.key): row.target_id for row in rows}


def started_by_message(unit: UnitOfWork, name: str) -> list[str]:
    """Keys of the processes whose newest version starts with this message."""
    return [row.key for row in unit.rows(_STARTS, {"name": name})]


def listened_names(unit: UnitOfWork) -> frozenset[str]:
    """Names of messages that some deployed definition waits for."""
    return frozenset(row.name for row in unit.rows(_LISTENED))


def callers_of_older(unit: UnitOfWork, kind: str, key: str, target_id: str) -> tuple[str, ...]:
    """Processes whose newest version is pinned to another version of this one."""
    values = {"of_key": key, "of_kind": kind, "target": target_id}
    return tuple(row.key for row in unit.rows(_CALLERS, values))


def add_deployment(unit: UnitOfWork, deployment_id: str, deployed_by: str, reason: str) -> None:
    row = {"id": deployment_id, "at": unit.now, "deployed_by": deployed_by, "reason": reason}
    unit.note(_ADD_DEPLOYMENT, row)


def add_process(unit: UnitOfWork, new: NewDefinition) -> None:
    head = new.head
    starters = ",".join(sorted(head.starters)) if head.may_be_started else "none"
    unit.note(
        sa.insert(process),
        {
            "id": head.id,
            "key": head.key,
            "version": head.version,
            "name": head.name,
            "prefix": head.prefix,
            "starters": starters,
            "trace": head.trace,
            "start_form": head.start_form,
            "hash": head.hash,
            "deployment_id": new.deployment_id,
        },
        "process_definition",
    )
    _add_files(unit, head.id, new.files)
    for name, is_start in (new.listens or {}).items():
        row = {"definition_id": head.id, "name": name, "is_start": is_start}
        unit.note(_ADD_LISTENED, row)
    for kind, key, target in new.pins:
        row = {"definition_id": head.id, "kind": kind, "key": key, "target_id": target}
        unit.note(_ADD_PIN, row)


def add_decision(unit: UnitOfWork, new: NewDefinition) -> None:
    head = new.head
    unit.note(
        sa.insert(decision),
        {
            "id": head.id,
            "key": head.key,
            "version": head.version,
            "name": head.name,
            "hash": head.hash,
            "deployment_id": new.deployment_id,
        },
        "decision_definition",
    )
    _add_files(unit, head.id, new.files)


def _add_files(unit: UnitOfWork, definition_id: str, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        row = {"definition_id": definition_id, "name": name, "content": content}
        unit.note(_ADD_FILE, row)
