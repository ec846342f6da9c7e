"""スタジオ: drafts of processes and shared decisions, and who is editing them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.domain import model_draft
from engine.domain.access import Actor, may_edit_models
from engine.domain.errors import (
    FieldErrors,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from engine.domain.model_draft import DECISIONS, DraftMovedOnError, ModelDraft
from engine.domain.model_files import BESIDES, DECISION, DIAGRAM, FORM, KEY, LABELS
from engine.domain.sentence import Sentence
from engine.services.unit import Unit
from engine.storage import definitions, history
from engine.storage import model_drafts as rows
from engine.storage.history import Line

RESERVED: Final = frozenset({"decisions", "feel", "import", "new"})  # parts of addresses
_FILES: Final = (DIAGRAM, FORM, LABELS, DECISION, BESIDES)
MAX_FILE: Final = 2_000_000
MAX_FILES: Final = 200


class MayNotEditModelsError(ForbiddenError):
    """Only process owners and administrators work in the studio."""

    code = "may_not_edit_models"


class ModelFileError(InvalidError):
    """A file that a draft cannot hold; `text` says why."""

    code = "model_file"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Who edits a draft: the one who asks (`is_mine`), or somebody else."""

    is_mine: bool
    by: str
    since: datetime
    until: datetime


def check_editor(actor: Actor) -> None:
    """The actor works in the studio.

    Raises:
        MayNotEditModelsError
    """
    if not may_edit_models(actor):
        raise MayNotEditModelsError(f"{actor.user_id} may not edit models")


def draft_of(unit: Unit, key: str, actor: Actor) -> ModelDraft | None:
    """The draft of that process, or of the decision `_decisions/<id>`, if there is one."""
    check_editor(actor)
    return rows.find(unit, key)


def get_draft(unit: Unit, key: str, actor: Actor) -> ModelDraft:
    """The draft.

    Raises:
        NotFoundError: nobody has opened one.
    """
    found = draft_of(unit, key, actor)
    if found is None:
        raise NotFoundError("model_draft", key)
    return found


def open_draft(unit: Unit, key: str, actor: Actor) -> ModelDraft:
    """The draft that is there, or one made from the newest version.

    Raises:
        NotFoundError: no such process or decision.
    """
    found = draft_of(unit, key, actor)
    if found is not None:
        return found
    version, name, files = newest(unit, key)
    return begin(unit, key, name, files, actor, base_version=version)


def begin(
    unit: Unit,
    key: str,
    name: str,
    files: Mapping[str, bytes],
    actor: Actor,
    *,
    base_version: int = 0,
) -> ModelDraft:
    """A new draft of these files, with its line in the history."""
    draft = ModelDraft(
        id=uuid.uuid4().hex,
        key=key,
        name=name,
        base_version=base_version,
        files=dict(files),
        revisions=dict.fromkeys(files, 1),
        changed_by=actor.name,
        changed_at=unit.now,
    )
    rows.add(unit, draft, actor.user_id)
    _told(unit, "model_draft_opened", draft, actor, {"version": base_version})
    return draft


def discard(unit: Unit, key: str, actor: Actor, reason: str) -> ModelDraft:
    """下書きを捨てる; what is in service stays as it is.

    Raises:
        NotFoundError; DraftHeldError: somebody else is editing it.
    """
    draft = get_draft(unit, key, actor)
    model_draft.check_free(draft, actor, unit.now)
    rows.drop(unit, draft.id)
    _told(unit, "model_draft_discarded", draft, actor, {"reason": reason})
    return draft


def newest(unit: Unit, key: str) -> tuple[int, str, dict[str, bytes]]:
    """Version, name and files of what is in service.

    Raises:
        NotFoundError: there is none.
    """
    if key.startswith(f"{DECISIONS}/"):
        id_ = key.removeprefix(f"{DECISIONS}/")
        found = definitions.newest_decisions(unit).get(id_)
        if found is None:
            raise NotFoundError("decision", id_)
        content = definitions.files(unit, found[0])[f"{id_}.dmn"]
        name = unit.office.models.decision(unit, found[0], id_).definitions.name
        return found[1], name or id_, {f"{key}.dmn": content}
    heads = definitions.versions(unit, key)
    if not heads:
        raise NotFoundError("process", key)
    return heads[0].version, heads[0].name, definitions.files(unit, heads[0].id)


