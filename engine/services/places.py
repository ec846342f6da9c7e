"""Projects and information systems: which exist, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from engine.domain.access import Actor
from engine.domain.errors import InvalidError, NotFoundError
from engine.domain.person import Place
from engine.services.unit import Unit
from engine.storage import people as rows

NAMES_KEPT = timedelta(minutes=5)


class ClosedPlaceError(InvalidError):
    """Nothing new is begun in that project or for that system."""

    code = "closed_place"

    def __init__(self, place_id: str) -> None:
        super().__init__(f"{place_id} is closed")
        self.place_id = place_id


class ForeignSystemError(InvalidError):
    """The information system belongs to another project."""

    code = "system_of_other_project"

    def __init__(self, system_id: str, project_id: str) -> None:
        super().__init__(f"system {system_id} does not belong to project {project_id}")
        self.system_id = system_id
        self.project_id = project_id


def check(
    unit: Unit, project_id: str | None, system_id: str | None, *, must_be_open: bool = False
) -> None:
    """Whether both exist and belong together, and whether something new may be begun there.

    Raises:
        NotFoundError: no such project or system.
        ForeignSystemError: the system is one of another project.
        ClosedPlaceError: one must be open and is not.
    """
    project = _get("project", project_id, rows.projects(unit)) if project_id is not None else None
    system = _get("system", system_id, rows.systems(unit)) if system_id is not None else None
    if system is not None and system.project_id != project_id:
        raise ForeignSystemError(system.id, project_id or "")
    for place in (project, system):
        if must_be_open and place is not None and place.is_closed:
            raise ClosedPlaceError(place.id)


def _get(kind: str, id_: str, among: Sequence[Place]) -> Place:
    for place in among:
        if place.id == id_:
            return place
    raise NotFoundError(kind, id_)


def names(unit: Unit, project_id: str | None, system_id: str | None) -> tuple[str, str]:
    """Names of the project and of the system; empty where there is none.

    Names seldom change: a process reads them once in five minutes, and when it changes one itself.
    """
    known = unit.office.place_names
    is_old = known.read_at is None or unit.now - known.read_at > NAMES_KEPT
    if is_old or not {project_id, system_id} - {None} <= known.keys():
        known.update({place.id: place.name for place in rows.projects(unit)})
        known.update({place.id: place.name for place in rows.systems(unit)})
        known.read_at = unit.now
    return known.get(project_id or "", ""), known.get(system_id or "", "")


def projects_of(unit: Unit, actor: Actor) -> list[Place]:
    """The projects the actor may see."""
    found = rows.projects(unit)
    if actor.sees_all_projects or actor.user_id.startswith("system:"):
        return found
    return [place for place in found if place.id in actor.project_ids]


def systems_of(unit: Unit, actor: Actor) -> list[Place]:
    """The information systems of those projects."""
    seen = {place.id for place in projects_of(unit, actor)}
    return [place for place in rows.systems(unit) if place.project_id in seen]
