"""People, memberships, the places they work for, and attempts to sign in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.access import Membership
from engine.domain.errors import NotFoundError
from engine.domain.person import Person, Place
from engine.storage.schema_people import membership, organisation, project, sign_in_attempt, system
from engine.storage.schema_people import person as table
from engine.storage.unit_of_work import UnitOfWork

CHANGEABLE = ("login", "name", "reading", "organisation_id", "email", "is_active")

PEOPLE = sa.select(table, organisation.c.name.label("organisation_name")).join(
    organisation, isouter=True
)
_BY_ID = PEOPLE.where(table.c.id == sa.bindparam("id"))
_BY_LOGIN = PEOPLE.where(table.c.login == sa.bindparam("login"))
_PAGE = PEOPLE.order_by(table.c.login).limit(sa.bindparam("most")).offset(sa.bindparam("first"))
_MEMBERSHIPS = sa.select(membership).where(
    membership.c.person_id.in_(sa.bindparam("ids", expanding=True))
)
_NAMES = sa.select(table.c.id, table.c.name).where(
    table.c.id.in_(sa.bindparam("ids", expanding=True))
)
_ACTIVE_NAMES = _NAMES.where(table.c.is_active)
_HOLDERS = (
    sa.select(
        table.c.id,
        table.c.name,
        table.c.email,
        organisation.c.name.label("organisation_name"),
        membership.c.role,
        membership.c.is_head,
    )
    .select_from(table)
    .join(membership, membership.c.person_id == table.c.id)
    .join(organisation, isouter=True)
    .where(
        membership.c.role.in_(sa.bindparam("roles", expanding=True)),
        sa.or_(
            membership.c.project_id == sa.bindparam("project"), membership.c.project_id.is_(None)
        ),
        membership.c.valid_from_on <= sa.bindparam("on"),
        membership.c.valid_to_on >= sa.bindparam("on"),
        table.c.is_active,
    )
    .order_by(table.c.login, membership.c.role)
)
_END_MEMBERSHIP = (
    sa.update(membership)
    .where(
        membership.c.person_id == sa.bindparam("of_person"),
        membership.c.role == sa.bindparam("of_role"),
        membership.c.project_id.is_not_distinct_from(sa.bindparam("of_project", type_=sa.Text)),
        membership.c.valid_to_on > sa.bindparam("new_to"),
    )
    .values(valid_to_on=sa.bindparam("new_to"))
)
_SET_PASSWORD = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(
        password_hash=sa.bindparam("new_hash"),
        session_epoch=table.c.session_epoch + 1,
        must_change_password=sa.bindparam("new_must_change"),
    )
)
_SAVE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"), table.c.version == sa.bindparam("of_version"))
    .values(
        version=table.c.version + 1,
        session_epoch=sa.bindparam("new_session_epoch"),
        **{name: sa.bindparam(f"new_{name}") for name in CHANGEABLE},
    )
)
_SAVE_MEMBERSHIP = (
    sa.update(membership)
    .where(membership.c.id == sa.bindparam("of_id"))
    .values(
        is_head=sa.bindparam("new_head"),
        valid_from_on=sa.bindparam("new_from"),
        valid_to_on=sa.bindparam("new_to"),
    )
)
_REMOVE_MEMBERSHIP = sa.delete(membership).where(membership.c.id == sa.bindparam("of_id"))
_FAILURES = sa.select(sa.func.count(), sa.func.max(sign_in_attempt.c.at)).where(
    ~sign_in_attempt.c.succeeded, sign_in_attempt.c.at > sa.bindparam("after")
)
_FAILURES_OF_LOGIN = _FAILURES.where(sign_in_attempt.c.login == sa.bindparam("of_login"))
_FAILURES_FROM = _FAILURES.where(sign_in_attempt.c.address == sa.bindparam("of_address"))
_LAST_SUCCESS = sa.select(sa.func.max(sign_in_attempt.c.at)).where(
    sign_in_attempt.c.succeeded, sign_in_attempt.c.login == sa.bindparam("of_login")
)
_FORGET_FAILURES = sa.delete(sign_in_attempt).where(
    ~sign_in_attempt.c.succeeded, sign_in_attempt.c.login == sa.bindparam("of_login")
)
_DROP_ATTEMPTS = sa.delete(sign_in_attempt).where(sign_in_attempt.c.at < sa.bindparam("before"))
_ADD_ATTEMPT = sa.insert(sign_in_attempt)
_ADD_PERSON = sa.insert(table)
_ADD_MEMBERSHIP = sa.insert(membership)
_ADD_PLACE = {"organisation": sa.insert(organisation), "project": sa.insert(project)}
_ADD_SYSTEM = sa.insert(system)
_PLACE_TABLES = {"organisation": organisation, "project": project, "system": system}
_OF_PLACES = {
    "organisation": ("name", "reading", "is_closed"),
    "project": ("name", "reading", "is_closed"),
    "system": ("name", "reading", "is_closed", "valid_from_on", "valid_to_on"),
}
_PLACES = {
    kind: sa.select(of).order_by(of.c.reading == "", of.c.reading, of.c.name, of.c.id)
    for kind, of in _PLACE_TABLES.items()
}
_SAVE_PLACE = {
    kind: sa.update(of)
    .where(of.c.id == sa.bindparam("of_id"), of.c.version == sa.bindparam("of_version"))
    .values(
        version=of.c.version + 1,
        **{name: sa.bindparam(f"new_{name}") for name in _OF_PLACES[kind]},
    )
    for kind, of in _PLACE_TABLES.items()
}
_DEMO = sa.select(table.c.id).where(table.c.is_demo, table.c.is_active).limit(1)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who holds a role today."""

    id: str
    name: str
    email: str
    organisation: str
    role: str
    is_head: bool


