"""Writing incidents: each is a row with its cause; a new cause is told to those who mend it."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.access import ADMINISTRATOR
from engine.domain.incident_group import cause_of
from engine.domain.records import Incident
from engine.services.notices import notify
from engine.services.unit import Unit
from engine.storage import incidents, people
from engine.storage.queries import incidents as queries

PJMO = "PJMO"


def note(unit: Unit, incident: Incident, definition_id: str = "") -> None:
    """Note a new incident; `definition_id`: of its instance."""
    known = replace(incident, cause=cause_of(incident, definition_id))
    incidents.add(unit, known)
    if known.cause not in unit.causes and not queries.is_open(unit, known.cause):
        unit.causes.add(known.cause)
        _tell(unit, known)


def _tell(unit: Unit, incident: Incident) -> None:
    """Tell administrators and the head of the project's PJMO; at most once a day for one cause."""
    found = people.holders(unit, [ADMINISTRATOR, PJMO], incident.project_id, unit.today)
    told = [one.id for one in found if one.role == ADMINISTRATOR or one.is_head]
    detail = {
        "cause": incident.cause,
        "code": incident.code,
        "text": incident.text,
        "name": incident.element_name or incident.text,
    }
    key = f"incident {unit.today.isoformat()} {incident.cause}"
    notify(unit, told, "incident", detail=detail, instance_id=incident.instance_id, key=key)
