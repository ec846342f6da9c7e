"""The page of one process in the studio: its files, and what its elements may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.dmn.model import Model
from engine.dmn.model import read as read_decision
from engine.domain import model_draft
from engine.domain.access import Actor
from engine.domain.errors import RefusedError
from engine.domain.model_draft import Editing, ModelDraft
from engine.domain.records import Register
from engine.domain.roles import Role
from engine.execution import properties
from engine.execution.model import OperationSpec
from engine.execution.xml import BPMN, read_xml
from engine.services import studio, studio_publishing
from engine.services.studio_publishing import Checked
from engine.services.unit import Unit
from engine.storage import definitions

FORM: Final = ".form.json"
DMN: Final = ".dmn"


@dataclass(frozen=True, kw_only=True)
class DecisionChoice:
    """A decision and the data items it gives."""

    name: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What an element of a diagram may name.

    `forms`: id -> name of the element that shows it, or the id; `processes`: (key, name).
    """

    forms: Mapping[str, str]
    roles: tuple[Role, ...]
    registers: tuple[Register, ...]
    operations: tuple[OperationSpec, ...]
    decisions: Mapping[str, DecisionChoice]
    processes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ProcessPage:
    """`version`: in service, 0 if none.  `other`: who else edits right now."""

    key: str
    name: str
    version: int
    files: Mapping[str, bytes]
    draft: ModelDraft | None
    other: Editing | None
    choices: Choices
    checked: Checked = field(default_factory=Checked)

    @property
    def file(self) -> str:
        return f"{self.key}.bpmn"

    @property
    def is_editable(self) -> bool:
        return self.draft is not None and self.other is None


def page(unit: Unit, key: str, actor: Actor) -> ProcessPage:
    """The draft, or the newest version where there is none.

    Raises:
        NotFoundError: no such process.  MayNotEditModelsError
    """
    draft = studio.draft_of(unit, key, actor)
    if draft is None:
        version, name, files = studio.newest(unit, key)
    else:
        version, name = studio_publishing.newest_version(unit, key), draft.name
        files = dict(draft.files)
    return ProcessPage(
        key=key,
        name=name,
        version=version,
        files=files,
        draft=draft,
        other=model_draft.held_by_another(draft, actor, unit.now) if draft else None,
        choices=_choices(unit, key, files),
        checked=studio_publishing.check(unit, draft) if draft else Checked(),
    )


def _choices(unit: Unit, key: str, files: Mapping[str, bytes]) -> Choices:
    office = unit.office
    operations = sorted(office.operations.values(), key=lambda one: one.spec.name)
    return Choices(
        forms=_forms(files, f"{key}.bpmn"),
        roles=tuple(office.roles.by_code.values()),
        registers=tuple(office.registers[code] for code in sorted(office.registers)),
        operations=tuple(one.spec for one in operations if not one.spec.name.startswith("test.")),
        decisions=_decisions(unit, files),
        processes=tuple(
            (head.key, head.name) for head in definitions.newest(unit) if head.key != key
        ),
    )


def _forms(files: Mapping[str, bytes], file: str) -> dict[str, str]:
    names: dict[str, str] = {}
    try:
        elements = list(read_xml(files[file], file).iter(f"{{{BPMN}}}*"))
    except RefusedError:  # the check of the draft tells what is wrong with it
        elements = []
    for element in elements:
        form = properties.of(element).get("formKey")
        if form:
            names.setdefault(form, element.get("name") or form)
    ids = sorted(name.removesuffix(FORM) for name in files if name.endswith(FORM))
    return {id_: names.get(id_, id_) for id_ in ids}


def _decisions(unit: Unit, files: Mapping[str, bytes]) -> dict[str, DecisionChoice]:
    """Those in service and those of the draft, which go first."""
    models = unit.office.models
    found = {
        id_: _told(models.decision(unit, version_id, id_), id_)
        for id_, (version_id, _, _) in definitions.newest_decisions(unit).items()
    }
    for name, content in files.items():
        id_ = name.rpartition("/")[2].removesuffix(DMN)
        if name.endswith(DMN):
            found[id_] = _drafted(content, name, id_)
    return dict(sorted(found.items()))


def _drafted(content: bytes, name: str, id_: str) -> DecisionChoice:
    try:
        return _told(read_decision(content, name), id_)
    except RefusedError:  # the check of the draft tells what is wrong with it
        return DecisionChoice(name=id_, outputs=())


def _told(model: Model, id_: str) -> DecisionChoice:
    outputs = model.output_names(id_) if id_ in model.decisions else ()
    return DecisionChoice(name=model.definitions.name or id_, outputs=outputs)
