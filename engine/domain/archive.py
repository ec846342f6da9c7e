"""What a backup holds: its manifest, and whether an archive may be taken in by this release.

A backup is a ZIP archive with one part for each table (`tables/<name>.jsonl`), one for each stored
file (`files/<SHA-256>`), `config/site.toml` where the installation has one, and the manifest with
size and SHA-256 of all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.domain.errors import Finding, RefusedError

PRODUCT = "unei"
FORMAT = 1  # raised when older releases could not read the archive any more
MANIFEST = "manifest.json"
SITE = "config/site.toml"
LINE_LIMIT = 64 << 20  # bytes of a row
ANOTHER = "別のバックアップを使います。"
_TABLE = re.compile(r"tables/([a-z][a-z_]{0,62})\.jsonl")
_FILE = re.compile(r"files/([0-9a-f]{64})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the archive.  `rows`: of a table, else None."""

    sha256: str
    byte_count: int
    rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the archive should hold.

    `revision`: the newest migration of the database it was made from.  `missing`: SHA-256 of the
    stored files that were lost or damaged when the backup was made.
    """

    release: str
    revision: str
    made_at: datetime
    parts: Mapping[str, Part] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, Part]:
        """Table -> its part."""
        found = {table_of(name): part for name, part in self.parts.items()}
        return {name: part for name, part in found.items() if name is not None}

    @property
    def files(self) -> dict[str, Part]:
        """SHA-256 of a stored file -> its part."""
        found = {file_of(name): part for name, part in self.parts.items()}
        return {name: part for name, part in found.items() if name is not None}

    @property
    def row_count(self) -> int:
        return sum(part.rows or 0 for part in self.tables.values())


def table_part(table: str) -> str:
    return f"tables/{table}.jsonl"


def file_part(sha256: str) -> str:
    return f"files/{sha256}"


def table_of(part: str) -> str | None:
    """The table of that part's name; None if it is none."""
    found = _TABLE.fullmatch(part)
    return found[1] if found else None


def file_of(part: str) -> str | None:
    """The SHA-256 in that part's name; None if it is none."""
    found = _FILE.fullmatch(part)
    return found[1] if found else None


def finding(part: str, message: str) -> Finding:
    return Finding(code="archive", message=message, file=part)


def write_manifest(manifest: Manifest) -> bytes:
    return json.dumps(
        {
            "product": PRODUCT,
            "format": FORMAT,
            "release": manifest.release,
            "revision": manifest.revision,
            "made_at": manifest.made_at.isoformat(),
            "parts": {
                name: {"sha256": part.sha256, "bytes": part.byte_count, "rows": part.rows}
                for name, part in manifest.parts.items()
            },
            "missing": list(manifest.missing),
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def read_manifest(content: bytes) -> Manifest:
    """The manifest of an archive.

    Raises:
        RefusedError: it is damaged, foreign, or of a release newer than this one.
    """
    try:
        values = json.loads(content)
        _refuse_foreign(values)
        return Manifest(
            release=str(values["release"]),
            revision=str(values["revision"]),
            made_at=datetime.fromisoformat(values["made_at"]),
            parts={name: _part(name, part) for name, part in values["parts"].items()},
            missing=tuple(_sha256(one) for one in values["missing"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        text = f"目録として読めません。壊れています。{ANOTHER}"
        raise RefusedError([finding(MANIFEST, text)]) from error


def _refuse_foreign(values: Any) -> None:
    if values.get("product") != PRODUCT:
        raise RefusedError([finding(MANIFEST, f"Uneiのバックアップではありません。{ANOTHER}")])
    if values["format"] > FORMAT:
        raise RefusedError([newer(str(values.get("release", "")))])


def newer(release: str) -> Finding:
    text = f"この版より新しいUnei（{release}）で作られました。その版以上のUneiで取り込みます。"
    return finding(MANIFEST, text)


def _part(name: str, values: Mapping[str, Any]) -> Part:
    rows, count = values["rows"], values["bytes"]
    is_table = table_of(name) is not None
    if not (is_table or file_of(name) or name == SITE) or is_table != (rows is not None):
        raise ValueError(name)
    if type(count) is not int or count < 0 or not (rows is None or type(rows) is int):
        raise ValueError(name)
    return Part(sha256=_sha256(values["sha256"]), byte_count=count, rows=rows)


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError(text)
    return text
