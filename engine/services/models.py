"""Deployed models in memory: parsed once per version, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from engine.dmn.model import Model
from engine.dmn.model import read as read_decision
from engine.domain.records import DefinitionHead
from engine.execution import runner
from engine.execution.bundle import Bundle, reload_bundle
from engine.execution.codec import StateError, definition_of
from engine.execution.live import Live
from engine.execution.model import Known
from engine.storage import definitions

if TYPE_CHECKING:
    from engine.services.unit import Unit

Pins = Mapping[tuple[str, str], str]


class Models:
    """Bundles, decisions and pins by definition id."""

    def __init__(self) -> None:
        self._bundles: dict[str, Bundle] = {}
        self._decisions: dict[str, Model] = {}
        self._heads: dict[str, DefinitionHead] = {}
        self._pins: dict[str, Pins] = {}
        # language -> (how many deployments it is of, text -> label)
        self.labels: dict[str, tuple[int, Mapping[str, str]]] = {}
        self._reading = Lock()  # so that several threads do not read the same file at once

    def head(self, unit: Unit, definition_id: str) -> DefinitionHead:
        if definition_id not in self._heads:
            self._heads[definition_id] = definitions.get(unit, definition_id)
        return self._heads[definition_id]

    def pins(self, unit: Unit, definition_id: str) -> Pins:
        """(process or decision, key) -> id of the version pinned at deployment."""
        if definition_id not in self._pins:
            self._pins[definition_id] = definitions.pins(unit, definition_id)
        return self._pins[definition_id]

    def bundle(self, unit: Unit, definition_id: str) -> Bundle:
        found = self._bundles.get(definition_id)
        if found is None:
            with self._reading:
                found = self._bundles.get(definition_id) or self._read(unit, definition_id)
                self._bundles[definition_id] = found
        return found

    def unpacked(self, unit: Unit, definition_id: str, state: bytes) -> Live:
        """An instance as a state of it says, also one from before it changed its version.

        Raises:
            StateError: it belongs to no version of the process.
        """
        bundle = self.bundle(unit, definition_id)
        try:
            return runner.unpack(bundle, state)
        except StateError:
            wanted = definition_of(state)
            for head in definitions.versions(unit, bundle.key):
                if head.hash == wanted != bundle.hash:
                    return runner.unpack(self.bundle(unit, head.id), state)
            raise

    def _read(self, unit: Unit, definition_id: str) -> Bundle:
        head = self.head(unit, definition_id)
        pins = self.pins(unit, definition_id)
        around = known(unit)
        around = Known(
            roles=around.roles,
            operations=around.operations,
            registers=around.registers,
            processes=frozenset(key for kind, key in pins if kind == "process"),
            decisions={
                key: self.decision(unit, target, key)
                for (kind, key), target in pins.items()
                if kind == "decision"
            },
        )
        bundle = reload_bundle(head.key, definitions.files(unit, definition_id), around)
        # Its instances carry the hash of the deployment, also when a later release computes another
        return replace(bundle, hash=head.hash)

    def decision(self, unit: Unit, version_id: str, key: str) -> Model:
        found = self._decisions.get(version_id)
        if found is None:
            name = f"{key}.dmn"
            found = read_decision(definitions.files(unit, version_id)[name], name)
            self._decisions[version_id] = found
        return found


def known(unit: Unit) -> Known:
    """What a model may refer to, apart from other models."""
    office = unit.office
    return Known(
        roles=office.roles.names(),
        operations={name: operation.spec for name, operation in office.operations.items()},
        registers=frozenset(office.registers),
    )
