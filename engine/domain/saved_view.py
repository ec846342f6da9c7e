"""A list's filters under a name of one's own (条件を保存)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SavedView:
    """`page`: worklist, instances, register:R17.  `query`: as it stands in the address."""

    id: str
    person_id: str
    page: str
    name: str
    query: str
