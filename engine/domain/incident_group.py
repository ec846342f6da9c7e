"""Incidents of one cause, as one line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.records import Incident

SEPARATOR = "|"


@dataclass(frozen=True, kw_only=True)
class IncidentGroup:
    """All open incidents of one cause.

    `newest` stands for all in texts; the process is that of its instance, None without one.
    `until`: id of the newest; what stops later is no part of what the reader has seen.
    """

    cause: str
    count: int
    case_count: int
    first_at: datetime
    last_at: datetime
    until: int
    newest: Incident
    process_name: str | None = None
    process_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentSummary:
    """Open incidents that somebody may mend, in numbers."""

    count: int
    causes: int
    oldest_at: datetime | None


def cause_of(incident: Incident, definition_id: str = "") -> str:
    """What incidents of one cause have in common, as one text.

    The same failure at the same element of the same version of a process is one cause; so is the
    same kind of job failing with the same kind of error, and the same schedule.
    """
    place = incident.element_id
    if incident.kind == "job":
        place = SEPARATOR.join(incident.detail.split(":")[:2]).replace(" ", "")
    return SEPARATOR.join((incident.kind, incident.code, definition_id, place))


def may_be_set_aside(incident: Incident) -> bool:
    """Whether it can be closed without a retry: nothing of an instance waits for it.

    An element that stopped holds its instance; there is only the retry, or the end of the case.
    """
    return incident.kind != "element" and incident.instance_id is None
