"""A decision or an input form of a draft in the studio: its page, and new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from engine.dmn.blank import Heads, blank_decision
from engine.domain import model_draft
from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, Finding, InvalidError, NotFoundError
from engine.domain.model_draft import DECISIONS, Editing, ModelDraft
from engine.domain.model_files import KEY
from engine.domain.records import Register
from engine.domain.roles import Role
from engine.domain.sentence import Sentence
from engine.domain.values import name as normalised
from engine.forms.blank import blank_form
from engine.services import studio, studio_publishing
from engine.services.studio import NewText
from engine.services.studio_publishing import Checked
from engine.services.unit import Unit
from engine.storage import definitions

FORM: Final = ".form.json"
DMN: Final = ".dmn"
MAX_NAME: Final = 60
_TAB: Final = "page"  # a page without scripts edits for a moment only


@dataclass(frozen=True, kw_only=True)
class PartPage:
    """One file of a process's draft, or of its newest version where there is no draft.

    `revision` 0: the draft has no copy of it yet.  `version`: in service, 0 if none.
    `other`: who else edits right now.  `findings` are those of this file.
    """

    key: str
    name: str
    file: str
    content: bytes
    revision: int
    version: int
    draft: ModelDraft | None
    other: Editing | None
    checked: Checked = field(default_factory=Checked)
    roles: tuple[Role, ...] = ()
    registers: tuple[Register, ...] = ()

    @property
    def id(self) -> str:
        return self.file.rpartition("/")[2].removesuffix(FORM).removesuffix(DMN)

    @property
    def is_editable(self) -> bool:
        return self.draft is not None and self.other is None


def decision(unit: Unit, key: str, id_: str, actor: Actor) -> PartPage:
    """A decision that the process asks; the draft gets its own copy with the first change.

    Raises:
        NotFoundError: no such process or decision.  MayNotEditModelsError
    """
    return _page(unit, key, f"{DECISIONS}/{id_}{DMN}", actor)


def decision_by_itself(unit: Unit, id_: str, actor: Actor) -> PartPage:
    """A shared decision in a draft of its own.

    Raises:
        NotFoundError: no such decision.  MayNotEditModelsError
    """
    return _page(unit, f"{DECISIONS}/{id_}", f"{DECISIONS}/{id_}{DMN}", actor)


def form(unit: Unit, key: str, id_: str, actor: Actor) -> PartPage:
    """An input form of the process.

    Raises:
        NotFoundError: no such process or form.  MayNotEditModelsError
    """
    return _page(unit, key, f"{id_}{FORM}", actor)


def _page(unit: Unit, key: str, file: str, actor: Actor) -> PartPage:
    draft = studio.draft_of(unit, key, actor)
    name, files = (draft.name, draft.files) if draft else studio.newest(unit, key)[1:]
    office = unit.office
    return PartPage(
        key=key,
        name=name,
        file=file,
        content=files[file] if file in files else _shared(unit, file),
        revision=draft.revisions.get(file, 0) if draft else 0,
        version=studio_publishing.newest_version(unit, key),
        draft=draft,
        other=model_draft.held_by_another(draft, actor, unit.now) if draft else None,
        checked=_of_file(studio_publishing.check(unit, draft), file) if draft else Checked(),
        roles=tuple(office.roles.by_code.values()),
        registers=tuple(office.registers[code] for code in sorted(office.registers)),
    )


def _shared(unit: Unit, file: str) -> bytes:
    """A shared decision as it is in service."""
    id_ = file.removeprefix(f"{DECISIONS}/").removesuffix(DMN)
    found = definitions.newest_decisions(unit).get(id_) if file.endswith(DMN) else None
    if found is None:
        raise NotFoundError("model_file", file)
    return definitions.files(unit, found[0])[f"{id_}{DMN}"]


def _of_file(checked: Checked, file: str) -> Checked:
    def own(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(one for one in findings if not one.file or file.endswith(one.file))

    return Checked(errors=own(checked.errors), warnings=own(checked.warnings))


# --- new ones


def add_form(unit: Unit, key: str, form_id: str, first: str, actor: Actor) -> ModelDraft:
    """An input form with one field, called `first`, in the draft of that process.

    Raises:
        FieldErrors: `id` or `first`.  NotFoundError: no draft.  DraftHeldError.
    """
    draft = studio.get_draft(unit, key, actor)
    file = f"{form_id}{FORM}"
    errors = {
        "id": _id_fault(form_id, is_taken=file in draft.files),
        "first": _name_fault(first, Sentence("最初の項目の名前を入力してください。")),
    }
    return _added(unit, key, file, errors, lambda: blank_form(form_id, first), actor)


def add_decision(unit: Unit, key: str, decision_id: str, heads: Heads, actor: Actor) -> ModelDraft:
    """A decision table with one input, one output and one rule, in the draft of that process.

    Raises:
        FieldErrors: `id`, `name`, `input` or `output`.  NotFoundError: no draft.  DraftHeldError.
    """
    draft = studio.get_draft(unit, key, actor)
    file = f"{DECISIONS}/{decision_id}{DMN}"
    is_taken = file in draft.files or decision_id in definitions.newest_decisions(unit)
    errors = {
        "id": _id_fault(decision_id, is_taken=is_taken),
        "name": _title_fault(heads.name, Sentence("名前を入力してください。")),
        "input": _name_fault(heads.input, Sentence("入力のデータ項目の名前を入力してください。")),
        "output": _name_fault(heads.output, Sentence("出力の名前を入力してください。")),
    }
    return _added(unit, key, file, errors, lambda: blank_decision(decision_id, heads), actor)


def _added(
    unit: Unit,
    key: str,
    file: str,
    errors: dict[str, Sentence | None],
    content: Callable[[], bytes],
    actor: Actor,
) -> ModelDraft:
    found: dict[str, str] = {name: fault for name, fault in errors.items() if fault is not None}
    if found:
        raise FieldErrors(found)
    new = NewText(name=file, content=content(), revision=0, tab=_TAB)
    return studio.save_file(unit, key, new, actor)


def _id_fault(id_: str, *, is_taken: bool) -> Sentence | None:
    if not KEY.fullmatch(id_):
        return Sentence("英小文字で始まる、英小文字・数字・_ の64文字までで入力してください。")
    return Sentence("この識別名はすでに使われています。") if is_taken else None


def _title_fault(text: str, missing: Sentence) -> Sentence | None:
    if not text:
        return missing
    if len(text) > MAX_NAME:
        return Sentence("名前は%(most)s文字以内で入力してください。", most=MAX_NAME)
    return None


def _name_fault(text: str, missing: Sentence) -> Sentence | None:
    """A name that expressions can use."""
    fault = _title_fault(text, missing)
    if fault is not None:
        return fault
    try:
        return None if normalised(text) == text else Sentence("全角の英数字は半角にしてください。")
    except InvalidError:
        return Sentence("空白と記号は使えません。")
