"""利用者と権限 as administrators read it: the list, and one person with all there is to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.domain.access import Actor, Membership
from engine.domain.delegation import Delegation
from engine.domain.instance import HistoryEntry, InstanceHead
from engine.domain.membership import Standing, standing
from engine.domain.person import Person, Place
from engine.domain.user_task import UserTask
from engine.services import people
from engine.services.spreadsheets import Sheet, SheetColumn, write_excel
from engine.services.unit import Unit
from engine.storage import delegations as delegation_rows
from engine.storage import history, tasks
from engine.storage import people as rows
from engine.storage.folding import fold
from engine.storage.queries import people as queries
from engine.storage.queries.people import ORDERS, Wanted

ACTIVE, INACTIVE, ALL = "active", "inactive", "all"
STATES = (ACTIVE, INACTIVE, ALL)
MOST_WORDS = 5
MOST_LINES = 100
MOST_EXPORTED = 20_000
EVERYWHERE = "すべて"
SHEET = Sheet(
    name="利用者と権限",
    columns=(
        SheetColumn(heading="利用者ID", width=16),
        SheetColumn(heading="氏名", width=16),
        SheetColumn(heading="よみ", width=18),
        SheetColumn(heading="組織", width=30),
        SheetColumn(heading="メールアドレス", width=30),
        SheetColumn(heading="利用", width=10),
        SheetColumn(heading="役割", width=28),
        SheetColumn(heading="プロジェクト", width=30),
        SheetColumn(heading="長", kind="bool"),
        SheetColumn(heading="始まりの日", kind="date"),
        SheetColumn(heading="終わりの日", kind="date"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """What the list is asked for; `state`: active, inactive or all."""

    text: str = ""
    role: str = ""
    project_id: str = ""
    organisation_id: str = ""
    state: str = ACTIVE


@dataclass(frozen=True, kw_only=True)
class Held:
    """A membership, and where it stands today."""

    membership: Membership
    role_name: str
    project_name: str  # empty: all projects
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """Somebody with the roles of today and those to come."""

    person: Person
    held: tuple[Held, ...]


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    """All about one person.

    `wait_seconds`: for how long the sign-in is stopped after failures.  `stuck`: tasks that only
    this person can do.
    """

    person: Person
    held: tuple[Held, ...]
    tasks: tuple[tuple[UserTask, InstanceHead], ...]
    stuck: tuple[tuple[UserTask, InstanceHead], ...]
    delegations: tuple[Delegation, ...]
    wait_seconds: int
    lines: tuple[HistoryEntry, ...]
    names: Mapping[str, str]


def listing(
    unit: Unit, actor: Actor, asked: PeopleFilter, order: str, page: int, size: int
) -> tuple[list[PersonRow], int]:
    """One page of those who fit, and how many there are.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    wanted = Wanted(
        on=unit.today,
        words=tuple(fold(asked.text).split()[:MOST_WORDS]),
        role=asked.role,
        project_id=asked.project_id,
        organisation_id=asked.organisation_id,
        is_active={ACTIVE: True, INACTIVE: False}.get(asked.state),
    )
    found, total = queries.page(unit, wanted, order, (page - 1) * size, size)
    projects = _project_names(unit)
    return [_row(unit, one, projects) for one in found], total


def _project_names(unit: Unit) -> dict[str, str]:
    return {place.id: place.name for place in rows.projects(unit)}


def _row(unit: Unit, person: Person, projects: Mapping[str, str]) -> PersonRow:
    held = (one for one in _held(unit, person, projects) if one.standing is not Standing.OVER)
    return PersonRow(person=person, held=tuple(held))


def _held(unit: Unit, person: Person, projects: Mapping[str, str]) -> list[Held]:
    """All memberships: valid ones first, then those to come, then the past."""
    known = unit.office.roles.names()
    found = [
        Held(
            membership=one,
            role_name=known.get(one.role, one.role),
            project_name=projects.get(one.project_id or "", ""),
            standing=standing(one, unit.today),
        )
        for one in person.memberships
    ]
    places = {Standing.VALID: 0, Standing.COMING: 1, Standing.OVER: 2}
    roles = list(known)
    return sorted(
        found, key=lambda one: (places[one.standing], _place(roles, one), one.project_name)
    )


def organisations(unit: Unit, actor: Actor) -> list[Place]:
    """Where people may belong; closed ones are not chosen any more.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    return [place for place in rows.organisations(unit) if not place.is_closed]


def is_known_order(order: str) -> bool:
    """`reading`, `login`, `organisation`; with a minus sign the other way round."""
    return order.removeprefix("-") in ORDERS


def _place(roles: Sequence[str], one: Held) -> int:
    role = one.membership.role
    return roles.index(role) if role in roles else len(roles)


def page(unit: Unit, person_id: str, actor: Actor) -> PersonPage:
    """One person.

    Raises:
        NotAnAdministratorError, NotFoundError.
    """
    people.check(actor)
    person = rows.get(unit, person_id)
    projects = _project_names(unit)
    held = tasks.held_by(unit, person_id)
    given = delegation_rows.touching(unit, [person_id], unit.today)
    lines = history.of_thing(unit, person_id, MOST_LINES)
    ids = {id_ for one in given for id_ in (one.person_id, one.proxy_id)}
    return PersonPage(
        person=person,
        held=tuple(_held(unit, person, projects)),
        tasks=tuple(held),
        stuck=tuple(one for one in held if _is_stuck(unit, one[0])),
        delegations=tuple(given),
        wait_seconds=people.wait(unit, person.login, ""),
        lines=tuple(lines),
        names={**projects, **people.names(unit, sorted(ids))},
    )


def _is_stuck(unit: Unit, task: UserTask) -> bool:
    """Whether nobody but the one who holds it is named for the task."""
    others = task.candidate_users - {task.assignee}
    return not task.candidate_groups and not rows.active_names(unit, others)


def export(unit: Unit, actor: Actor, asked: PeopleFilter, order: str, path: Path) -> int:
    """Write those who fit to an Excel file, a row for each role; how many rows.

    Raises:
        NotAnAdministratorError
    """
    found, _total = listing(unit, actor, asked, order, 1, MOST_EXPORTED)
    return write_excel(path, SHEET, _cells(found))


def _cells(found: Sequence[PersonRow]) -> Iterator[Sequence[Any]]:
    for row in found:
        one = row.person
        about = (
            one.login,
            one.name,
            one.reading,
            one.organisation_name,
            one.email,
            "利用中" if one.is_active else "停止",
        )
        for held in row.held:
            yield (*about, *_membership_cells(held))
        if not row.held:
            yield (*about, "", "", None, None, None)


def _membership_cells(held: Held) -> tuple[Any, ...]:
    one = held.membership
    first = None if one.valid_from_on == one.valid_from_on.min else one.valid_from_on
    last = None if one.valid_to_on == one.valid_to_on.max else one.valid_to_on
    return (held.role_name, held.project_name or EVERYWHERE, one.is_head, first, last)
