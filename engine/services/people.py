"""Who may sign in, what roles they hold, and where they work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.domain.access import SCHEDULE, Actor, Membership, may_administer
from engine.domain.errors import ForbiddenError, InvalidError, NotFoundError
from engine.domain.person import Person, Place, SignIn
from engine.services import places
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import people as rows
from engine.storage.history import Line

SHORTEST_PASSWORD = 8
_HASHER = PasswordHasher()
# of nobody: an unknown login name costs the same time as a wrong password
_DECOY = _HASHER.hash(uuid.uuid4().hex)
SYSTEM_NAMES = {
    "system:schedule": SCHEDULE.name,
    "system:clock": "期限の到来",
    "system:worker": "自動処理",
    "system:messages": "メッセージの受信",
    "system:setup": "初期設定",
}


class NotAnAdministratorError(ForbiddenError):
    """Only administrators change people and places."""

    code = "not_an_administrator"


class WeakPasswordError(InvalidError):
    """The password is shorter than eight signs."""

    code = "weak_password"


class LoginTakenError(InvalidError):
    """Somebody else has that login name."""

    code = "login_taken"


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody to add.  `id` None: a random one."""

    login: str
    name: str
    password: str
    organisation_id: str | None = None
    email: str = ""
    reading: str = ""
    is_demo: bool = False
    must_change_password: bool = False
    id: str | None = None


def sign_in(unit: Unit, login: str, password: str, address: str) -> SignIn:
    """Check a password.  After too many failures the answer is how long to wait.

    Failures are counted per login name and per address, in the database, so that several
    processes count together and a restart forgets nothing.
    """
    login = login.strip()
    seconds = wait(unit, login, address)
    if seconds:
        return SignIn(person=None, wait_seconds=seconds)
    found = rows.find_login(unit, login)
    is_right = fits(found[1] if found else _DECOY, password)
    person = found[0] if found and is_right and found[0].is_active else None
    rows.add_attempt(unit, login, address, succeeded=person is not None)
    return SignIn(person=person)


def fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def wait(unit: Unit, login: str, address: str) -> int:
    """For how many seconds nobody may sign in by that name from that address; 0: one may."""
    policy = unit.office.policy
    after = unit.now - timedelta(seconds=policy.sign_in_window)
    mine, all_ = rows.failures(unit, login, address, after)
    waits = [
        _left(unit, last, policy.sign_in_window)
        for (count, last), most in (
            (mine, policy.sign_in_failures),
            (all_, policy.failures_from_address),
        )
        if count >= most and last is not None
    ]
    return max(waits, default=0)


def _left(unit: Unit, last: datetime, window: float) -> int:
    return max(1, int((last + timedelta(seconds=window) - unit.now).total_seconds()))


def actor(unit: Unit, person_id: str) -> Actor | None:
    """The person as one who acts today, or None when there is none (any more)."""
    found = rows.find(unit, person_id)
    return actor_of(found, unit.today) if found is not None and found.is_active else None


def actor_of(person: Person, today: date) -> Actor:
    memberships = tuple(m for m in person.memberships if m.is_valid(today))
    return Actor(user_id=person.id, name=person.name, memberships=memberships)


def person(unit: Unit, person_id: str) -> Person:
    return rows.get(unit, person_id)


def listing(unit: Unit, *, page: int = 1, size: int = 100) -> list[Person]:
    """One page, by login name."""
    return rows.page(unit, (page - 1) * size, size)


def names(unit: Unit, ids: Sequence[str]) -> Mapping[str, str]:
    """Person id -> name; also of what acts by itself (`system:...`)."""
    own = {id_: SYSTEM_NAMES[id_] for id_ in ids if id_ in SYSTEM_NAMES}
    return {**rows.names(unit, (id_ for id_ in ids if id_ not in own)), **own}


def check(actor: Actor) -> None:
    if not (may_administer(actor) or actor.user_id.startswith("system:")):
        raise NotAnAdministratorError(f"{actor.user_id} is no administrator")


def enter(unit: Unit, actor: Actor, event: str, thing_id: str, **detail: Any) -> None:
    """Note what was done to a person or place; `detail` may be empty in parts."""
    history.add(unit, Line(event=event, actor=actor, element_instance_id=thing_id, detail=detail))


