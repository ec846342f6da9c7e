"""What models are there: processes, shared decisions and forms, with their versions and drafts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain.access import Actor
from engine.domain.model_draft import DECISIONS, ModelDraft
from engine.domain.records import DefinitionHead
from engine.services import people
from engine.services.studio import check_editor, draft_of, newest
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage import model_drafts as rows
from engine.storage.definitions import Version
from engine.storage.queries import studio as queries

FORM = ".form.json"


@dataclass(frozen=True, kw_only=True)
class ProcessRow:
    """`version` 0: only a draft so far.  `callers`: processes that call it."""

    key: str
    name: str
    definition_id: str | None
    version: int
    deployed_at: datetime | None
    running: int
    stopped: int
    forms: tuple[str, ...]
    decisions: tuple[str, ...]
    callers: tuple[str, ...]
    draft: ModelDraft | None


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """`users`: (process key, name) of those that ask it."""

    id: str
    name: str
    version: int
    users: tuple[tuple[str, str], ...]
    draft: ModelDraft | None


@dataclass(frozen=True, kw_only=True)
class FormRow:
    """`tasks`: names of the tasks and starts that show it; empty while only a draft uses it."""

    id: str
    tasks: tuple[str, ...]
    process_key: str
    process_name: str


@dataclass(frozen=True, kw_only=True)
class Library:
    processes: tuple[ProcessRow, ...]
    decisions: tuple[DecisionRow, ...]
    forms: tuple[FormRow, ...]


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    version: int
    at: datetime
    by: str
    reason: str
    running: int


def library(unit: Unit, actor: Actor) -> Library:
    """All models: processes by name, decisions and forms by id.

    Raises:
        MayNotEditModelsError
    """
    check_editor(actor)
    drafts = {draft.key: draft for draft in rows.without_contents(unit)}
    processes = _processes(unit, drafts)
    names = {row.key: row.name for row in processes}
    forms = [one for row in processes for one in _forms_of(unit, row)]
    return Library(
        processes=tuple(processes),
        decisions=tuple(_decisions(unit, drafts, processes, names)),
        forms=tuple(sorted(forms, key=lambda one: (one.process_name, one.id))),
    )


def _forms_of(unit: Unit, row: ProcessRow) -> Iterator[FormRow]:
    used: defaultdict[str, list[str]] = defaultdict(list)
    if row.definition_id is not None:
        for element in unit.office.models.bundle(unit, row.definition_id).elements.values():
            used[element.properties.get("formKey", "")].append(element.name)
    for form in row.forms:
        names = tuple(dict.fromkeys(filter(None, used[form])))
        yield FormRow(id=form, tasks=names, process_key=row.key, process_name=row.name)


def _processes(unit: Unit, drafts: Mapping[str, ModelDraft]) -> list[ProcessRow]:
    heads = definitions.newest(unit)
    newest = {head.id for head in heads}
    of_version = queries.definitions(unit)
    running = _by_key(queries.running(unit), of_version)
    stopped = _by_key(queries.stopped(unit), of_version)
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for definition_id, name in queries.forms(unit):
        forms[definition_id].append(name.removesuffix(FORM))
    decisions: defaultdict[str, list[str]] = defaultdict(list)
    callers: defaultdict[str, list[str]] = defaultdict(list)
    for definition_id, kind, key, _ in queries.pins(unit):
        if definition_id in newest and kind == "decision":
            decisions[definition_id].append(key)
        elif definition_id in newest:
            callers[key].append(of_version[definition_id][0])
    made = [
        ProcessRow(
            key=head.key,
            name=head.name,
            definition_id=head.id,
            version=head.version,
            deployed_at=head.deployed_at,
            running=running[head.key],
            stopped=stopped[head.key],
            forms=tuple(sorted(_forms(drafts.get(head.key), forms[head.id]))),
            decisions=tuple(sorted(decisions[head.id])),
            callers=tuple(sorted(callers[head.key])),
            draft=drafts.get(head.key),
        )
        for head in heads
    ]
    made += [_only_draft(one) for key, one in drafts.items() if _is_new(key, heads)]
    return sorted(made, key=lambda row: (row.name, row.key))


def _is_new(key: str, heads: list[DefinitionHead]) -> bool:
    return not key.startswith(f"{DECISIONS}/") and all(head.key != key for head in heads)


def _only_draft(draft: ModelDraft) -> ProcessRow:
    return ProcessRow(
        key=draft.key,
        name=draft.name,
        definition_id=None,
        version=0,
        deployed_at=None,
        running=0,
        stopped=0,
        forms=tuple(sorted(_forms(draft, ()))),
        decisions=(),
        callers=(),
        draft=draft,
    )


def _forms(draft: ModelDraft | None, of_version: list[str] | tuple[str, ...]) -> list[str]:
    if draft is None:
        return list(of_version)
    return [name.removesuffix(FORM) for name in draft.files if name.endswith(FORM)]


def _by_key(counts: Mapping[str, int], of_version: Mapping[str, tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for definition_id, count in counts.items():
        total[of_version[definition_id][0]] += count
    return total


def _decisions(
    unit: Unit,
    drafts: Mapping[str, ModelDraft],
    processes: list[ProcessRow],
    names: Mapping[str, str],
) -> list[DecisionRow]:
    users: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in processes:
        for id_ in row.decisions:
            users[id_].append((row.key, names[row.key]))
    found = {
        id_: (version, unit.office.models.decision(unit, version_id, id_).definitions.name)
        for id_, (version_id, version, _) in definitions.newest_decisions(unit).items()
    }
    new = {
        key.removeprefix(f"{DECISIONS}/"): (0, draft.name)
        for key, draft in drafts.items()
        if key.startswith(f"{DECISIONS}/")
    }
    return [
        DecisionRow(
            id=id_,
            name=name or id_,
            version=version,
            users=tuple(users[id_]),
            draft=drafts.get(f"{DECISIONS}/{id_}"),
        )
        for id_, (version, name) in sorted({**new, **found}.items())
    ]


def versions(unit: Unit, key: str, actor: Actor) -> list[VersionRow]:
    """All versions of the process or shared decision, newest first; empty while it is a draft."""
    check_editor(actor)
    is_decision = key.startswith(f"{DECISIONS}/")
    found: list[Version] = (
        definitions.decision_versions(unit, key.removeprefix(f"{DECISIONS}/"))
        if is_decision
        else definitions.process_versions(unit, key)
    )
    running = {} if is_decision else queries.running(unit)
    names = people.names(unit, [one.by for one in found])
    return [
        VersionRow(
            version=one.version,
            at=one.at,
            by=names.get(one.by, one.by),
            reason=one.reason,
            running=running.get(one.id, 0),
        )
        for one in found
    ]


def process_name(unit: Unit, key: str, actor: Actor) -> str:
    """As its draft names it, else its newest version.

    Raises:
        NotFoundError: there is neither.
    """
    draft = draft_of(unit, key, actor)
    if draft is not None:
        return draft.name
    return newest(unit, key)[1]
