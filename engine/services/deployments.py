"""Putting models into service (版の公開)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from engine.domain.access import Actor, may_deploy
from engine.domain.errors import Finding, ForbiddenError, NotFoundError, RefusedError
from engine.domain.records import DefinitionHead, Deployed
from engine.execution.bundle import DECISIONS, Bundle, content_hash, read_folders
from engine.execution.bundle import Folders as Read
from engine.execution.listening import listened_messages, start_signals
from engine.execution.model import Known
from engine.services import models
from engine.services.unit import Unit
from engine.storage import definitions, history, signals
from engine.storage import schedules as schedule_rows
from engine.storage.definitions import NewDefinition
from engine.storage.history import Line

Folders = Mapping[str, Mapping[str, bytes]]


class MayNotDeployError(ForbiddenError):
    """Only process owners and administrators put models into service."""

    code = "may_not_deploy"


def deploy(unit: Unit, folders: Folders, actor: Actor, reason: str = "") -> list[Deployed]:
    """Put folders into service together: `{process key: {file name: content}}`.

    The folder `_decisions` holds decisions, each a definition of its own.  What is unchanged keeps
    its version.  A new version is pinned to the newest versions of what it calls and asks.

    Raises:
        MayNotDeployError, and RefusedError with all findings of all folders; nothing has changed.
    """
    if not may_deploy(actor):
        raise MayNotDeployError(f"{actor.user_id} may not deploy")
    bundles = read(unit, folders).bundles
    deployment = _Deployment(unit, actor, reason)
    done = [
        deployment.decision(name.removesuffix(".dmn"), content)
        for name, content in sorted(folders.get(DECISIONS, {}).items())
        if name.endswith(".dmn")
    ]
    done += deployment.processes(bundles)
    deployment.enter(done)
    return done


def read(unit: Unit, folders: Folders) -> Read:
    """The folders compiled as they would be deployed.

    Raises:
        RefusedError: all findings of all folders.
    """
    return read_folders(folders, known(unit))


def check(unit: Unit, folders: Folders) -> list[Finding]:
    """What would be refused; empty when the folders can be put into service."""
    try:
        read(unit, folders)
    except RefusedError as error:
        return list(error.findings)
    return []


def known(unit: Unit) -> Known:
    """What a model that is published now may refer to."""
    processes = definitions.newest(unit)
    decisions = definitions.newest_decisions(unit)
    office = unit.office
    return replace(
        models.known(unit),
        processes=frozenset(head.key for head in processes),
        calls={
            head.key: frozenset(
                key for kind, key in office.models.pins(unit, head.id) if kind == "process"
            )
            for head in processes
        },
        decisions={
            key: office.models.decision(unit, version_id, key)
            for key, (version_id, _, _) in decisions.items()
        },
    )


class _Deployment:
    """What one deployment puts into service."""

    def __init__(self, unit: Unit, actor: Actor, reason: str) -> None:
        self._id: str | None = None
        self._unit = unit
        self._actor = actor
        self._reason = reason
        self._decisions = {
            key: version_id
            for key, (version_id, _, _) in definitions.newest_decisions(unit).items()
        }
        self._newest = {head.key: head for head in definitions.newest(unit)}
        self._processes = {key: head.id for key, head in self._newest.items()}

    @property
    def id(self) -> str:
        """The id of the deployment; its row is noted with the first model that has changed."""
        if self._id is None:
            self._id = uuid.uuid4().hex
            definitions.add_deployment(self._unit, self._id, self._actor.user_id, self._reason)
        return self._id

    def enter(self, done: list[Deployed]) -> None:
        """Note in the history what has changed, if anything has."""
        changed = [f"{one.key} 第{one.version}版" for one in done if one.changed]
        if changed:
            detail = {"models": changed, "reason": self._reason}
            history.add(self._unit, Line(event="deployed", actor=self._actor, detail=detail))

    def decision(self, key: str, content: bytes) -> Deployed:
        found = definitions.newest_decisions(self._unit).get(key)
        files = {f"{key}.dmn": content}
        new_hash = content_hash(files)
        if found is not None and self._is_same(found[0], found[2], new_hash):
            return Deployed(key=key, name=key, version=found[1], changed=False, kind="decision")
        head = self._new(key, key, 1 + (found[1] if found else 0), new_hash)
        definitions.add_decision(
            self._unit, NewDefinition(head=head, deployment_id=self.id, files=files)
        )
        self._decisions[key] = head.id
        callers = definitions.callers_of_older(self._unit, "decision", key, head.id)
        return Deployed(
            key=key,
            name=key,
            version=head.version,
            changed=True,
            kind="decision",
            outdated_callers=callers,
        )

    def _is_same(self, version_id: str, stored_hash: str, new_hash: str) -> bool:
        """Whether the files of that version mean what the new ones mean.

        The stored hash may be of an older canonical form: then the stored files decide.
        """
        if stored_hash == new_hash:
            return True
        return content_hash(definitions.files(self._unit, version_id)) == new_hash

    def processes(self, bundles: Mapping[str, Bundle]) -> list[Deployed]:
        changed = {
            key: bundle
            for key, bundle in bundles.items()
            if key not in self._newest
            or not self._is_same(self._newest[key].id, self._newest[key].hash, bundle.hash)
        }
        heads = {key: self._head(bundle) for key, bundle in changed.items()}
        self._processes.update({key: head.id for key, head in heads.items()})
        for key, head in heads.items():
            self._add(head, changed[key])
        return [
            self._told(bundle, heads.get(key) or self._newest[key], changed=key in changed)
            for key, bundle in bundles.items()
        ]

    def again(self, old: DefinitionHead, bundle: Bundle) -> Deployed:
        """The same files, pinned to what is newest now."""
        head = self._head(bundle)
        self._processes[old.key] = head.id
        self._add(head, bundle)
        return self._told(bundle, head, changed=True)

    def _head(self, bundle: Bundle) -> DefinitionHead:
        old = self._newest.get(bundle.key)
        head = self._new(bundle.key, bundle.name, 1 + (old.version if old else 0), bundle.hash)
        return replace(
            head,
            prefix=bundle.prefix or "",
            starters=bundle.starters,
            may_be_started=bool(bundle.starters),
            start_form=bundle.start_form,
            trace=", ".join(bundle.trace),
        )

    def _new(self, key: str, name: str, version: int, hash_: str) -> DefinitionHead:
        return DefinitionHead(
            id=uuid.uuid4().hex,
            key=key,
            version=version,
            name=name,
            prefix="",
            starters=frozenset(),
            may_be_started=False,
            start_form=None,
            hash=hash_,
        )

    def _add(self, head: DefinitionHead, bundle: Bundle) -> None:
        pins = [("process", key, self._processes[key]) for key in sorted(bundle.called)]
        pins += [("decision", key, self._decisions[key]) for key in sorted(bundle.decisions)]
        new = NewDefinition(
            head=head,
            deployment_id=self.id,
            files=bundle.files,
            pins=pins,
            listens=listened_messages(bundle.key, bundle.files),
        )
        definitions.add_process(self._unit, new)
        signals.listen(self._unit, head.id, start_signals(bundle.key, bundle.files))
        schedule_rows.process_deployed(self._unit, head.key)

    def _told(self, bundle: Bundle, head: DefinitionHead, *, changed: bool) -> Deployed:
        return Deployed(
            key=head.key,
            name=head.name,
            version=head.version,
            changed=changed,
            warnings=tuple(found.message for found in bundle.warnings),
            outdated_callers=definitions.callers_of_older(self._unit, "process", head.key, head.id),
        )


def repin(unit: Unit, key: str, actor: Actor, reason: str = "") -> Deployed:
    """A new version of a process with the same files, pinned to what is newest now.

    Raises:
        MayNotDeployError; NotFoundError: no such process.
    """
    if not may_deploy(actor):
        raise MayNotDeployError(f"{actor.user_id} may not deploy")
    old = definition(unit, key)
    deployment = _Deployment(unit, actor, reason)
    bundle = unit.office.models.bundle(unit, old.id)
    done = deployment.again(old, bundle)
    deployment.enter([done])
    return done


def newest(unit: Unit) -> list[DefinitionHead]:
    """The newest version of every process, by key."""
    return definitions.newest(unit)


def definition(unit: Unit, key: str, version: int | None = None) -> DefinitionHead:
    """That version, or the newest.

    Raises:
        NotFoundError: there is none.
    """
    for head in definitions.versions(unit, key):
        if version in (None, head.version):
            return head
    raise NotFoundError("process", key)


def versions(unit: Unit, key: str) -> list[DefinitionHead]:
    """All versions of a process, newest first."""
    return definitions.versions(unit, key)


def files(unit: Unit, definition_id: str) -> Mapping[str, bytes]:
    """Name -> content of the folder as it was deployed."""
    return definitions.files(unit, definition_id)
