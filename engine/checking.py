"""Are the settings, the files of `config/` and the models fit to be used?  Asks no database.

The same readers as at start and at deployment, one after the other, so that one wrong file does not
hide what is wrong in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from engine.configured import (
    read_calendar,
    read_ladder,
    read_registers,
    read_roles_file,
    read_templates,
)
from engine.domain.errors import Finding, RefusedError
from engine.domain.labels import read_labels
from engine.domain.roles import Roles
from engine.execution.bundle import DECISIONS, read_folders
from engine.execution.model import Known
from engine.services import operations
from engine.settings import Settings, read_settings

T = TypeVar("T")
Folders = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was looked at, as (thing, how many), what is wrong, and what is only worth knowing."""

    looked_at: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()


@dataclass
class _Look:
    looked_at: list[tuple[str, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def at(self, thing: str, read: Callable[[], T], count: Callable[[T], int]) -> T | None:
        """The thing, counted; None if it is refused."""
        try:
            found = read()
        except RefusedError as error:
            self.findings += error.findings
            return None
        self.looked_at.append((thing, count(found)))
        return found


def check(config: Path, models: Folders) -> Checked:
    """Everything that lies in files: `config` is the folder of `default.toml`.

    `models`: `{process key: {file name: content}}` with the folder `_decisions`, all that would be
    in service together.
    """
    look = _Look()
    settings = look.at("設定", lambda: read_settings(config), _values)
    look.at("休業日", lambda: read_calendar(config / "calendar.toml"), lambda c: len(c.closures))
    roles = look.at(
        "役割", lambda: read_roles_file(config / "roles.toml"), lambda r: len(r.by_code)
    )
    if settings is not None and roles is not None:
        look.at("催促", lambda: read_ladder(settings.reminders, roles), lambda _: 1)
    look.at("定期起動", lambda: read_templates(config / "schedules.toml"), len)
    registers = look.at("台帳", lambda: read_registers(config / "registers"), len)
    labels = config / "labels.en.json"
    look.at("英語の名前", lambda: read_labels(labels.read_bytes()), len)
    warnings: list[Finding] = []
    if roles is not None and registers is not None:
        warnings = _models(look, models, roles, frozenset(registers))
    else:
        text = "役割と台帳を直した後で、もう一度確かめます。業務フローはまだ確かめていません。"
        look.findings.append(Finding(code="unchecked", message=text, file="models"))
    return Checked(
        looked_at=tuple(look.looked_at), findings=tuple(look.findings), warnings=tuple(warnings)
    )


def _values(settings: Settings) -> int:
    """How many values there are, in all sections."""
    waiting, count = [settings.model_dump()], 0
    while waiting:
        for value in waiting.pop().values():
            if isinstance(value, dict):
                waiting.append(value)
            else:
                count += 1
    return count


def _models(look: _Look, models: Folders, roles: Roles, registers: frozenset[str]) -> list[Finding]:
    specs = {name: operation.spec for name, operation in operations.shipped().items()}
    known = Known(roles=roles.names(), operations=specs, registers=registers)
    read = look.at("業務フロー", lambda: read_folders(models, known), lambda r: len(r.bundles))
    if read is None:
        return []
    look.looked_at.append(("判断表", len(models.get(DECISIONS, {}))))
    return [warning for bundle in read.bundles.values() for warning in bundle.warnings]