def find(unit: UnitOfWork, person_id: str) -> Person | None:
    row = unit.row(_BY_ID, {"id": person_id})
    return None if row is None else with_memberships(unit, [row])[0]


def get(unit: UnitOfWork, person_id: str) -> Person:
    found = find(unit, person_id)
    if found is None:
        raise NotFoundError("person", person_id)
    return found


def find_login(unit: UnitOfWork, login: str) -> tuple[Person, str] | None:
    """The person and the hash of the password."""
    row = unit.row(_BY_LOGIN, {"login": login})
    return None if row is None else (with_memberships(unit, [row])[0], row.password_hash)


def page(unit: UnitOfWork, first: int, most: int) -> list[Person]:
    return with_memberships(unit, unit.rows(_PAGE, {"first": first, "most": most}))


def names(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(ids))
    return {row.id: row.name for row in unit.rows(_NAMES, {"ids": wanted})} if wanted else {}


def active_names(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """Id -> name of those who may still sign in."""
    wanted = sorted(set(ids))
    return {row.id: row.name for row in unit.rows(_ACTIVE_NAMES, {"ids": wanted})} if wanted else {}


def holders(
    unit: UnitOfWork, roles: Iterable[str], project_id: str | None, on: date
) -> list[Holder]:
    """Active people who hold one of the roles in the project on that day, by login name."""
    values = {"roles": sorted(set(roles)), "project": project_id, "on": on}
    return [
        Holder(
            id=row.id,
            name=row.name,
            email=row.email,
            organisation=row.organisation_name or "",
            role=row.role,
            is_head=row.is_head,
        )
        for row in unit.rows(_HOLDERS, values)
    ]


def add(unit: UnitOfWork, person: Person, password_hash: str) -> None:
    unit.note(
        _ADD_PERSON,
        {
            "id": person.id,
            "login": person.login,
            "name": person.name,
            "organisation_id": person.organisation_id,
            "email": person.email,
            "password_hash": password_hash,
            "is_active": person.is_active,
            "is_demo": person.is_demo,
            "reading": person.reading,
            "must_change_password": person.must_change_password,
        },
        "person",
    )


def save(unit: UnitOfWork, person: Person) -> None:
    """Note the person as changed, with the version that was read; memberships are not written."""
    values = {f"new_{name}": getattr(person, name) for name in CHANGEABLE}
    values |= {"of_id": person.id, "of_version": person.version}
    unit.note(_SAVE, {**values, "new_session_epoch": person.session_epoch}, "person")


def set_password(
    unit: UnitOfWork, person_id: str, password_hash: str, *, must_change: bool = False
) -> None:
    """Note a new password; sessions begun with the old one end."""
    values = {"of_id": person_id, "new_hash": password_hash, "new_must_change": must_change}
    unit.note(_SET_PASSWORD, values, "person")


def add_membership(unit: UnitOfWork, new: Membership) -> None:
    unit.note(
        _ADD_MEMBERSHIP,
        {
            "person_id": new.person_id,
            "role": new.role,
            "project_id": new.project_id,
            "is_head": new.is_head,
            "valid_from_on": new.valid_from_on,
            "valid_to_on": new.valid_to_on,
        },
    )


def end_membership(unit: UnitOfWork, old: Membership, on: date) -> None:
    unit.note(
        _END_MEMBERSHIP,
        {
            "of_person": old.person_id,
            "of_role": old.role,
            "of_project": old.project_id,
            "new_to": on,
        },
    )


def save_membership(unit: UnitOfWork, changed: Membership) -> None:
    """Its role and project stay; `save` of the person tells whether somebody was first."""
    values = {
        "of_id": changed.id,
        "new_head": changed.is_head,
        "new_from": changed.valid_from_on,
        "new_to": changed.valid_to_on,
    }
    unit.note(_SAVE_MEMBERSHIP, values, "membership")


def remove_membership(unit: UnitOfWork, membership_id: int) -> None:
    unit.note(_REMOVE_MEMBERSHIP, {"of_id": membership_id}, "membership")


def add_place(unit: UnitOfWork, kind: str, place: Place) -> None:
    """`kind`: organisation, project or system."""
    row = {"id": place.id, **_columns(kind, place)}
    if kind == "system":
        unit.note(_ADD_SYSTEM, {**row, "project_id": place.project_id})
    else:
        unit.note(_ADD_PLACE[kind], row)


def save_place(unit: UnitOfWork, kind: str, place: Place) -> None:
    """Note the place as changed, with the version that was read."""
    values = {f"new_{name}": value for name, value in _columns(kind, place).items()}
    values |= {"of_id": place.id, "of_version": place.version}
    unit.note(_SAVE_PLACE[kind], values, kind)


def _columns(kind: str, place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in _OF_PLACES[kind]}


def _places(unit: UnitOfWork, kind: str) -> list[Place]:
    names = _PLACE_TABLES[kind].c.keys()
    rows = unit.rows(_PLACES[kind])
    return [Place(**dict(zip(names, row, strict=True))) for row in rows]


def organisations(unit: UnitOfWork) -> list[Place]:
    """By reading, those without one behind."""
    return _places(unit, "organisation")


def projects(unit: UnitOfWork) -> list[Place]:
    return _places(unit, "project")


def systems(unit: UnitOfWork) -> list[Place]:
    return _places(unit, "system")


def has_demo_people(unit: UnitOfWork) -> bool:
    return unit.row(_DEMO) is not None


def failures(
    unit: UnitOfWork, login: str, address: str, after: datetime
) -> tuple[tuple[int, datetime | None], tuple[int, datetime | None]]:
    """Failed attempts since `after`: (number, last) of the login name, and of the address.

    What lies before the last success of the login name does not count for the name.
    """
    success = unit.row(_LAST_SUCCESS, {"of_login": login})
    since = max(after, success[0]) if success is not None and success[0] else after
    mine = unit.row(_FAILURES_OF_LOGIN, {"of_login": login, "after": since})
    all_ = unit.row(_FAILURES_FROM, {"of_address": address, "after": after})
    return ((0, None) if mine is None else (mine[0], mine[1])), (
        (0, None) if all_ is None else (all_[0], all_[1])
    )


def add_attempt(unit: UnitOfWork, login: str, address: str, *, succeeded: bool) -> None:
    row = {"login": login, "address": address, "succeeded": succeeded, "at": unit.now}
    unit.note(_ADD_ATTEMPT, row)


def forget_failures(unit: UnitOfWork, login: str) -> None:
    """Note that this login name may try again at once."""
    unit.note(_FORGET_FAILURES, {"of_login": login})


def drop_attempts(unit: UnitOfWork, before: datetime) -> None:
    unit.note(_DROP_ATTEMPTS, {"before": before})


def with_memberships(unit: UnitOfWork, rows: Any) -> list[Person]:
    ids = [row.id for row in rows]
    found: dict[str, list[Membership]] = {id_: [] for id_ in ids}
    for row in unit.rows(_MEMBERSHIPS, {"ids": ids}) if ids else ():
        found[row.person_id].append(
            Membership(
                person_id=row.person_id,
                role=row.role,
                project_id=row.project_id,
                is_head=row.is_head,
                valid_from_on=row.valid_from_on,
                valid_to_on=row.valid_to_on,
                id=row.id,
            )
        )
    return [_person(row, tuple(found[row.id])) for row in rows]


def _person(row: Any, memberships: tuple[Membership, ...]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name or "",
        email=row.email,
        is_active=row.is_active,
        is_demo=row.is_demo,
        session_epoch=row.session_epoch,
        reading=row.reading,
        must_change_password=row.must_change_password,
        version=row.version,
        memberships=memberships,
    )
