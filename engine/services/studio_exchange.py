"""Models that come in and go out as files, and new ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from engine.domain import model_draft
from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, NotFoundError, RefusedError
from engine.domain.model_draft import DECISIONS, ModelDraft, Naming
from engine.domain.model_files import KEY
from engine.domain.sentence import Sentence
from engine.execution.model_editing import blank, copied
from engine.layout.drawing import laid_out
from engine.services import studio, studio_import
from engine.services.studio import MAX_FILE, MAX_FILES, ModelFileError
from engine.services.unit import Unit
from engine.storage import history
from engine.storage import model_drafts as rows
from engine.storage.history import Line

MAX_NAME: Final = 60
MAX_PREFIX: Final = 8
DIAGRAMS: Final = (".bpmn", ".bpmn2", ".bpmn20.xml", ".xml")
EPOCH: Final = (
    2020,
    1,
    1,
    0,
    0,
    0,
)  # of files in an archive, so that equal models make equal files


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of it: the first draft's key, and the files that are new or were replaced.

    `keys`: of all drafts; `is_told`: whether an import changed or asked something.
    """

    key: str
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    keys: tuple[str, ...] = ()
    is_told: bool = False


@dataclass(frozen=True, kw_only=True)
class _Model:
    """One model of an upload: its files under the names they bear in a draft."""

    key: str
    name: str
    files: Mapping[str, bytes]
    record: bytes = b""


def create(unit: Unit, naming: Naming, actor: Actor) -> ModelDraft:
    """A draft with a start, one task and an end.

    Raises:
        FieldErrors: key, name or prefix.
    """
    studio.check_editor(actor)
    _check(unit, naming)
    content = laid_out(blank(naming)).encode()
    return studio.begin(unit, naming.key, naming.name, {f"{naming.key}.bpmn": content}, actor)


def copy(unit: Unit, key: str, naming: Naming, actor: Actor) -> ModelDraft:
    """A draft like another process: its draft if there is one, else what is in service.

    Raises:
        FieldErrors: key, name or prefix.  NotFoundError: no process of that key.
    """
    files = studio.files_of(unit, key, None, actor)
    _check(unit, naming)
    return studio.begin(unit, naming.key, naming.name, copied(files, key, naming), actor)


def _check(unit: Unit, naming: Naming) -> None:
    errors: dict[str, str] = {}
    _length(errors, "name", naming.name, MAX_NAME)
    _length(errors, "prefix", naming.prefix, MAX_PREFIX)
    try:
        studio.check_new_key(unit, naming.key)
    except FieldErrors as error:
        errors.update(error.errors)
    if errors:
        raise FieldErrors(errors)


def _length(errors: dict[str, str], field: str, text: str, most: int) -> None:
    if not text:
        errors[field] = Sentence("入力してください。")
    elif len(text) > most:
        errors[field] = Sentence("%(most)s文字以内で入力してください。", most=most)


# --- out


def archive(unit: Unit, key: str, version: int | None, actor: Actor) -> bytes:
    """A zip file of the version's folder; None: the draft, or the newest version without one.

    Raises:
        NotFoundError
    """
    files = studio.files_of(unit, key, version, actor)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files):
            folder = "" if key.startswith(DECISIONS) or name.startswith(DECISIONS) else f"{key}/"
            out.writestr(zipfile.ZipInfo(f"{folder}{name}", EPOCH), files[name])
    return made.getvalue()


# --- in


def take_in(unit: Unit, uploads: Mapping[str, bytes], actor: Actor) -> Imported:
    """Files from elsewhere become a draft, or replace those of the draft that is there.

    `uploads`: name -> content; a zip file stands for the files in it.  What is in service stays as
    it is, and the checks come later: a model with faults can be taken in and mended.

    Raises:
        ModelFileError: a file that cannot be taken, and why; nothing has changed.
        DraftHeldError: somebody else is editing the draft.
    """
    studio.check_editor(actor)
    models = _sorted_out(unit, _unpacked(uploads))
    for model in models:
        for file, content in model.files.items():
            studio.check_file(model.key, file, content)
    told = [_take(unit, model, actor) for model in models]
    return Imported(
        key=told[0].key,
        added=tuple(file for one in told for file in one.added),
        replaced=tuple(file for one in told for file in one.replaced),
        keys=tuple(one.key for one in told),
        is_told=any(model.record for model in models),
    )


