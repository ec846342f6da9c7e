"""Taking in a backup: everything is looked at before the first write, and written as a whole.

Names inside the archive are compared with those a backup can have and never used as paths; what
comes out of a part may not be longer than the manifest says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from engine.domain import archive
from engine.domain.archive import ANOTHER, MANIFEST, Manifest, Part, finding
from engine.domain.errors import Finding, RefusedError
from engine.services.backups import BLOCK, Told, is_sound
from engine.storage import backup, migrate
from engine.storage.backup import Filling, NotEmptyError, UnwritableRowError
from engine.storage.database import Database

MANIFEST_LIMIT = 256 << 20  # bytes; a file takes 180 of them
IS_LOCKED = 0x1  # flag of a member that needs a password
DAMAGED = f"壊れています。{ANOTHER}"
_BROKEN = (BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)
Look = Callable[[bytes], None]


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was taken in.  `site`: where the settings of the archive lie now, if it had any."""

    manifest: Manifest
    site: Path | None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive, after a look at its manifest and the names of its parts.

    Raises:
        RefusedError: it is damaged, foreign or newer than this release.
    """
    try:
        zipped = ZipFile(path)
    except (*_BROKEN, ValueError) as error:
        text = f"ZIPとして読めません。途中で切れているか、バックアップではありません。{ANOTHER}"
        raise RefusedError([finding(path.name, text)]) from error
    with zipped:
        yield Archive(zipped, path.stat().st_size)


class Archive:
    """A backup that is read."""

    def __init__(self, zipped: ZipFile, byte_count: int) -> None:
        self._zipped = zipped
        self._members = {info.filename: info for info in zipped.infolist()}
        self._refuse_strange(zipped.infolist(), byte_count)
        self.manifest = archive.read_manifest(self._content_of_manifest())
        self._refuse_unlike()

    def _refuse_strange(self, members: list[ZipInfo], byte_count: int) -> None:
        """No name twice, no password, no exotic compression, no parts that lie over each other."""
        for one in members:
            if one.flag_bits & IS_LOCKED or one.compress_type not in (ZIP_DEFLATED, ZIP_STORED):
                text = f"Uneiの書き方ではありません。手を加えていない{ANOTHER}"
                raise RefusedError([finding(one.filename, text)])
        packed = sum(one.compress_size for one in members)
        if len(members) != len(self._members) or packed > byte_count:
            text = f"同じ部分が二度入っています。手を加えていない{ANOTHER}"
            raise RefusedError([finding("", text)])

    def _content_of_manifest(self) -> bytes:
        info = self._members.get(MANIFEST)
        if info is None:
            text = f"入っていません。Uneiのバックアップではないか、途中で切れています。{ANOTHER}"
            raise RefusedError([finding(MANIFEST, text)])
        try:
            with self._zipped.open(info) as part:
                return part.read(MANIFEST_LIMIT)
        except _BROKEN as error:
            raise RefusedError([finding(MANIFEST, DAMAGED)]) from error

    def _refuse_unlike(self) -> None:
        """The parts are those of the manifest, and this release knows them all."""
        manifest = self.manifest
        if not migrate.knows(manifest.revision) or set(manifest.tables) - set(backup.tables()):
            raise RefusedError([archive.newer(manifest.release)])
        there = set(self._members) - {MANIFEST}
        missing, strange = set(manifest.parts) - there, there - set(manifest.parts)
        found = [finding(name, f"入っていません。{ANOTHER}") for name in sorted(missing)]
        text = f"目録にありません。手を加えていない{ANOTHER}"
        found += [finding(name, text) for name in sorted(strange)]
        if found:
            raise RefusedError(found)

    def verify(self, told: Told) -> None:
        """Read every part to its end.

        Raises:
            RefusedError: one finding for each part that is damaged.
        """
        found: list[Finding] = []
        named: set[str] = set()
        parts = self.manifest.parts
        for number, (name, part) in enumerate(parts.items()):
            told(name, number, len(parts))
            try:
                self._verify(name, part, named)
            except (*_BROKEN, ValueError, KeyError):
                found.append(finding(name, DAMAGED))
        held = set(self.manifest.files) | set(self.manifest.missing)
        text = f"記録が指すファイルが入っていません。{ANOTHER}"
        found += [finding(archive.file_part(one), text) for one in sorted(named - held)]
        if found:
            raise RefusedError(found)

    def _verify(self, name: str, part: Part, named: set[str]) -> None:
        table = archive.table_of(name)
        if table is not None:
            rows, columns = 0, None
            for row in self.rows(table):
                rows += 1
                columns = columns or row.keys()
                if row.keys() != columns:
                    raise ValueError("rows of two kinds")
                named |= {content for content in [backup.content_of(table, row)] if content}
            if rows != part.rows:
                raise ValueError("rows are missing")
        elif archive.file_of(name) not in (None, part.sha256):
            raise ValueError("a file under the name of another")
        else:
            self.copy(name)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table; ends with ValueError if the part is not what the manifest says."""
        name = archive.table_part(table)
        part, digest, count = self.manifest.parts[name], hashlib.sha256(), 0
        with self._zipped.open(self._members[name]) as source:
            while line := source.readline(archive.LINE_LIMIT):
                digest.update(line)
                count += len(line)
                if count > part.byte_count or not line.endswith(b"\n"):
                    raise ValueError("longer than the manifest says, or cut off")
                yield backup.read_line(table, line)
        if count != part.byte_count or digest.hexdigest() != part.sha256:
            raise ValueError("another content than the manifest says")

    def copy(self, name: str, target: IO[bytes] | None = None) -> None:
        """Read a part, into `target` if there is one; ValueError as for `rows`."""
        part, digest, count = self.manifest.parts[name], hashlib.sha256(), 0
        with self._zipped.open(self._members[name]) as source:
            while block := source.read(BLOCK):
                digest.update(block)
                count += len(block)
                if count > part.byte_count:
                    raise ValueError("longer than the manifest says")
                if target is not None:
                    target.write(block)
        if count != part.byte_count or digest.hexdigest() != part.sha256:
            raise ValueError("another content than the manifest says")


