"""Projects, information systems and organisations: adding, renaming, closing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import ConflictError, FieldErrors, NotFoundError
from engine.domain.instance import HistoryEntry
from engine.domain.person import Place
from engine.domain.sentence import Sentence
from engine.services import people
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import people as rows

ORGANISATION, PROJECT, SYSTEM = "organisation", "project", "system"
KINDS = (ORGANISATION, PROJECT, SYSTEM)
LONGEST = 100
MOST_LINES = 50
_LISTS: Mapping[str, Callable[[Unit], list[Place]]] = {
    ORGANISATION: rows.organisations,
    PROJECT: rows.projects,
    SYSTEM: rows.systems,
}


class PlaceChangedError(ConflictError):
    """Somebody else has changed it since the page was opened."""

    code = "place_changed"

    def __init__(self, place_id: str, version: int) -> None:
        super().__init__(f"{place_id} is no longer at version {version}")
        self.place_id = place_id


@dataclass(frozen=True, kw_only=True)
class PlaceData:
    """What the form of a place holds.  `project_id` and the days: of an information system."""

    name: str
    reading: str = ""
    is_closed: bool = False
    project_id: str | None = None
    valid_from_on: date | None = None
    valid_to_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """All there are, by reading."""

    projects: tuple[tuple[Place, tuple[Place, ...]], ...]  # each with its systems
    organisations: tuple[Place, ...]


def everything(unit: Unit, actor: Actor) -> Places:
    """What the page of the administrators lists.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    systems = rows.systems(unit)
    return Places(
        projects=tuple(
            (one, tuple(system for system in systems if system.project_id == one.id))
            for one in rows.projects(unit)
        ),
        organisations=tuple(rows.organisations(unit)),
    )


def get(unit: Unit, kind: str, place_id: str, actor: Actor) -> Place:
    """One place of that kind.

    Raises:
        NotAnAdministratorError, NotFoundError.
    """
    people.check(actor)
    for one in _LISTS[kind](unit):
        if one.id == place_id:
            return one
    raise NotFoundError(kind, place_id)


def lines(unit: Unit, place_id: str, actor: Actor) -> list[HistoryEntry]:
    """What was done to it, newest first.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    return history.of_thing(unit, place_id, MOST_LINES)


def _check(unit: Unit, kind: str, new: PlaceData, place_id: str | None) -> None:
    """Refuse what no place may hold.

    Raises:
        FieldErrors: of name, reading, project or to.
    """
    errors: dict[str, str] = {}
    if not new.name:
        errors["name"] = Sentence("名称を入力してください。")
    elif any(one.name == new.name and one.id != place_id for one in _LISTS[kind](unit)):
        errors["name"] = Sentence("同じ名称がすでにあります。区別できる名称にしてください。")
    for field in ("name", "reading"):
        if len(getattr(new, field)) > LONGEST:
            errors[field] = Sentence("%(most)s文字以内で入力してください。", most=LONGEST)
    if kind == SYSTEM and new.project_id not in {one.id for one in rows.projects(unit)}:
        errors["project"] = Sentence("プロジェクトを選んでください。")
    if new.valid_from_on and new.valid_to_on and new.valid_to_on < new.valid_from_on:
        errors["to"] = Sentence("終わりの日が始まりの日より前です。始まりの日以降にしてください。")
    if errors:
        raise FieldErrors(errors)


def add(unit: Unit, kind: str, new: PlaceData, actor: Actor) -> str:
    """Add a place of that kind; its id.

    Raises:
        NotAnAdministratorError
        FieldErrors: of name, reading, project or to.
    """
    people.check(actor)
    _check(unit, kind, new, None)
    return people.add_place(unit, kind, Place(id=uuid.uuid4().hex, **vars(new)), actor)


def change(unit: Unit, of: tuple[str, str], version: int, new: PlaceData, actor: Actor) -> None:
    """Rename, close or reopen.  `of`: kind and id.  A system stays in its project.

    Raises:
        NotFoundError, PlaceChangedError; and as `add`.
    """
    kind, place_id = of
    old = get(unit, kind, place_id, actor)
    if old.version != version:
        raise PlaceChangedError(place_id, version)
    wanted = replace(new, project_id=old.project_id)
    _check(unit, kind, wanted, place_id)
    changes = _changes(old, wanted)
    if not changes:
        return
    rows.save_place(unit, kind, replace(old, **vars(wanted)))
    people.enter(
        unit, actor, f"{kind}_changed", place_id, id=place_id, name=wanted.name, changes=changes
    )
    unit.after_commit(unit.office.place_names.clear)


def _changes(old: Place, new: PlaceData) -> dict[str, Any]:
    return {
        name: {"before": _said(getattr(old, name)), "after": _said(value)}
        for name, value in vars(new).items()
        if getattr(old, name) != value
    }


def _said(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