def files_of(unit: Unit, key: str, version: int | None, actor: Actor) -> Mapping[str, bytes]:
    """The files of a version; None: of the draft, or of the newest version where there is none.

    Raises:
        NotFoundError: no such version.
    """
    draft = draft_of(unit, key, actor)
    if version is None:
        return draft.files if draft is not None else newest(unit, key)[2]
    if key.startswith(f"{DECISIONS}/"):
        id_ = key.removeprefix(f"{DECISIONS}/")
        return {f"{key}.dmn": definitions.decision_file(unit, id_, version)}
    for head in definitions.versions(unit, key):
        if head.version == version:
            return definitions.files(unit, head.id)
    raise NotFoundError("process", key)


# --- one file at a time


def read_file(
    unit: Unit, key: str, name: str, version: int | None, actor: Actor
) -> tuple[bytes, int]:
    """A file of a version, or of the draft as in `files_of`; its revision, 0 if not of a draft.

    Raises:
        NotFoundError: no such version, or no such file in it.
    """
    draft = draft_of(unit, key, actor) if version is None else None
    files = files_of(unit, key, version, actor) if draft is None else draft.files
    if name not in files:
        raise NotFoundError("model_file", name)
    return files[name], 0 if draft is None else draft.revisions[name]


@dataclass(frozen=True, kw_only=True)
class NewText:
    """A file as an editor hands it in: `revision` is the one it was read at, 0 for a new file."""

    name: str
    content: bytes
    revision: int
    tab: str


def save_file(unit: Unit, key: str, new: NewText, actor: Actor) -> ModelDraft:
    """Keep the file in the draft; the actor is from now on the one who edits.

    The name of the draft follows the name of its process.

    Raises:
        NotFoundError: no draft.  DraftHeldError: somebody else is editing.
        DraftMovedOnError: the file was saved from elsewhere meanwhile.
        ModelFileError: a name or size that a draft cannot hold.
    """
    draft = get_draft(unit, key, actor)
    check_file(key, new.name, new.content)
    if len({*draft.files, new.name}) > MAX_FILES:
        raise ModelFileError(new.name, Sentence("1つの下書きに置けるファイルは200件までです。"))
    model_draft.check_free(draft, actor, unit.now)
    if _is_repeated(draft, new):
        return draft
    if draft.revisions.get(new.name, 0) != new.revision:
        raise DraftMovedOnError(key, new.name, draft.changed_by, draft.changed_at)
    if new.revision:
        rows.save_file(unit, draft, new.name, new.content)
    else:
        rows.add_file(unit, draft.id, new.name, new.content)
    return _changed(unit, draft, new, actor)


def _is_repeated(draft: ModelDraft, new: NewText) -> bool:
    """The answer to a save was lost on its way, and the editor sends it again."""
    is_next = draft.revisions.get(new.name, 0) == new.revision + 1
    return is_next and draft.files[new.name] == new.content


def _changed(unit: Unit, draft: ModelDraft, new: NewText, actor: Actor) -> ModelDraft:
    held = model_draft.taken(draft, actor, new.tab, unit.now)
    rows.hold(unit, draft, held)
    named = replace(
        held,
        name=_name_in(draft, new),
        files={**draft.files, new.name: new.content},
        revisions={**draft.revisions, new.name: new.revision + 1},
        changed_by=actor.name,
        changed_at=unit.now,
    )
    rows.changed(unit, named, actor.user_id)
    return named


_PROCESS_NAME: Final = re.compile(rb"<(?:\w+:)?process\b[^>]*?\sname=\"([^\"]*)\"")


