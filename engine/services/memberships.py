"""Giving, changing and ending roles: who is what, in which project, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain import membership as rules
from engine.domain.access import Actor, Membership
from engine.domain.errors import FieldErrors, NotFoundError
from engine.domain.membership import Fault, Standing
from engine.domain.person import Person
from engine.domain.sentence import Sentence, later
from engine.services import people, person_changes
from engine.services.person_changes import NoReasonError
from engine.services.unit import Unit
from engine.storage import people as rows

_SAID: Mapping[Fault, tuple[str, str]] = {  # fault -> (field of the form, sentence)
    Fault.UNKNOWN_ROLE: ("role", later("役割を選んでください。")),
    Fault.SUM_OF_ROLES: (
        "role",
        later("この役割はほかの役割をまとめた呼び名です。まとめられている役割を選んでください。"),
    ),
    Fault.ONLY_EVERYWHERE: (
        "project",
        later("この役割はプロジェクトを限って付けられません。「すべて」を選んでください。"),
    ),
    Fault.BACKWARDS: (
        "to",
        later("終わりの日が始まりの日より前です。始まりの日以降にしてください。"),
    ),
    Fault.TWICE: (
        "from",
        later(
            "同じ役割が重なる期間にすでにあります。期間をずらすか、今ある役割の期間を変えてください。"
        ),
    ),
}


def add(unit: Unit, wanted: Membership, version: int, actor: Actor, reason: str = "") -> None:
    """Give a role.  `version`: of the person, as it was read.

    Raises:
        FieldErrors: of role, project, from or to.
        NotAnAdministratorError, NotFoundError, PersonChangedError.
    """
    person = person_changes.current(unit, wanted.person_id, version, actor)
    _check(unit, wanted, person)
    rows.add_membership(unit, wanted)
    rows.save(unit, person)
    _enter(unit, actor, "membership_added", wanted, reason=reason)


def _check(unit: Unit, wanted: Membership, person: Person) -> None:
    fault = rules.fault(wanted, person.memberships, unit.office.roles)
    if fault is not None:
        field, pattern = _SAID[fault]
        raise FieldErrors({field: Sentence(pattern)})
    known = {place.id for place in rows.projects(unit)}
    if wanted.project_id is not None and wanted.project_id not in known:
        raise FieldErrors({"project": Sentence("プロジェクトを選んでください。")})


def _enter(unit: Unit, actor: Actor, event: str, one: Membership, **detail: Any) -> None:
    people.enter(unit, actor, event, one.person_id, **people.told(one), **detail)


def find(person: Person, membership_id: int) -> Membership:
    """One of the person's memberships.

    Raises:
        NotFoundError
    """
    for one in person.memberships:
        if one.id == membership_id:
            return one
    raise NotFoundError("membership", str(membership_id))


def change(unit: Unit, wanted: Membership, version: int, reason: str, actor: Actor) -> None:
    """Change from when, until when, and whether as head; the role and the project stay.

    Raises:
        NoReasonError, LastAdministratorError; and as `add`.
    """
    person = person_changes.current(unit, wanted.person_id, version, actor)
    old = find(person, wanted.id or 0)
    if not reason.strip():
        raise NoReasonError(f"changing the membership {old.id} needs a reason")
    changed = replace(wanted, role=old.role, project_id=old.project_id)
    _check(unit, changed, person)
    if changed == old:
        return
    _save(unit, person, changed)
    before = {"is_head": old.is_head, **people.told_days(old)}
    _enter(unit, actor, "membership_changed", changed, before=before, reason=reason.strip())


def end(unit: Unit, of: Membership, version: int, on: date, reason: str, actor: Actor) -> None:
    """Let a role end with that day.  `of`: tells the person and the row.

    Raises:
        NoReasonError, LastAdministratorError
        FieldErrors: of to, when it would end before it began; and as `add`.
    """
    person = person_changes.current(unit, of.person_id, version, actor)
    old = find(person, of.id or 0)
    if not reason.strip():
        raise NoReasonError(f"ending the membership {old.id} needs a reason")
    ended = replace(old, valid_to_on=on)
    _check(unit, ended, person)
    _save(unit, person, ended)
    _enter(unit, actor, "membership_ended", ended, reason=reason.strip())


def withdraw(unit: Unit, of: Membership, version: int, reason: str, actor: Actor) -> None:
    """Take back a role that has not begun: nobody has ever acted with it.

    Raises:
        NoReasonError, PersonChangedError, NotAnAdministratorError
        NotFoundError: it has begun; then it can only end.
    """
    person = person_changes.current(unit, of.person_id, version, actor)
    old = find(person, of.id or 0)
    if rules.standing(old, unit.today) is not Standing.COMING:
        raise NotFoundError("membership to come", str(old.id))
    if not reason.strip():
        raise NoReasonError(f"taking back the membership {old.id} needs a reason")
    rows.remove_membership(unit, old.id or 0)
    rows.save(unit, person)
    _enter(unit, actor, "membership_withdrawn", old, reason=reason.strip())


def _save(unit: Unit, person: Person, changed: Membership) -> None:
    others = [one for one in person.memberships if one.id != changed.id]
    last = changed if changed.is_valid(unit.today) and changed.valid_to_on > unit.today else None
    kept = [one.role for one in (*others, *filter(None, [last])) if one.is_valid(unit.today)]
    person_changes.check_administrators(unit, person, tuple(kept))
    rows.save_membership(unit, changed)
    rows.save(unit, person)