def add(unit: Unit, new: NewPerson, actor: Actor) -> str:
    """Add somebody who may sign in; the person's id.

    Raises:
        NotAnAdministratorError, WeakPasswordError, LoginTakenError.
    """
    check(actor)
    if len(new.password) < SHORTEST_PASSWORD:
        raise WeakPasswordError("password too short")
    if rows.find_login(unit, new.login) is not None:
        raise LoginTakenError(new.login)
    made = Person(
        id=new.id or uuid.uuid4().hex,
        login=new.login,
        name=new.name,
        organisation_id=new.organisation_id,
        email=new.email,
        reading=new.reading,
        is_demo=new.is_demo,
        must_change_password=new.must_change_password,
    )
    rows.add(unit, made, _HASHER.hash(new.password))
    enter(unit, actor, "person_added", made.id, person_id=made.id, name=made.name)
    return made.id


def set_password(unit: Unit, person_id: str, password: str, actor: Actor) -> None:
    """Give a new password; older sessions end.

    One that an administrator gives to somebody is to be changed at the next sign-in.
    """
    is_given = actor.user_id != person_id
    if is_given:
        check(actor)
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPasswordError("password too short")
    name = rows.get(unit, person_id).name
    must_change = is_given and not actor.user_id.startswith("system:")
    rows.set_password(unit, person_id, _HASHER.hash(password), must_change=must_change)
    enter(unit, actor, "password_changed", person_id, person_id=person_id, name=name)


def add_membership(unit: Unit, membership: Membership, actor: Actor) -> None:
    """Give a role in a project, or in all.

    Raises:
        NotFoundError: no such role.
    """
    check(actor)
    role = unit.office.roles.by_code.get(membership.role)
    if role is None or role.members:
        raise NotFoundError("role", membership.role)
    rows.add_membership(unit, membership)
    enter(unit, actor, "membership_added", membership.person_id, **told(membership))


def end_membership(unit: Unit, membership: Membership, on: date, actor: Actor) -> None:
    """Let a role end with that day."""
    check(actor)
    rows.end_membership(unit, membership, on)
    detail = told(replace(membership, valid_to_on=on))
    enter(unit, actor, "membership_ended", membership.person_id, **detail)


def told(membership: Membership) -> dict[str, Any]:
    """The membership as the history keeps it; open ends are left out."""
    return {
        "person_id": membership.person_id,
        "role": membership.role,
        "project_id": membership.project_id or "",
        "is_head": membership.is_head,
        **told_days(membership),
    }


def told_days(membership: Membership) -> dict[str, str]:
    first, last = membership.valid_from_on, membership.valid_to_on
    return {
        **({} if first == date.min else {"from": first.isoformat()}),
        **({} if last == date.max else {"to": last.isoformat()}),
    }


def add_place(unit: Unit, kind: str, place: Place, actor: Actor) -> str:
    """Add an organisation, a project or a system (`kind`); its id."""
    check(actor)
    rows.add_place(unit, kind, place)
    enter(unit, actor, f"{kind}_added", place.id, id=place.id, name=place.name)
    return place.id


def add_organisation(
    unit: Unit, name: str, actor: Actor, organisation_id: str | None = None
) -> str:
    place = Place(id=organisation_id or uuid.uuid4().hex, name=name)
    return add_place(unit, "organisation", place, actor)


def add_project(unit: Unit, name: str, actor: Actor, project_id: str | None = None) -> str:
    return add_place(unit, "project", Place(id=project_id or uuid.uuid4().hex, name=name), actor)


def add_system(
    unit: Unit, name: str, project_id: str, actor: Actor, system_id: str | None = None
) -> str:
    """Add an information system to a project."""
    places.check(unit, project_id, None)
    place = Place(id=system_id or uuid.uuid4().hex, name=name, project_id=project_id)
    return add_place(unit, "system", place, actor)


def organisations(unit: Unit) -> list[Place]:
    return rows.organisations(unit)


def projects(unit: Unit, actor: Actor) -> list[Place]:
    """The projects the actor may see."""
    return places.projects_of(unit, actor)


def systems(unit: Unit, actor: Actor) -> list[Place]:
    """The information systems of those projects."""
    return places.systems_of(unit, actor)


def has_demo_people(unit: Unit) -> bool:
    """While there are any, no remote address is served."""
    return rows.has_demo_people(unit)


def role_names(unit: Unit) -> Mapping[str, str]:
    """Role code -> Japanese name."""
    return unit.office.roles.names()
