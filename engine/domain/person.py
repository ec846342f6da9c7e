"""People, and where they work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.access import Membership


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who may sign in.  `memberships` holds all, also those not valid today."""

    id: str
    login: str
    name: str
    organisation_id: str | None = None
    organisation_name: str = ""
    email: str = ""
    is_active: bool = True
    is_demo: bool = False
    session_epoch: int = 0  # raised by a new password: older sessions end
    memberships: tuple[Membership, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Result of an attempt: the person, or None; after too many failures the seconds to wait."""

    person: Person | None
    wait_seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A project or an information system (then `project_id` is set), or an organisation."""

    id: str
    name: str
    project_id: str | None = None


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
