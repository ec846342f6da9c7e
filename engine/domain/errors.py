"""What can go wrong on purpose, and how callers tell the kinds apart.

Callers catch by *kind* (`NotFoundError`, `ForbiddenError`, `InvalidError`, `ConflictError`); the
leaf class says what happened and carries the ids as attributes.  `code` is the stable key on
which screen texts, API bodies and log searches hang: never rename one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class EngineError(Exception):
    """Base of every failure the engine reports on purpose."""

    code: ClassVar[str] = "engine_error"


class NotFoundError(EngineError):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"no {kind} {id_}")
        self.kind = kind
        self.id = id_


class ForbiddenError(EngineError):
    """The actor lacks the right."""

    code = "forbidden"


class InvalidError(EngineError):
    """What was submitted cannot be taken as it is; says which place and how to mend it."""

    code = "invalid"


class ConflictError(EngineError):
    """The command was fine when it was typed; the world has moved since."""

    code = "conflict"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault in a file somebody hands in: where it is, what it is, how to mend it.

    `message` is a Japanese sentence for the person who drew the model; `code` names the rule.
    """

    code: str
    message: str
    element_id: str = ""
    element_name: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


class RefusedError(InvalidError):
    """A model, form, decision, register or setting was refused; nothing has changed."""

    code = "refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "; ".join(f"{f.file} {f.element_id} {f.message}".strip() for f in findings)
        )
        self.findings = tuple(findings)


class FieldErrors(InvalidError):
    """Values of a form were refused.  `errors`: path of the field -> Japanese sentence.

    They stand in page order.  A path is the field's key; inside a repeat row it is
    `list key/row number from 0/key`.
    """

    code = "field_errors"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {text}" for path, text in errors.items()))
        self.errors = dict(errors)


class StaleError(ConflictError):
    """A row was changed by somebody else between load and save; `Engine.run` reruns the command."""

    code = "stale"

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"{kind} {id_} was changed by someone else meanwhile")
        self.kind = kind
        self.id = id_


class TaskClosedError(ConflictError):
    """The task is completed or cancelled; says by whom and when."""

    code = "task_closed"

    def __init__(
        self, task_id: str, state: str, completed_by: str | None, completed_at: datetime | None
    ) -> None:
        super().__init__(f"user task {task_id} is {state} (by {completed_by} at {completed_at})")
        self.task_id = task_id
        self.state = state
        self.completed_by = completed_by
        self.completed_at = completed_at


class TaskAlreadyClaimedError(ConflictError):
    """Somebody else holds the task."""

    code = "task_already_claimed"

    def __init__(self, task_id: str, assignee: str) -> None:
        super().__init__(f"user task {task_id} is already claimed by {assignee}")
        self.task_id = task_id
        self.assignee = assignee


class NotACandidateError(ForbiddenError):
    """The actor is in none of the task's candidate groups, or is barred from this task."""

    code = "not_a_candidate"

    def __init__(self, task_id: str, user_id: str) -> None:
        super().__init__(f"{user_id} is no candidate for user task {task_id}")
        self.task_id = task_id
        self.user_id = user_id


class NotAnAssignerError(ForbiddenError):
    """The actor may not decide who does this task."""

    code = "not_an_assigner"

    def __init__(self, task_id: str, user_id: str) -> None:
        super().__init__(f"{user_id} may not assign user task {task_id}")
        self.task_id = task_id
        self.user_id = user_id


class UnreachableDatabaseError(EngineError):
    """No connection; `place`: the database's address without its password."""

    code = "unreachable_database"

    def __init__(self, place: str) -> None:
        super().__init__(f"cannot open the database {place}")
        self.place = place
