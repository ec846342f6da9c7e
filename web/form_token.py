"""A signed mark in each task form: whose it is, so that a post outlives the session."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.context import options

FIELD = "form_token"
MAX_AGE_SECONDS = 12 * 3600
_SALT = "unei.task-form"


def make(person_id: str, task_id: str) -> str:
    return _serializer().dumps([person_id, task_id])


def person_of(token: str, task_id: str) -> str | None:
    """Who opened that task's form; None when the mark is forged, too old or of another task."""
    try:
        person_id, of_task = _serializer().loads(token, max_age=MAX_AGE_SECONDS)
    except (BadSignature, TypeError, ValueError):
        return None
    return str(person_id) if of_task == task_id else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(options().secret_key, salt=_SALT)