def _take(unit: Unit, model: _Model, actor: Actor) -> Imported:
    key, named = model.key, model.files
    draft = rows.find(unit, key)
    if draft is None:
        version, old = _in_service(unit, key)
        files = {**old, **named}
        draft = studio.begin(unit, key, model.name, files, actor, base_version=version)
        rows.keep_record(unit, draft, model.record)
        return _told(unit, draft, named, old, actor)
    model_draft.check_free(draft, actor, unit.now)
    for file, content in named.items():
        if file in draft.files:
            rows.save_file(unit, draft, file, content)
        else:
            rows.add_file(unit, draft.id, file, content)
    rows.changed(unit, draft, actor.user_id)
    if f"{key}.bpmn" in named:
        rows.keep_record(unit, draft, model.record)
    return _told(unit, draft, named, draft.files, actor)


def _told(
    unit: Unit,
    draft: ModelDraft,
    files: Mapping[str, bytes],
    old: Mapping[str, bytes],
    actor: Actor,
) -> Imported:
    detail = {"model": draft.key, "files": sorted(files)}
    history.add(unit, Line(event="model_imported", actor=actor, detail=detail))
    return Imported(
        key=draft.key,
        added=tuple(sorted(files.keys() - old.keys())),
        replaced=tuple(sorted(file for file in files if old.get(file, files[file]) != files[file])),
    )


def _in_service(unit: Unit, key: str) -> tuple[int, Mapping[str, bytes]]:
    try:
        version, _, files = studio.newest(unit, key)
    except NotFoundError:
        return 0, {}
    return version, files


def _unpacked(uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files by their names without folders; files of an archive among them."""
    found: dict[str, bytes] = {}
    for name, content in uploads.items():
        inside = _of_archive(name, content) if name.endswith(".zip") else {name: content}
        for path, text in inside.items():
            file = PurePosixPath(path.replace("\\", "/"))
            if file.name.startswith(".") or "__MACOSX" in file.parts:
                continue
            plain = f"examples/{file.name}" if file.suffix == ".toml" else file.name
            if len(text) > MAX_FILE:
                raise ModelFileError(plain, Sentence("ファイルが大きすぎます（2 MBまで）。"))
            found[plain] = text
    return found


def _of_archive(name: str, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MAX_FILES or sum(one.file_size for one in entries) > MAX_FILE * 10:
                text = Sentence("zipの中のファイルが多すぎるか、大きすぎます。")
                raise ModelFileError(name, text)
            return {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ModelFileError(name, Sentence("zipとして開けません。")) from error


def _sorted_out(unit: Unit, files: Mapping[str, bytes]) -> list[_Model]:
    """The models: one decision, or the processes of one diagram with all that came along."""
    if not files:
        raise ModelFileError("", Sentence("ファイルを選んでください。"))
    diagrams = [name for name in files if name.lower().endswith(DIAGRAMS)]
    tables = [name for name in files if name.endswith(".dmn")]
    if len(diagrams) > 1 or (not diagrams and len(tables) != 1):
        text = Sentence("業務フローの図（.bpmn）1つか、判断表（.dmn）1つを選んでください。")
        raise ModelFileError(diagrams[1] if diagrams else "", text)
    decisions = {f"{DECISIONS}/{name}": files[name] for name in tables}
    if not diagrams:
        id_ = tables[0].removesuffix(".dmn")
        _check_key(tables[0], id_)
        return [_Model(key=f"{DECISIONS}/{id_}", name=id_, files=decisions)]
    return _imported(unit, files, diagrams[0], decisions)


def _imported(
    unit: Unit, files: Mapping[str, bytes], diagram: str, decisions: Mapping[str, bytes]
) -> list[_Model]:
    """The processes of a diagram; what came along goes with the first of them."""
    try:
        found = studio_import.read(unit, files, diagram)
    except RefusedError as error:
        raise ModelFileError(diagram, error.findings[0].message) from error
    tables = {name.removeprefix(f"{DECISIONS}/") for name in decisions}
    rest = {
        name: content
        for name, content in files.items()
        if name != diagram and name not in tables and not name.endswith(".form")
    }
    told = studio_import.records(found)
    beside = {**rest, **decisions}
    return [
        _Model(
            key=draft.key,
            name=draft.name,
            files={**({} if number else beside), **draft.files},
            record=told.get(draft.key, b""),
        )
        for number, draft in enumerate(found.drafts)
    ]


def _check_key(file: str, key: str) -> None:
    if not KEY.fullmatch(key):
        text = Sentence(
            "識別名「%(key)s」は使えません。英小文字で始まる、英小文字・数字・_ の名前にします。",
            key=key,
        )
        raise ModelFileError(file, text)
