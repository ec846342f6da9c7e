"""下書き: the one editable copy of a process or a shared decision, and who is editing it.

Nothing in service changes until the draft is deployed.  Files have revisions of their own, so that
a diagram and its form can be edited side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from engine.domain.access import Actor
from engine.domain.errors import ConflictError

DECISIONS: Final = "_decisions"  # the folder of the shared decisions
HOLD: Final = timedelta(seconds=60)  # renewed by the editor every 20 s


@dataclass(frozen=True, kw_only=True)
class Editing:
    """Who edits, in which tab of the browser, since when, and until when without another sign."""

    person_id: str
    person_name: str
    tab: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ModelDraft:
    """`key`: of the process, or `_decisions/<id>` for a shared decision by itself.

    `files`: name -> content; a process's draft may hold copies of shared decisions under
    `_decisions/<id>.dmn`.  `base_version`: what it was made from, 0 for a new model.  `record`: of
    the import it came from, no part of the model; empty if it was drawn here.
    """

    id: str
    key: str
    name: str
    base_version: int
    files: Mapping[str, bytes]
    revisions: Mapping[str, int]
    changed_by: str  # name of the person
    changed_at: datetime
    editing: Editing | None = None
    record: bytes = b""

    @property
    def is_decision(self) -> bool:
        return self.key.startswith(f"{DECISIONS}/")

    @property
    def folder(self) -> str:
        """Of its own files, as they are deployed."""
        return DECISIONS if self.is_decision else self.key

    @property
    def mark(self) -> str:
        """Another one after each change of any file: what was looked at is what is deployed."""
        return hashlib.sha256(repr(sorted(self.revisions.items())).encode()).hexdigest()[:16]

    def folders(self) -> dict[str, dict[str, bytes]]:
        """What a deployment takes: `{folder: {file name: content}}`."""
        own: dict[str, bytes] = {}
        decisions: dict[str, bytes] = {}
        for name, content in self.files.items():
            folder, _, file = name.rpartition(f"{DECISIONS}/")
            if folder == "" and file != name:
                decisions[file] = content
            else:
                own[name] = content
        made = {self.key: own} if own else {}
        return {**made, DECISIONS: decisions} if decisions else made


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What a process is called: `key` in files and addresses, `prefix` in its 管理番号."""

    key: str
    name: str
    prefix: str


class DraftHeldError(ConflictError):
    """Somebody else is editing."""

    code = "draft_held"

    def __init__(self, key: str, editing: Editing) -> None:
        super().__init__(f"{editing.person_id} is editing the draft of {key}")
        self.editing = editing


class DraftMovedOnError(ConflictError):
    """The file was saved from elsewhere since it was read."""

    code = "draft_moved_on"

    def __init__(self, key: str, name: str, by: str, at: datetime) -> None:
        super().__init__(f"{name} of the draft of {key} was changed by {by} at {at}")
        self.by = by
        self.at = at


def held_by_another(draft: ModelDraft, actor: Actor, at: datetime) -> Editing | None:
    """Who else is editing right now."""
    editing = draft.editing
    if editing is None or editing.person_id == actor.user_id or editing.until <= at:
        return None
    return editing


def check_free(draft: ModelDraft, actor: Actor, at: datetime) -> None:
    """Nobody else is editing.

    Raises:
        DraftHeldError
    """
    other = held_by_another(draft, actor, at)
    if other is not None:
        raise DraftHeldError(draft.key, other)


def taken(draft: ModelDraft, actor: Actor, tab: str, at: datetime) -> ModelDraft:
    """The draft with the actor as the one who edits, from now or on as before."""
    editing = draft.editing
    is_mine = editing is not None and editing.person_id == actor.user_id and editing.until > at
    since = editing.since if editing is not None and is_mine else at
    now = Editing(
        person_id=actor.user_id, person_name=actor.name, tab=tab, since=since, until=at + HOLD
    )
    return replace(draft, editing=now)


def left(draft: ModelDraft, actor: Actor, tab: str) -> ModelDraft:
    """The draft with nobody editing, if it was this tab that did."""
    editing = draft.editing
    if editing is None or (editing.person_id, editing.tab) != (actor.user_id, tab):
        return draft
    return replace(draft, editing=None)