def _name_in(draft: ModelDraft, new: NewText) -> str:
    """The name that the diagram gives its process; the old one where it gives none."""
    if new.name != f"{draft.key}.bpmn":
        return draft.name
    found = _PROCESS_NAME.search(new.content)
    return found[1].decode(errors="replace").strip() or draft.name if found else draft.name


def remove_file(unit: Unit, key: str, name: str, actor: Actor) -> ModelDraft:
    """Take a file out of the draft.

    Raises:
        NotFoundError: no draft or no such file.  DraftHeldError.
        ModelFileError: the diagram itself cannot be taken out.
    """
    draft = get_draft(unit, key, actor)
    model_draft.check_free(draft, actor, unit.now)
    if name not in draft.files:
        raise NotFoundError("model_file", name)
    if name in (f"{key}.bpmn", f"{key}.dmn"):
        raise ModelFileError(name, Sentence("下書きの本体は取り除けません。"))
    rows.drop_file(unit, draft.id, name)
    rows.changed(unit, draft, actor.user_id)
    _told(unit, "model_file_removed", draft, actor, {"file": name})
    kept = {file: content for file, content in draft.files.items() if file != name}
    return replace(draft, files=kept, revisions={n: draft.revisions[n] for n in kept})


def check_file(key: str, name: str, content: bytes) -> None:
    """Whether a draft of that key can hold the file.

    Raises:
        ModelFileError
    """
    if not any(one.fullmatch(name) for one in _FILES):
        raise ModelFileError(name, Sentence("この名前のファイルは下書きに置けません。"))
    if name.endswith(".bpmn") and name != f"{key}.bpmn":
        raise ModelFileError(name, Sentence("1つの下書きに置ける図は1つです。"))
    if len(content) > MAX_FILE:
        raise ModelFileError(name, Sentence("ファイルが大きすぎます（2 MBまで）。"))


# --- who edits


def take_hold(unit: Unit, key: str, tab: str, actor: Actor, *, by_force: bool = False) -> Hold:
    """Say that one edits, or goes on editing, for a minute.

    Somebody else who is editing keeps the hold, unless it is taken over (`by_force`), which stands
    in the history.

    Raises:
        NotFoundError: no draft.
    """
    draft = get_draft(unit, key, actor)
    other = model_draft.held_by_another(draft, actor, unit.now)
    if other is not None and not by_force:
        return Hold(is_mine=False, by=other.person_name, since=other.since, until=other.until)
    if other is not None:
        _told(unit, "model_draft_taken_over", draft, actor, {"from": other.person_id})
    held = model_draft.taken(draft, actor, tab, unit.now)
    rows.hold(unit, draft, held)
    assert held.editing is not None  # noqa: S101  `taken` has just set it
    return Hold(is_mine=True, by=actor.name, since=held.editing.since, until=held.editing.until)


def let_go(unit: Unit, key: str, tab: str, actor: Actor) -> None:
    """Say that one has closed the page; another tab of one's own goes on."""
    draft = draft_of(unit, key, actor)
    if draft is None:
        return
    freed = model_draft.left(draft, actor, tab)
    if freed is not draft:
        rows.hold(unit, draft, freed)


def check_new_key(unit: Unit, key: str) -> None:
    """The key of a new process: its form, and that nothing bears it.

    Raises:
        FieldErrors: of the field `key`.
    """
    if not KEY.fullmatch(key):
        wrong = Sentence("英小文字で始まる、英小文字・数字・_ の64文字までで入力してください。")
        raise FieldErrors({"key": wrong})
    is_taken = rows.find(unit, key) is not None or definitions.versions(unit, key)
    if key in RESERVED or is_taken:
        raise FieldErrors({"key": Sentence("この識別名はすでに使われています。")})


def _told(
    unit: Unit, event: str, draft: ModelDraft, actor: Actor, detail: Mapping[str, object]
) -> None:
    line = Line(event=event, actor=actor, detail={"model": draft.key, **detail})
    history.add(unit, line)
