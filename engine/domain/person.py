"""People, and where they work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from engine.domain.access import Membership


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who may sign in.  `memberships` holds all, also those not valid today."""

    id: str
    login: str
    name: str
    reading: str = ""  # of the name, in kana; lists are sorted by it
    organisation_id: str | None = None
    organisation_name: str = ""
    email: str = ""
    is_active: bool = True
    is_demo: bool = False
    session_epoch: int = 0  # raised by a new password: older sessions end
    must_change_password: bool = False  # it was given by an administrator
    version: int = 1  # of the person with all memberships
    memberships: tuple[Membership, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Result of an attempt: the person, or None; after too many failures the seconds to wait."""

    person: Person | None
    wait_seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A project or an information system (then `project_id` is set), or an organisation.

    `is_closed`: it stays in every record, but nothing new is begun there.  The days are those of a
    system in operation; None: not known yet, or open.
    """

    id: str
    name: str
    project_id: str | None = None
    reading: str = ""
    is_closed: bool = False
    version: int = 1
    valid_from_on: date | None = None
    valid_to_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A stored file.  `state`: draft (nothing refers to it yet) or linked."""

    id: str
    name: str
    content_type: str
    byte_count: int
    sha256: str
    state: str
    uploaded_by: str
    uploaded_at: datetime
    project_id: str | None = None
    instance_id: str | None = None
