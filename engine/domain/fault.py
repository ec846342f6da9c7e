"""A page that failed: what an administrator finds by the number its reader was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`place`: method and address, without the query; `kind`: of the error; `trace`: its lines."""

    number: str
    place: str
    kind: str
    trace: str
    person_id: str | None = None
    at: datetime | None = None  # None: now