def restore(database: Database, folder: Path, whole: Archive, told: Told) -> Restored:
    """Fill an empty database and the data folder from an archive that was verified.

    The tables are made as the archive knows them, filled, compared with it, and then brought up to
    this release, all in one transaction.  Files that the archive brought are removed again if the
    rows are refused.

    Raises:
        RefusedError: the place is not empty or too small, or the database refuses a row.
    """
    brought: list[Path] = []
    with _told_as_findings():
        try:
            with backup.filling(database, whole.manifest.revision) as filling:
                _files(whole, folder / "files", brought, told)
                _tables(whole, filling, told)
                filling.finish()
                site = _site(whole, folder, brought)
        except BaseException:
            for path in brought:
                path.unlink(missing_ok=True)
            raise
    return Restored(manifest=whole.manifest, site=site)


@contextmanager
def _told_as_findings() -> Iterator[None]:
    try:
        yield
    except NotEmptyError as error:
        raise RefusedError([_not_empty(error)]) from error
    except UnwritableRowError as error:
        text = (
            f"データベースが記録を受け取りません（{error.reason}）。何も書いていません。{ANOTHER}"
        )
        part = archive.table_part(error.table) if error.table else ""
        raise RefusedError([finding(part, text)]) from error
    except OSError as error:
        text = f"書けません（{error.strerror}）。場所と空きを確かめます。何も書いていません。"
        raise RefusedError([finding("files", text)]) from error


def refuse_unless_empty(database: Database) -> None:
    """Say it before anything is done that takes long.

    Raises:
        RefusedError: the database holds something.
    """
    with _told_as_findings():
        backup.refuse_unless_empty(database)


def _not_empty(error: NotEmptyError) -> Finding:
    text = (
        f"データベースは空ではありません（表「{error.place}」に記録があります）。"
        "空のデータベースと新しい data_dir に取り込みます。"
    )
    return Finding(code="setting", message=text)


def _files(whole: Archive, folder: Path, brought: list[Path], told: Told) -> None:
    parts: Mapping[str, Part] = whole.manifest.files
    needed = sum(part.byte_count for part in parts.values())
    folder.mkdir(parents=True, exist_ok=True)
    if needed > shutil.disk_usage(folder).free:
        text = f"空きが足りません（{needed:,}バイトが要ります）。data_dir を別の場所にします。"
        raise RefusedError([finding("files", text)])
    for number, sha256 in enumerate(parts):
        told("files", number, len(parts))
        if not is_sound(folder / sha256, sha256):
            _write(whole, archive.file_part(sha256), folder / sha256, brought)


def _write(whole: Archive, name: str, path: Path, brought: list[Path]) -> None:
    own = path.with_name(f".{path.name}")
    brought.append(own)
    with own.open("wb") as file:
        whole.copy(name, file)
        file.flush()
        os.fsync(file.fileno())
    own.rename(path)
    brought.append(path)


def _tables(whole: Archive, filling: Filling, told: Told) -> None:
    parts, total, done = whole.manifest.tables, whole.manifest.row_count, 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        told("", done, total)

    for name in [one for one in backup.tables() if one in parts]:
        told(name, done, total)
        filling.fill(name, whole.rows(name), count)
    for name, part in parts.items():
        digest = hashlib.sha256()
        for line in filling.snapshot.lines(name):
            digest.update(line)
        if digest.hexdigest() != part.sha256:
            raise UnwritableRowError(name, "the rows read back are not those of the archive")


def _site(whole: Archive, folder: Path, brought: list[Path]) -> Path | None:
    """Settings may name the database of the old place: a person compares them and takes over."""
    if archive.SITE not in whole.manifest.parts:
        return None
    path = folder / "restored-site.toml"
    _write(whole, archive.SITE, path, brought)
    return path
