"""What is different between two versions of a model, or between a version and its draft?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.dmn import parts as decision_parts
from engine.domain.access import Actor
from engine.domain.errors import RefusedError
from engine.domain.model_change import FileChange, Kind, Part, compare
from engine.domain.model_draft import DECISIONS
from engine.execution import model_parts
from engine.execution.bundle_hash import content_hash
from engine.forms import parts as form_parts
from engine.services import studio
from engine.services.unit import Unit
from engine.storage import definitions

Read = Callable[[bytes, str], list[Part]]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two states of a model; a version of None is the draft, 0 is nothing at all.

    `old`, `new`: the files, for the pictures.
    """

    key: str
    before: int | None
    after: int | None
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    files: tuple[FileChange, ...]


def comparison(
    unit: Unit, key: str, before: int | None, after: int | None, actor: Actor
) -> Comparison:
    """What has changed from one version to another; None is the draft.

    Raises:
        NotFoundError: no such version, or no draft.
    """
    old = {} if before == 0 else _files(unit, key, before, actor)
    new = {} if after == 0 else _files(unit, key, after, actor)
    if after is None:
        old = {**old, **_decisions_in_service(unit, new, old)}
    found = [
        one
        for name in sorted({*old, *new}, key=_order)
        if (one := file_change(name, old.get(name), new.get(name))) is not None
    ]
    return Comparison(key=key, before=before, after=after, old=old, new=new, files=tuple(found))


def _files(unit: Unit, key: str, version: int | None, actor: Actor) -> Mapping[str, bytes]:
    if version is None:
        return studio.get_draft(unit, key, actor).files
    return studio.files_of(unit, key, version, actor)


def _decisions_in_service(
    unit: Unit, draft: Mapping[str, bytes], old: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The newest versions of the shared decisions of which the draft holds copies."""
    newest = definitions.newest_decisions(unit)
    wanted = {
        name: name.removeprefix(f"{DECISIONS}/").removesuffix(".dmn")
        for name in draft
        if name.startswith(f"{DECISIONS}/") and name not in old
    }
    return {
        name: definitions.files(unit, newest[id_][0])[f"{id_}.dmn"]
        for name, id_ in wanted.items()
        if id_ in newest
    }


def _order(name: str) -> tuple[int, str]:
    kinds = (".bpmn", ".dmn", ".form.json")
    return next((n for n, end in enumerate(kinds) if name.endswith(end)), len(kinds)), name


def file_change(name: str, old: bytes | None, new: bytes | None) -> FileChange | None:
    """What is different in one file; None: nothing that means anything."""
    if old is None or new is None:
        kind = Kind.ADDED if old is None else Kind.REMOVED
        return FileChange(name=name, kind=kind)
    if old == new:
        return None
    read = _reader(name)
    try:
        if content_hash({name: old}) == content_hash({name: new}):
            return None
        changes = () if read is None else compare(read(old, name), read(new, name))
    except RefusedError:
        changes = ()  # one of them cannot be read; the checks say what is wrong with it
    return FileChange(name=name, kind=Kind.CHANGED, changes=changes)


def _reader(name: str) -> Read | None:
    if name.endswith(".bpmn"):
        return model_parts.parts_of
    if name.endswith(".dmn"):
        return decision_parts.parts_of
    return form_parts.parts_of if name.endswith(".form.json") else None
