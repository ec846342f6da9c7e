"""Records that people write by hand: a new one, a next version, another state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Actor, may_edit_register
from engine.domain.errors import FieldErrors
from engine.domain.person import Place
from engine.domain.records import Register, RegisterEntry
from engine.domain.register import STATE
from engine.domain.register_search import ColumnKind, kinds_of
from engine.domain.sentence import Sentence
from engine.forms import from_register
from engine.forms.accepting import accept
from engine.forms.fields import Form
from engine.forms.posts import Post, rearranged
from engine.forms.showing import Shown, show
from engine.services import files_in_values, places, register_writing, registers
from engine.services.lookups import OfficeLookups
from engine.services.register_choices import of_columns
from engine.services.register_writing import ByHand, MayNotEnterError
from engine.services.registers import OwnBooks
from engine.services.unit import Unit
from engine.storage import history
from engine.storage.history import Line

REASON = "edit.reason"
PROJECT = "start.project"
NEW_STATE = "edit.state"
MAX_REASON = 500
MAX_STATE = 50


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What is written, besides the fields: the record and the version it was read in, or where."""

    entry_id: str | None = None
    version: int | None = None
    project_id: str | None = None
    system_id: str | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EditPage:
    """`entry` None for a new record; `projects`: those the actor may write in."""

    register: Register
    entry: RegisterEntry | None
    shown: Shown
    projects: tuple[Place, ...]
    systems: tuple[Place, ...]


def _subject(
    unit: Unit, code: str, edit: Edit, actor: Actor
) -> tuple[Register, RegisterEntry | None, OwnBooks]:
    """What is written, and where.

    Raises:
        MayNotEnterError, NotFoundError
    """
    register = registers.register(unit, code)
    if edit.entry_id is None:
        registers.check_editable(register, actor)
        return register, None, OwnBooks(project_id=edit.project_id, system_id=edit.system_id)
    entry = registers.entry(unit, code, edit.entry_id, actor)
    if not may_edit_register(actor, register.editors, entry.project_id):
        raise MayNotEnterError(f"{actor.user_id} may not write {register.code}")
    return register, entry, OwnBooks(project_id=entry.project_id, system_id=entry.system_id)


def _form(
    unit: Unit, register: Register, entry: RegisterEntry | None, lookups: OfficeLookups
) -> tuple[Form, dict[str, Any]]:
    values = dict(entry.values) if entry else {}
    form = from_register.form_of(register, of_columns(unit, register, lookups), values)
    for column in _texts(register):
        if values.get(column) is not None:
            values[column] = "\n".join(values[column])
    return form, values


def _texts(register: Register) -> list[str]:
    """Columns of several texts: one line each in the form."""
    return [c for c, kind in kinds_of(register).items() if kind is ColumnKind.TEXTS]


def page(
    unit: Unit,
    code: str,
    actor: Actor,
    edit: Edit,
    post: Post | None = None,
    errors: Mapping[str, str] | None = None,
) -> EditPage:
    """The form with what stands in the record, or with what was sent."""
    register, entry, source = _subject(unit, code, edit, actor)
    lookups = OfficeLookups(unit, actor, source.project_id, source.system_id)
    form, values = _form(unit, register, entry, lookups)
    mine = [
        place
        for place in places.projects_of(unit, actor)
        if may_edit_register(actor, register.editors, place.id)
    ]
    return EditPage(
        register=register,
        entry=entry,
        shown=show(form, values, lookups, unit.evaluation(), post, errors),
        projects=tuple(mine),
        systems=tuple(places.systems_of(unit, actor)),
    )


def arranged(unit: Unit, code: str, actor: Actor, edit: Edit, post: Post, action: str) -> Post:
    """The post after a row was added, copied or removed."""
    register, entry, source = _subject(unit, code, edit, actor)
    lookups = OfficeLookups(unit, actor, source.project_id, source.system_id)
    form, _ = _form(unit, register, entry, lookups)
    return rearranged(form, post, action) or post


def submit(unit: Unit, code: str, actor: Actor, edit: Edit, post: Post) -> RegisterEntry:
    """Write what was sent; what has not changed makes no version.

    Raises:
        FieldErrors: something cannot be taken.
        NewerVersionError: somebody else was faster.
        MayNotEnterError, NotFoundError
    """
    register, entry, source = _subject(unit, code, edit, actor)
    lookups = OfficeLookups(unit, actor, source.project_id, source.system_id)
    form, values = _form(unit, register, entry, lookups)
    errors = _place_errors(unit, edit, actor, register)
    try:
        given = accept(form, post, values, lookups, unit.evaluation())
    except FieldErrors as error:
        raise FieldErrors({**errors, **error.errors}) from error
    if errors:
        raise FieldErrors(errors)
    for column in _texts(register):
        given[column] = [line.strip() for line in (given[column] or "").split("\n") if line.strip()]
    changed = {c: v for c, v in given.items() if not _is_same(v, entry and entry.values.get(c))}
    if entry is not None and not changed:
        return entry
    files_in_values.link(unit, changed, actor, None, source.project_id)
    how = ByHand(entry_id=edit.entry_id, reason=edit.reason, read_version=edit.version)
    made = register_writing.write_by_hand(unit, register, changed, source, actor, how)
    _tell(unit, actor, "register_edited" if entry else "register_entered", made, edit.reason)
    return made


def _is_same(new: Any, old: Any) -> bool:
    return new == old or (new in (None, []) and old in (None, []))


def _place_errors(unit: Unit, edit: Edit, actor: Actor, register: Register) -> dict[str, str]:
    if edit.entry_id is not None:
        return _reason_errors(edit.reason)
    if not edit.project_id:
        return {PROJECT: Sentence("プロジェクトを選んでください。")}
    if not may_edit_register(actor, register.editors, edit.project_id):
        raise MayNotEnterError(f"{actor.user_id} may not write {register.code}")
    places.check(unit, edit.project_id, edit.system_id)
    return {}


def _reason_errors(reason: str) -> dict[str, str]:
    if not reason:
        return {REASON: Sentence("理由を入力してください。")}
    if len(reason) > MAX_REASON:
        return {REASON: Sentence("理由は%(count)s文字以内で入力してください。", count=MAX_REASON)}
    return {}


def set_state(unit: Unit, code: str, actor: Actor, edit: Edit, state: str) -> RegisterEntry:
    """Write another state, e.g. 取下げ, with the reason.

    Raises:
        FieldErrors, NewerVersionError, MayNotEnterError, NotFoundError
    """
    register, entry, source = _subject(unit, code, edit, actor)
    errors: dict[str, str] = {}
    if not state or len(state) > MAX_STATE:
        errors[NEW_STATE] = Sentence("状態を選んでください。")
    elif entry is not None and state == entry.state:
        errors[NEW_STATE] = Sentence("今と違う状態を選んでください。")
    errors.update(_reason_errors(edit.reason))
    if errors:
        raise FieldErrors(errors)
    how = ByHand(entry_id=edit.entry_id, reason=edit.reason, read_version=edit.version)
    made = register_writing.write_by_hand(unit, register, {STATE: state}, source, actor, how)
    _tell(unit, actor, "register_edited", made, edit.reason)
    return made


def _tell(unit: Unit, actor: Actor, event: str, made: RegisterEntry, reason: str) -> None:
    detail = {
        "register": made.register,
        "entry_id": made.id,
        "number": made.number,
        "version": made.version,
        "reason": reason,
    }
    history.add(unit, Line(event=event, actor=actor, detail=detail))
