"""Which settings are in force, what is their default, and where does each come from?"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.settings import Settings, config_dir

SECRETS = frozenset({"mail.password"})
ADDRESSES = frozenset({"database.url"})  # may hold a password
PREFIX = "UNEI_"
NEST = "__"


class Origin(StrEnum):
    DEFAULT = "default"
    SITE = "site"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting.  `path`: session.minutes.

    `is_secret`: neither value is told, only whether there is one.  `is_stale`: the files or the
    environment say something else by now; it counts after a restart.
    """

    path: str
    value: Any
    default: Any
    origin: Origin
    is_secret: bool = False
    is_stale: bool = False

    @property
    def section(self) -> str:
        return self.path.partition(".")[0] if "." in self.path else ""


def in_force(settings: Settings, folder: Path | None = None) -> list[Setting]:
    """Every setting in the order of the default file.  `folder`: where the files lie."""
    folder = folder or config_dir()
    defaults = dict(_flat(_toml(folder / "default.toml")))
    site = dict(_flat(_toml(folder / "site.toml")))
    given = _environment()
    found = dict(_flat(settings.model_dump(mode="json")))
    paths = [*defaults, *(path for path in found if path not in defaults)]
    return [
        _setting(path, found.get(path), defaults, site, given) for path in paths if path in found
    ]


def _setting(
    path: str,
    value: Any,
    defaults: Mapping[str, Any],
    site: Mapping[str, Any],
    given: Mapping[str, str],
) -> Setting:
    written = site.get(path, defaults.get(path))
    origin = Origin.SITE if path in site else Origin.DEFAULT
    if path in given:
        origin, written = Origin.ENVIRONMENT, given[path]
    is_secret = path in SECRETS
    return Setting(
        path=path,
        value=bool(value) if is_secret else _shown(path, value),
        default=None if is_secret else _shown(path, defaults.get(path)),
        origin=origin,
        is_secret=is_secret,
        is_stale=not _same(value, written),
    )


def _flat(tables: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tables.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _toml(path: Path) -> Mapping[str, Any]:
    """The file; nothing when it is not there or was damaged after the start."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _environment() -> dict[str, str]:
    return {
        name.removeprefix(PREFIX).lower().replace(NEST, "."): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX)
    }


def _same(value: Any, written: Any) -> bool:
    """Whether what is written would give this value; texts of the environment are read."""
    if not isinstance(written, str) or isinstance(value, str):
        return bool(value == written)
    try:
        return bool(value == json.loads(written))
    except json.JSONDecodeError:
        return f"{value}".lower() == written.lower()


def _shown(path: str, value: Any) -> Any:
    """The value without a password in an address."""
    if path not in ADDRESSES or not value:
        return value
    try:
        return make_url(str(value)).render_as_string(hide_password=True)
    except ArgumentError:
        return "***"
