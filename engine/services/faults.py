"""Pages that failed: noted with the number that was shown, found again by administrators."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.access import Actor, may_administer
from engine.domain.fault import Fault
from engine.services.overview import AdministratorsOnlyError
from engine.services.unit import Unit
from engine.storage import faults as rows

KEPT = timedelta(days=90)
LONGEST_TRACE = 20_000  # letters; its end says most


def note(unit: Unit, fault: Fault) -> None:
    rows.add(unit, fault)


def find(unit: Unit, number: str, actor: Actor) -> Fault | None:
    """The failure with that number, typed as people type; None if there is none (any more).

    Raises:
        AdministratorsOnlyError
    """
    if not may_administer(actor):
        raise AdministratorsOnlyError(f"{actor.user_id} is no administrator")
    return rows.find(unit, number.strip().upper())


def tidy(unit: Unit) -> None:
    """Daily."""
    rows.drop(unit, unit.now - KEPT)
