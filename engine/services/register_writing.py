"""Writing register entries, always as part of a command and with its instance as the source."""

from __future__ import annotations

import itertools
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Protocol

from engine.domain.access import Actor, may_edit_register
from engine.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.domain.records import Register, RegisterEntry
from engine.domain.register import STATE, VALID, check
from engine.domain.values import TOKYO, utc
from engine.domain.working_days import business_key, fiscal_year
from engine.services.unit import Unit
from engine.storage import registers

_ORDER = itertools.count()


class NotAnAnonymousRegisterError(InvalidError):
    """An anonymous form belongs to a task that writes no anonymous register."""

    code = "no_anonymous_register"


class MayNotEnterError(ForbiddenError):
    """Who writes by hand is named by the register; some are written by processes alone."""

    code = "may_not_enter"


class Source(Protocol):
    """Where an entry comes from: an instance, or the office's own books (then `id` is None)."""

    @property
    def id(self) -> str | None: ...
    @property
    def business_key(self) -> str: ...
    @property
    def project_id(self) -> str | None: ...
    @property
    def system_id(self) -> str | None: ...


def get(unit: Unit, code: str) -> Register:
    register = unit.office.registers.get(code)
    if register is None:
        raise NotFoundError("register", code)
    return register


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """A change that a person makes outside any process: why, and which version was read."""

    entry_id: str | None = None
    reason: str = ""
    read_version: int | None = None


class NewerVersionError(ConflictError):
    """Somebody else has written the record since it was read."""

    code = "newer_version"

    def __init__(self, entry: RegisterEntry) -> None:
        super().__init__(f"{entry.id} is in version {entry.version}")
        self.entry = entry


def write_by_hand(
    unit: Unit,
    register: Register,
    values: Mapping[str, Any],
    source: Source,
    actor: Actor,
    how: ByHand,
) -> RegisterEntry:
    """Note a record or its next version, by a person who may.

    Raises:
        MayNotEnterError: the register, or records of this project, are not the actor's to write.
        NewerVersionError
        EntryRefusedError, NotFoundError: as `write`.
    """
    if not may_edit_register(actor, register.editors, source.project_id):
        raise MayNotEnterError(f"{actor.user_id} may not write {register.code}")
    if how.entry_id is not None and how.read_version is not None:
        current = _find(unit, register, how.entry_id, source)
        if current.version != how.read_version:
            raise NewerVersionError(current)
    return _write(unit, register, values, source, actor, how)


def write(
    unit: Unit,
    register: Register,
    values: Mapping[str, Any],
    head: Source,
    actor: Actor,
    entry_id: str | None = None,
) -> RegisterEntry:
    """Note a new entry, or with `entry_id` the next version of one.

    The column 状態 is the entry's state.

    Raises:
        EntryRefusedError: the values do not fit the register's columns.
        NotFoundError: no such entry in the project.
    """
    return _write(unit, register, values, head, actor, ByHand(entry_id=entry_id))


def _write(
    unit: Unit,
    register: Register,
    values: Mapping[str, Any],
    head: Source,
    actor: Actor,
    how: ByHand,
) -> RegisterEntry:
    old = None if how.entry_id is None else _find(unit, register, how.entry_id, head)
    given = dict(values)
    state = given.pop(STATE, None) or (old.state if old else VALID)
    merged = {**(old.values if old else {}), **given}
    if STATE in register.columns:
        merged[STATE] = state
    check(register, merged)
    if old is not None:
        entry = replace(
            old, version=old.version + 1, state=str(state), values=merged, reason=how.reason
        )
        entry = _signed(unit, register, entry, head, actor)
        registers.save(unit, entry)
    else:
        entry = _new(unit, register, merged, head)
        entry = _signed(
            unit, register, replace(entry, state=str(state), reason=how.reason), head, actor
        )
        registers.add(unit, entry)
    unit.entries[entry.id] = entry
    return entry


def _find(unit: Unit, register: Register, entry_id: str, head: Source) -> RegisterEntry:
    found = unit.entries.get(entry_id) or registers.find(unit, register.code, entry_id)
    if found is None or found.project_id != head.project_id:
        raise NotFoundError("register_entry", entry_id)
    return found


def _new(unit: Unit, register: Register, values: Mapping[str, Any], head: Source) -> RegisterEntry:
    return RegisterEntry(
        id=_id(unit, register),
        register=register.code,
        number=_number(unit, register, head),
        version=1,
        state=VALID,
        values=values,
        project_id=head.project_id,
        system_id=head.system_id,
        written_at=unit.now,
        written_by="",
    )


def _id(unit: Unit, register: Register) -> str:
    """Rising with the moment, and within it with the order this process writes in.

    Random for anonymous entries: their order would tell who answered when.
    """
    if register.anonymous:
        return uuid.uuid4().hex
    milliseconds = int(unit.now.timestamp() * 1000)
    return f"{milliseconds:012x}{next(_ORDER) % 0x1_0000_0000:08x}{secrets.token_hex(6)}"


def _number(unit: Unit, register: Register, head: Source) -> str:
    """Its own number, or the instance's where the register has no prefix of its own or the same.

    Anonymous entries get none: running numbers would tell who answered when.
    """
    if register.anonymous:
        return ""
    if not register.prefix or head.business_key.startswith(f"{register.prefix}-"):
        return head.business_key
    year = fiscal_year(unit.today)
    number = unit.next_number(f"{head.project_id or ''}/{register.prefix}", year)
    return business_key(register.prefix, year, number)


def _signed(
    unit: Unit, register: Register, entry: RegisterEntry, head: Source, actor: Actor
) -> RegisterEntry:
    if register.anonymous:
        day = utc(datetime.combine(unit.today, time(), TOKYO))
        return replace(entry, written_at=day, written_by="", written_by_instance=None)
    return replace(
        entry, written_at=unit.now, written_by=actor.user_id, written_by_instance=head.id
    )


def write_anonymous(
    unit: Unit, codes: Iterable[str], head: Source, values: Mapping[str, Any]
) -> None:
    """Note the answers of an anonymous form: no person, no instance, no time finer than the day.

    Raises:
        NotAnAnonymousRegisterError: the task names no anonymous register; nothing is kept.
    """
    registers_named = [get(unit, code) for code in codes]
    targets = [register for register in registers_named if register.anonymous]
    if not targets:
        raise NotAnAnonymousRegisterError("an anonymous form needs an anonymous register")
    nobody = Actor(user_id="")
    for register in targets:
        known = {column: values[column] for column in register.columns if column in values}
        write(unit, register, known, head, nobody)


def as_result(entry: RegisterEntry) -> dict[str, Any]:
    """What `register.write` answers."""
    return {"id": entry.id, "管理番号": entry.number, "版": Decimal(entry.version)}
