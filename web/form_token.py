"""A signed mark in each task form: whose it is and when it was opened.

So a post outlives the session, and what a proxy has typed outlives the end of the delegation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.context import options

FIELD = "form_token"
MAX_AGE_SECONDS = 12 * 3600
_SALT = "unei.task-form"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The form of one task as somebody has opened it."""

    person_id: str
    task_id: str
    at: datetime  # by the office's clock


def make(opened: Opened) -> str:
    return _serializer().dumps([opened.person_id, opened.task_id, opened.at.isoformat()])


def read(token: str) -> Opened | None:
    """None when the mark is forged or too old."""
    try:
        person_id, task_id, at = _serializer().loads(token, max_age=MAX_AGE_SECONDS)
        moment = datetime.fromisoformat(at)
    except (BadSignature, TypeError, ValueError):
        return None
    return Opened(person_id=str(person_id), task_id=str(task_id), at=moment)


def person_of(token: str, task_id: str) -> str | None:
    """Who opened that task's form; None when the mark is no good, or of another task."""
    opened = read(token)
    return opened.person_id if opened is not None and opened.task_id == task_id else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(options().secret_key, salt=_SALT)
