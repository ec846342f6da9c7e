"""Drafts of models: rows <-> `ModelDraft`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.domain.model_draft import Editing, ModelDraft
from engine.storage.schema_drafts import model_draft as table
from engine.storage.schema_drafts import model_draft_file as file
from engine.storage.schema_people import person
from engine.storage.unit_of_work import UnitOfWork

_RECORD = "import.record"  # a name that no file of a model can bear
_editor = person.alias("editor")
_DRAFTS = (
    sa.select(table, person.c.name.label("changed_by_name"), _editor.c.name.label("editor_name"))
    .join(person, person.c.id == table.c.changed_by, isouter=True)
    .join(_editor, _editor.c.id == table.c.editor_id, isouter=True)
)
_BY_KEY = _DRAFTS.where(table.c.key == sa.bindparam("key"))
_ALL = _DRAFTS.order_by(table.c.key)
_FILES = sa.select(file.c.name, file.c.content, file.c.revision).where(
    file.c.draft_id == sa.bindparam("draft")
)
_ALL_FILES = sa.select(file.c.draft_id, file.c.name, file.c.revision)
_INSERT = sa.insert(table)
_INSERT_FILE = sa.insert(file)
_HOLD = (
    sa.update(table)
    .where(
        table.c.id == sa.bindparam("of_id"),
        sa.func.coalesce(table.c.editor_tab, "") == sa.bindparam("old_tab"),
    )
    .values(
        editor_id=sa.bindparam("person"),
        editor_tab=sa.bindparam("tab"),
        editor_since=sa.bindparam("since"),
        editor_until=sa.bindparam("until"),
    )
)
_CHANGED = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(
        changed_by=sa.bindparam("by"), changed_at=sa.bindparam("at"), name=sa.bindparam("new_name")
    )
)
_BASE = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values(base_version=sa.bindparam("base"))
)
_SAVE_FILE = (
    sa.update(file)
    .where(
        file.c.draft_id == sa.bindparam("of_draft"),
        file.c.name == sa.bindparam("of_name"),
        file.c.revision == sa.bindparam("old"),
    )
    .values(content=sa.bindparam("new_content"), revision=sa.bindparam("old") + 1)
)
_DROP_FILE = sa.delete(file).where(
    file.c.draft_id == sa.bindparam("of_draft"), file.c.name == sa.bindparam("of_name")
)
_DROP_FILES = sa.delete(file).where(file.c.draft_id == sa.bindparam("of_draft"))
_DROP = sa.delete(table).where(table.c.id == sa.bindparam("of_id"))


def _draft(row: Any, files: Mapping[str, bytes], revisions: Mapping[str, int]) -> ModelDraft:
    editing = None
    if row.editor_id is not None:
        editing = Editing(
            person_id=row.editor_id,
            person_name=row.editor_name or row.editor_id,
            tab=row.editor_tab,
            since=row.editor_since,
            until=row.editor_until,
        )
    return ModelDraft(
        id=row.id,
        key=row.key,
        name=row.name,
        base_version=row.base_version,
        files=files,
        revisions=revisions,
        changed_by=row.changed_by_name or row.changed_by,
        changed_at=row.changed_at,
        editing=editing,
    )


def find(unit: UnitOfWork, key: str) -> ModelDraft | None:
    row = unit.row(_BY_KEY, {"key": key})
    if row is None:
        return None
    found = unit.rows(_FILES, {"draft": row.id})
    files = {one.name: bytes(one.content) for one in found}
    record = files.pop(_RECORD, b"")
    revisions = {one.name: one.revision for one in found if one.name != _RECORD}
    return replace(_draft(row, files, revisions), record=record)


def without_contents(unit: UnitOfWork) -> list[ModelDraft]:
    """All drafts by key; their files are empty."""
    revisions: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in unit.rows(_ALL_FILES):
        if one.name != _RECORD:
            revisions[one.draft_id][one.name] = one.revision
    rows = unit.rows(_ALL)
    return [_draft(row, dict.fromkeys(revisions[row.id], b""), revisions[row.id]) for row in rows]


def add(unit: UnitOfWork, draft: ModelDraft, person_id: str) -> None:
    row = {
        "id": draft.id,
        "key": draft.key,
        "name": draft.name,
        "base_version": draft.base_version,
        "changed_by": person_id,
        "changed_at": draft.changed_at,
    }
    unit.note(_INSERT, row, "model_draft")
    for name, content in draft.files.items():
        add_file(unit, draft.id, name, content)


def changed(unit: UnitOfWork, draft: ModelDraft, person_id: str) -> None:
    """Note who changed it now; its name may be another one."""
    values = {"of_id": draft.id, "by": person_id, "at": unit.now, "new_name": draft.name}
    unit.note(_CHANGED, values)


def rebase(unit: UnitOfWork, draft: ModelDraft, version: int) -> None:
    """From now on it counts as made from that version."""
    unit.note(_BASE, {"of_id": draft.id, "base": version})


def hold(unit: UnitOfWork, old: ModelDraft, new: ModelDraft) -> None:
    editing = new.editing
    values = {
        "of_id": old.id,
        "old_tab": old.editing.tab if old.editing else "",
        "person": editing.person_id if editing else None,
        "tab": editing.tab if editing else None,
        "since": editing.since if editing else None,
        "until": editing.until if editing else None,
    }
    unit.note(_HOLD, values, "model_draft")


def add_file(unit: UnitOfWork, draft_id: str, name: str, content: bytes) -> None:
    row = {"draft_id": draft_id, "name": name, "content": content, "revision": 1}
    unit.note(_INSERT_FILE, row, "model_draft_file")


def save_file(unit: UnitOfWork, draft: ModelDraft, name: str, content: bytes) -> None:
    """The file's next revision."""
    values = {
        "of_draft": draft.id,
        "of_name": name,
        "old": draft.revisions[name],
        "new_content": content,
    }
    unit.note(_SAVE_FILE, values, "model_draft_file")


def drop_file(unit: UnitOfWork, draft_id: str, name: str) -> None:
    unit.note(_DROP_FILE, {"of_draft": draft_id, "of_name": name})


def keep_record(unit: UnitOfWork, draft: ModelDraft, record: bytes) -> None:
    """Keep the record of an import with the draft; an empty one takes the old one away."""
    drop_file(unit, draft.id, _RECORD)
    if record:
        add_file(unit, draft.id, _RECORD, record)


def drop(unit: UnitOfWork, draft_id: str) -> None:
    unit.note(_DROP_FILES, {"of_draft": draft_id})
    unit.note(_DROP, {"of_id": draft_id}, "model_draft")
