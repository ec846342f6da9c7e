"""What administrators do with people, and what everybody does with the own password.

Each change says which version of the person it was meant for: of two administrators the later one
is told.  Memberships are part of the person, so they share that version.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain import user_task
from engine.domain.access import ADMINISTRATOR, Actor, Membership
from engine.domain.errors import ConflictError, FieldErrors, InvalidError
from engine.domain.person import Person
from engine.domain.sentence import Sentence
from engine.services import delegations, people
from engine.services.people import SHORTEST_PASSWORD, NewPerson
from engine.services.unit import Unit
from engine.storage import delegations as delegation_rows
from engine.storage import history, tasks
from engine.storage import people as rows
from engine.storage.history import Line

LONGEST = 100  # letters of a name or an address
LONGEST_LOGIN = 64
FIRST_PASSWORD_BYTES = 9
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


class PersonChangedError(ConflictError):
    """Somebody else has changed the person since the page was opened."""

    code = "person_changed"

    def __init__(self, person_id: str, version: int) -> None:
        super().__init__(f"person {person_id} is no longer at version {version}")
        self.person_id = person_id


class OneselfError(ConflictError):
    """An administrator who deactivates himself could not come back."""

    code = "oneself"


class LastAdministratorError(ConflictError):
    """Without an administrator nobody could appoint one."""

    code = "last_administrator"


class NoReasonError(InvalidError):
    """The history needs a reason."""

    code = "no_reason"


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """What the form of a person holds."""

    login: str
    name: str
    reading: str = ""
    organisation_id: str | None = None
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class PasswordChange:
    """What became of it: `is_right` tells of the old password, `wait_seconds` of too many tries."""

    is_right: bool
    wait_seconds: int = 0


def first_password() -> str:
    """One that nobody can guess; it is changed at the first sign-in."""
    return secrets.token_urlsafe(FIRST_PASSWORD_BYTES)


def _errors(unit: Unit, new: PersonData, person_id: str | None) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not new.name:
        errors["name"] = Sentence("氏名を入力してください。")
    login = _login_fault(unit, new.login, person_id)
    if login is not None:
        errors["login"] = login
    if new.email and not _EMAIL.fullmatch(new.email):
        errors["email"] = Sentence("メールアドレスは name@example.go.jp の形で入力してください。")
    places = {place.id for place in rows.organisations(unit)}
    if new.organisation_id is not None and new.organisation_id not in places:
        errors["organisation"] = Sentence("この組織は登録されていません。選び直してください。")
    for field in ("name", "reading", "email"):
        if len(getattr(new, field)) > LONGEST:
            errors[field] = Sentence("%(most)s文字以内で入力してください。", most=LONGEST)
    return errors


def _login_fault(unit: Unit, login: str, person_id: str | None) -> str | None:
    if not login:
        return Sentence("利用者IDを入力してください。")
    if len(login) > LONGEST_LOGIN or not _LOGIN.fullmatch(login):
        return Sentence(
            "利用者IDは半角の英数字と . _ @ - を使い、%(most)s文字以内で入力してください。",
            most=LONGEST_LOGIN,
        )
    found = rows.find_login(unit, login)
    if found is not None and found[0].id != person_id:
        return Sentence("この利用者IDはほかの人が使っています。別のものにしてください。")
    return None


def password_fault(password: str) -> str | None:
    """Why nobody may have this password."""
    if len(password) < SHORTEST_PASSWORD:
        return Sentence(
            "パスワードは%(least)s文字以上で入力してください。", least=SHORTEST_PASSWORD
        )
    return None


def add(unit: Unit, new: PersonData, password: str, actor: Actor) -> str:
    """Add somebody with a first password, which is changed at the first sign-in; the id.

    Raises:
        NotAnAdministratorError
        FieldErrors: of login, name, reading, organisation, email or password.
    """
    people.check(actor)
    errors = _errors(unit, new, None)
    fault = password_fault(password)
    if fault is not None:
        errors["password"] = fault
    if errors:
        raise FieldErrors(errors)
    wanted = NewPerson(password=password, must_change_password=True, **vars(new))
    return people.add(unit, wanted, actor)


def add_administrator(unit: Unit, new: PersonData, password: str, actor: Actor) -> str:
    """Add somebody who appoints all others; the id.

    Raises:
        as `add`.
    """
    person_id = add(unit, new, password, actor)
    role = Membership(person_id=person_id, role=ADMINISTRATOR, project_id=None)
    people.add_membership(unit, role, actor)
    return person_id


def current(unit: Unit, person_id: str, version: int, actor: Actor) -> Person:
    """The person to change.

    Raises:
        NotAnAdministratorError, NotFoundError, PersonChangedError.
    """
    people.check(actor)
    found = rows.get(unit, person_id)
    if found.version != version:
        raise PersonChangedError(person_id, version)
    return found


def change(unit: Unit, person_id: str, version: int, new: PersonData, actor: Actor) -> None:
    """Change name, login and the like.

    Raises:
        as `add` and `current`.
    """
    person = current(unit, person_id, version, actor)
    errors = _errors(unit, new, person_id)
    if errors:
        raise FieldErrors(errors)
    changes = _changes(person, new)
    if not changes:
        return
    rows.save(unit, replace(person, **vars(new)))
    _enter(unit, actor, "person_changed", person, changes=changes)


def _changes(person: Person, new: PersonData) -> dict[str, Any]:
    return {
        name: {"before": getattr(person, name) or "", "after": value or ""}
        for name, value in vars(new).items()
        if (getattr(person, name) or "") != (value or "")
    }


def _enter(unit: Unit, actor: Actor, event: str, person: Person, **detail: Any) -> None:
    about: Mapping[str, Any] = {"person_id": person.id, "name": person.name}
    people.enter(unit, actor, event, person.id, **about, **detail)


def deactivate(unit: Unit, person_id: str, version: int, reason: str, actor: Actor) -> int:
    """Let nobody sign in as this person any more; how many tasks went back to their groups.

    Sessions end at once, delegations end, and memberships stay written, but count for nothing.

    Raises:
        NoReasonError, OneselfError, LastAdministratorError; and as `current`.
    """
    person = current(unit, person_id, version, actor)
    if not reason.strip():
        raise NoReasonError(f"deactivating {person_id} needs a reason")
    if not person.is_active:
        return 0
    if person.id == actor.user_id:
        raise OneselfError(f"{actor.user_id} cannot deactivate himself")
    check_administrators(unit, person, ())
    gone = replace(person, is_active=False, session_epoch=person.session_epoch + 1)
    rows.save(unit, gone)
    count = _give_back(unit, person, actor)
    for one in delegation_rows.touching(unit, [person.id], unit.today):
        delegations.end(unit, one.id, actor)
    _enter(unit, actor, "person_deactivated", person, reason=reason.strip(), tasks=count)
    return count


def _give_back(unit: Unit, person: Person, actor: Actor) -> int:
    """The tasks the person holds go back to their groups; those of nobody else stay."""
    holder = Actor(user_id=person.id, name=person.name)
    count = 0
    for task, _head in tasks.held_by(unit, person.id):
        if not task.candidate_groups and not task.candidate_users:
            continue
        tasks.save(unit, user_task.unclaim(task, holder))
        line = Line(
            event="task_unclaimed",
            actor=actor,
            instance_id=task.instance_id,
            element_id=task.element_id,
            element_name=task.name,
            element_kind="userTask",
            element_instance_id=task.id,
        )
        history.add(unit, line)
        count += 1
    return count


def check_administrators(unit: Unit, person: Person, kept: tuple[str, ...]) -> None:
    """Whether somebody else is administrator, now that this person will hold only `kept` roles.

    Raises:
        LastAdministratorError.
    """
    held = {one.role for one in person.memberships if one.is_valid(unit.today)}
    if ADMINISTRATOR not in held or ADMINISTRATOR in kept:
        return
    found = rows.holders(unit, [ADMINISTRATOR], None, unit.today)
    if {one.id for one in found} <= {person.id}:
        raise LastAdministratorError(f"{person.id} is the only administrator")


def activate(unit: Unit, person_id: str, version: int, actor: Actor) -> None:
    """Let the person sign in again, with the memberships that are valid.

    Raises:
        as `current`.
    """
    person = current(unit, person_id, version, actor)
    if person.is_active:
        return
    rows.save(unit, replace(person, is_active=True))
    _enter(unit, actor, "person_activated", person)


def reset_password(unit: Unit, person_id: str, password: str, actor: Actor) -> None:
    """Give a password that is changed at the next sign-in; a pause after failures ends, too.

    Raises:
        NotAnAdministratorError, NotFoundError
        OneselfError: one's own is changed with the old one.
        FieldErrors: of password.
    """
    people.check(actor)
    if person_id == actor.user_id:
        raise OneselfError("the own password is changed with the old one")
    fault = password_fault(password)
    if fault is not None:
        raise FieldErrors({"password": fault})
    people.set_password(unit, person_id, password, actor)
    rows.forget_failures(unit, rows.get(unit, person_id).login)


def release(unit: Unit, person_id: str, actor: Actor) -> None:
    """Let somebody try to sign in again who has failed too often.

    Raises:
        NotAnAdministratorError, NotFoundError.
    """
    people.check(actor)
    person = rows.get(unit, person_id)
    rows.forget_failures(unit, person.login)
    _enter(unit, actor, "sign_in_released", person)


def change_password(unit: Unit, old: str, new: str, actor: Actor, address: str) -> PasswordChange:
    """Change one's own password; wrong old ones count like failures to sign in.

    Raises:
        FieldErrors: of password.
    """
    person = rows.get(unit, actor.user_id)
    seconds = people.wait(unit, person.login, address)
    if seconds:
        return PasswordChange(is_right=False, wait_seconds=seconds)
    found = rows.find_login(unit, person.login)
    if found is None or not people.fits(found[1], old):
        rows.add_attempt(unit, person.login, address, succeeded=False)
        return PasswordChange(is_right=False)
    fault = password_fault(new)
    if fault is None and new == old:
        fault = Sentence("今のパスワードと違うものを入力してください。")
    if fault is not None:
        raise FieldErrors({"password": fault})
    people.set_password(unit, person.id, new, actor)
    return PasswordChange(is_right=True)
