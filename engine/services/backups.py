"""Writing a backup: rows, stored files and settings of one moment in one archive.

The keys of `data_dir/secrets` stay where they are: whoever has the archive cannot forge sessions,
and after a restore everybody signs in again.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine.domain import archive
from engine.domain.archive import Manifest, Part
from engine.domain.errors import RefusedError
from engine.domain.values import TOKYO
from engine.storage import backup
from engine.storage.backup import Snapshot
from engine.storage.database import Database

BLOCK = 1 << 20
OWNER_ONLY = 0o600
Told = Callable[[str, int, int], object]  # what, how many are done, of how many


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where an installation keeps what is not in its database."""

    files: Path
    site: Path  # its own settings; may be missing


def write(
    database: Database, places: Places, path: Path, made: tuple[datetime, str], told: Told
) -> Manifest:
    """A backup in the file `path`; others go on working meanwhile.  `made`: when, by which release.

    The archive appears under its name only when it is whole and durable.

    Raises:
        RefusedError: there is such a file, or no place to write it.
    """
    if path.exists():
        text = "同じ名前のファイルがあります。別の名前にします。"
        raise RefusedError([archive.finding(path.name, text)])
    own = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with own.open("xb") as file:
            own.chmod(OWNER_ONLY)
            with ZipFile(file, "w", ZIP_DEFLATED) as target:
                manifest = _Writing(target, made, told).write(database, places)
            file.flush()
            os.fsync(file.fileno())
        own.rename(path)
    except OSError as error:
        text = f"書けません（{error.strerror}）。場所と空きを確かめます。"
        raise RefusedError([archive.finding(path.name, text)]) from error
    finally:
        own.unlink(missing_ok=True)
    return manifest


class _Writing:
    """One archive in the making."""

    def __init__(self, target: ZipFile, made: tuple[datetime, str], told: Told) -> None:
        self._target = target
        self._told = told
        self._made_at, self._release = made
        self._parts: dict[str, Part] = {}
        self._missing: list[str] = []

    def write(self, database: Database, places: Places) -> Manifest:
        with backup.snapshot(database) as snapshot:
            revision = snapshot.revision
            self._tables(snapshot)
            # a file is durable before a row names it: those of the snapshot's rows are all there
            self._files(places.files, sorted(snapshot.contents()))
        with suppress(FileNotFoundError):
            self._part(archive.SITE, [places.site.read_bytes()])
        manifest = Manifest(
            release=self._release,
            revision=revision,
            made_at=self._made_at,
            parts=dict(self._parts),
            missing=tuple(self._missing),
        )
        self._part(archive.MANIFEST, [archive.write_manifest(manifest)])
        return manifest

    def _tables(self, snapshot: Snapshot) -> None:
        counts = snapshot.counts()
        total, before = sum(counts.values()), 0
        for name, count in counts.items():
            self._told(name, before, total)
            part = archive.table_part(name)
            self._part(part, self._counted(snapshot.lines(name), name, (before, total)))
            self._parts[part] = replace(self._parts[part], rows=count)
            before += count

    def _counted(
        self, lines: Iterable[bytes], table: str, span: tuple[int, int]
    ) -> Iterator[bytes]:
        first, total = span
        for number, line in enumerate(lines, first):
            if number % backup.AT_ONCE == 0:
                self._told(table, number, total)
            if len(line) > archive.LINE_LIMIT:
                text = f"{number - first + 1}行目が大きすぎて、取り込めるバックアップになりません。"
                raise RefusedError([archive.finding(archive.table_part(table), text)])
            yield line

    def _files(self, folder: Path, contents: list[str]) -> None:
        for number, sha256 in enumerate(contents):
            self._told("files", number, len(contents))
            path = folder / sha256
            if is_sound(path, sha256):
                self._part(archive.file_part(sha256), blocks(path))
            else:
                self._missing.append(sha256)

    def _part(self, name: str, content: Iterable[bytes]) -> None:
        info = ZipInfo(name, self._made_at.astimezone(TOKYO).timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = OWNER_ONLY << 16
        digest, count = hashlib.sha256(), 0
        with self._target.open(info, "w", force_zip64=True) as part:
            for block in content:
                digest.update(block)
                count += len(block)
                part.write(block)
        self._parts[name] = Part(sha256=digest.hexdigest(), byte_count=count)


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def is_sound(path: Path, sha256: str) -> bool:
    """Whether the file is there and holds what its name says."""
    digest = hashlib.sha256()
    try:
        for block in blocks(path):
            digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == sha256
