"""A notice (お知らせ): something a person should know, shown until it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice of one person.  `kind` names its words, `detail` fills them.

    `business_key`, `subject` and `task_name` are those of the instance and task it is about.
    """

    id: int
    person_id: str
    kind: str
    detail: Mapping[str, Any]
    at: datetime
    read_at: datetime | None = None
    instance_id: str | None = None
    task_id: str | None = None
    business_key: str = ""
    subject: str = ""
    task_name: str = ""
