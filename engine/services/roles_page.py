"""The roles of the office, and what each may do: asked of the rules, not written beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain import access
from engine.domain.access import EVERYWHERE_ROLES, Actor, Membership
from engine.domain.records import DefinitionHead
from engine.domain.roles import Role
from engine.services import people
from engine.services.unit import Unit
from engine.storage import definitions

PROJECT = "project"  # of nobody: rights are asked for any project
May = Callable[[Actor], bool]
RIGHTS: Mapping[str, May] = {
    "see_project": lambda actor: access.may_see_project(actor, PROJECT),
    "see_all": lambda actor: access.may_see_project(actor, "another"),
    "cancel": lambda actor: access.may_cancel(actor, "somebody", PROJECT),
    "assign": lambda actor: access.may_assign(actor, (), PROJECT),
    "mend": access.may_mend,
    "schedules": lambda actor: access.may_change_schedules(actor, PROJECT),
    "models": access.may_edit_models,
    "deploy": access.may_deploy,
    "administer": access.may_administer,
}


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A role with its rights (names of `RIGHTS`).

    `starts`: names of the processes it may start; `writes`: of the registers it may write by hand.
    `sum_of`: names of the roles it is the sum of.
    """

    role: Role
    above: str
    sum_of: tuple[str, ...]
    rights: frozenset[str]
    starts: tuple[str, ...]
    writes: tuple[str, ...]


def to_give(unit: Unit) -> list[tuple[str, str]]:
    """(code, name) of the roles one can be given."""
    return [
        (code, role.name) for code, role in unit.office.roles.by_code.items() if not role.members
    ]


def rows(unit: Unit, actor: Actor) -> list[RoleRow]:
    """Every role in the order of the file.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    newest = definitions.newest(unit)
    return [_row(unit, role, newest) for role in unit.office.roles.by_code.values()]


def _row(unit: Unit, role: Role, newest: Sequence[DefinitionHead]) -> RoleRow:
    known = unit.office.roles
    holder = _holder(role)
    return RoleRow(
        role=role,
        above=known.name_of(role.next_higher) if role.next_higher else "",
        sum_of=tuple(known.name_of(code) for code in role.members),
        rights=frozenset(name for name, may in RIGHTS.items() if may(holder)),
        starts=tuple(
            one.name
            for one in newest
            if one.may_be_started and access.may_start(holder, one.starters, PROJECT)
        ),
        writes=tuple(
            f"{register.code} {register.name}"
            for register in unit.office.registers.values()
            if access.may_edit_register(holder, register.editors, PROJECT)
        ),
    )


def _holder(role: Role) -> Actor:
    """Somebody with this role alone; nobody is made a member of a sum."""
    place = None if role.code in EVERYWHERE_ROLES else PROJECT
    held = Membership(person_id="holder", role=role.code, project_id=place)
    return Actor(user_id="holder", memberships=() if role.members else (held,))
