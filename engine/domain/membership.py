"""Which memberships may be given, and which of them count on a day?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from engine.domain.access import EVERYWHERE_ROLES, Membership
from engine.domain.roles import Roles


class Fault(StrEnum):
    """Why a membership cannot be given; each belongs to one field of the form."""

    UNKNOWN_ROLE = "unknown_role"
    SUM_OF_ROLES = "sum_of_roles"
    ONLY_EVERYWHERE = "only_everywhere"
    BACKWARDS = "backwards"
    TWICE = "twice"


class Standing(StrEnum):
    """Where a membership stands on a day."""

    COMING = "coming"
    VALID = "valid"
    OVER = "over"


def standing(one: Membership, on: date) -> Standing:
    if one.valid_from_on > on:
        return Standing.COMING
    return Standing.VALID if one.is_valid(on) else Standing.OVER


def overlap(one: Membership, other: Membership) -> bool:
    """Whether both give the same role in the same project on some day."""
    same = (one.role, one.project_id) == (other.role, other.project_id)
    return (
        same and one.valid_from_on <= other.valid_to_on and other.valid_from_on <= one.valid_to_on
    )


def fault(wanted: Membership, held: Iterable[Membership], roles: Roles) -> Fault | None:
    """What stands in the way; `held`: all other memberships of the person."""
    role = roles.by_code.get(wanted.role)
    if role is None:
        return Fault.UNKNOWN_ROLE
    if role.members:
        return Fault.SUM_OF_ROLES
    if wanted.role in EVERYWHERE_ROLES and wanted.project_id is not None:
        return Fault.ONLY_EVERYWHERE
    if wanted.valid_to_on < wanted.valid_from_on:
        return Fault.BACKWARDS
    if any(overlap(wanted, one) for one in held if one.id != wanted.id):
        return Fault.TWICE
    return None
