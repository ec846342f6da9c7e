"""A backup and what is restored from it are equal; a damaged one changes nothing."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import pytest
import sqlalchemy as sa

from engine import bootstrap, testing
from engine.domain.archive import Manifest
from engine.domain.errors import RefusedError
from engine.services import attachments, backups
from engine.services.attachments import Upload
from engine.services.backups import Places
from engine.settings import Settings
from engine.storage import migrate as migrations
from tests.diagrams import line, user_task
from tests.offices import settings

CONTENT = "議事録\n".encode() * 1000
MANIFEST = "manifest.json"
TASK = "tables/user_task.jsonl"
Parts = dict[str, bytes]


def quiet(*_: object) -> None:
    """Nobody watches."""


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[testing.TestOffice]:
    with testing.office(tmp_path / "old", database_url) as made:
        yield at_work(made)


@pytest.fixture
def small(tmp_path: Path, sqlite_url: str) -> Iterator[testing.TestOffice]:
    """The same on SQLite only, for what is not about the database."""
    with testing.office(tmp_path / "old", sqlite_url) as made:
        yield at_work(made)


def pjmo(element_id: str) -> str:
    return user_task(element_id, candidateGroups="PJMO")


def at_work(office: testing.TestOffice) -> testing.TestOffice:
    """An office with a running instance, a file and a job that waits."""
    office.deploy(line("probe", pjmo("look"), pjmo("check")))
    office.start("probe")
    upload = Upload(name="議事録.txt", content_type="text/plain", stream=BytesIO(CONTENT))
    office.engine.run(attachments.store, upload, office.actor("pjmo1"))
    return office


def back_up(office: testing.TestOffice, path: Path) -> Manifest:
    return bootstrap.backup(office.engine.settings, path, "0.1.0", quiet)


def new_place(tmp_path: Path, database_url: str = "") -> Settings:
    return settings(tmp_path / "new", database_url)


def written(place: Settings) -> list[Path]:
    return [path for path in place.data_dir.rglob("*") if path.is_file()]


def test_what_is_restored_is_equal_to_what_was_backed_up(
    office: testing.TestOffice, empty_database_url: str, tmp_path: Path
) -> None:
    place = new_place(tmp_path, empty_database_url)
    made = back_up(office, tmp_path / "a.zip")

    done = bootstrap.restore(place, tmp_path / "a.zip", quiet)

    again = bootstrap.backup(place, tmp_path / "b.zip", "0.1.0", quiet)
    assert done.manifest == made
    assert again.parts == made.parts
    assert made.tables["user_task"].rows == 1
    assert list(made.files) == [hashlib.sha256(CONTENT).hexdigest()]


def test_a_running_instance_goes_on_in_the_new_place(
    office: testing.TestOffice, empty_database_url: str, tmp_path: Path
) -> None:
    back_up(office, tmp_path / "a.zip")
    place = new_place(tmp_path, empty_database_url)
    bootstrap.restore(place, tmp_path / "a.zip", quiet)

    with bootstrap.build(place, now=office.clock, testing=True) as engine:
        restored = testing.TestOffice(engine, office.clock)
        [case] = restored.cases("probe")
        restored.complete("look")
        restored.complete("check")
        fresh = restored.start("probe")
        trace = restored.trace(case)

    assert case.number == office.cases("probe")[0].number
    assert fresh.number != case.number
    assert trace[-3:] == ["look", "check", "finish"]
    assert [task.element_id for task in office.open_tasks()] == ["look"]  # the old place stays


def test_a_backup_is_taken_while_others_work(office: testing.TestOffice, tmp_path: Path) -> None:
    def start_one(what: str, _done: int, _total: int) -> None:
        if what == "person":
            office.start("probe")

    made = bootstrap.backup(office.engine.settings, tmp_path / "a.zip", "0.1.0", start_one)

    assert made.tables["process_instance"].rows == 1
    assert len(office.cases("probe")) == 2


def test_a_place_that_is_not_empty_is_left_alone(
    office: testing.TestOffice, tmp_path: Path
) -> None:
    before = back_up(office, tmp_path / "a.zip")

    with pytest.raises(RefusedError, match="空ではありません"):
        bootstrap.restore(office.engine.settings, tmp_path / "a.zip", quiet)

    assert back_up(office, tmp_path / "b.zip").parts == before.parts


def test_an_archive_never_replaces_a_file(small: testing.TestOffice, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_text("precious")

    with pytest.raises(RefusedError, match="別の名前"):
        back_up(small, path)

    assert path.read_text() == "precious"


def test_only_the_owner_may_read_an_archive(small: testing.TestOffice, tmp_path: Path) -> None:
    back_up(small, tmp_path / "a.zip")

    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["a.zip"]


def test_keys_of_sessions_stay_out_of_an_archive(small: testing.TestOffice, tmp_path: Path) -> None:
    secrets = small.engine.settings.data_dir / "secrets"
    secrets.mkdir()
    (secrets / "session").write_bytes(b"k" * 32)

    back_up(small, tmp_path / "a.zip")

    assert all("secret" not in name for name in ZipFile(tmp_path / "a.zip").namelist())


def test_own_settings_are_laid_beside_and_not_taken_over(
    small: testing.TestOffice, tmp_path: Path
) -> None:
    site = tmp_path / "site.toml"
    site.write_text('data_dir = "/srv/unei"\n')
    places = Places(files=small.engine.settings.data_dir / "files", site=site)
    made = (small.clock.moment, "0.1.0")
    backups.write(small.engine._database, places, tmp_path / "a.zip", made, quiet)

    done = bootstrap.restore(new_place(tmp_path), tmp_path / "a.zip", quiet)

    assert done.site == tmp_path / "new" / "data" / "restored-site.toml"
    assert done.site.read_text() == site.read_text()


@pytest.mark.parametrize("loss", ["gone", "changed"])
def test_a_lost_file_is_named_and_the_rest_is_saved(
    small: testing.TestOffice, tmp_path: Path, loss: str
) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    lost = small.engine.settings.data_dir / "files" / sha256
    lost.unlink() if loss == "gone" else lost.write_bytes(b"x")
    back_up(small, tmp_path / "a.zip")

    done = bootstrap.restore(new_place(tmp_path), tmp_path / "a.zip", quiet)

    assert done.manifest.missing == (sha256,)
    assert done.manifest.tables["user_task"].rows == 1


@pytest.mark.parametrize("revision", ["0001", "0007"])
def test_an_archive_of_an_older_release_is_brought_up_to_this_one(
    office: testing.TestOffice, empty_database_url: str, tmp_path: Path, revision: str
) -> None:
    back_up(office, tmp_path / "a.zip")
    rewrite(tmp_path / "a.zip", tmp_path / "b.zip", aged(revision))
    place = new_place(tmp_path, empty_database_url)

    bootstrap.restore(place, tmp_path / "b.zip", quiet)

    with bootstrap.build(place, now=office.clock, testing=True) as engine:
        assert migrations.is_current(engine._database)
        restored = testing.TestOffice(engine, office.clock)
        assert restored.actor("pjmo1").user_id == "pjmo1"
        restored.complete("look")
        assert [task.element_id for task in restored.open_tasks()] == ["check"]


def aged(revision: str) -> Callable[[Parts, Any], None]:
    """Leave out the tables and columns that were made after that migration."""
    with sa.create_engine("sqlite://", poolclass=sa.NullPool).begin() as connection:
        migrations.bring_to(connection, revision)
        there = sa.inspect(connection)
        columns = {
            f"tables/{name}.jsonl": {column["name"] for column in there.get_columns(name)}
            for name in there.get_table_names()
        }

    def age(parts: Parts, manifest: Any) -> None:
        manifest["revision"] = revision
        for name in [one for one in parts if one.startswith("tables/")]:
            rows, kept = map(orjson.loads, parts.pop(name).splitlines()), columns.get(name)
            if kept:
                old = ({key: row[key] for key in row if key in kept} for row in rows)
                parts[name] = b"".join(orjson.dumps(one) + b"\n" for one in old)

    return age


def rewrite(
    source: Path, target: Path, change: Callable[[Parts, Any], None], *, is_honest: bool = True
) -> None:
    """The archive with other parts; `is_honest`: the manifest says so."""
    with ZipFile(source) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    manifest = json.loads(parts.pop(MANIFEST))
    change(parts, manifest)
    if is_honest:
        old, manifest["parts"] = manifest["parts"], {}
        for name, content in parts.items():
            part = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            rows = content.count(b"\n") if name.startswith("tables/") else None
            manifest["parts"][name] = {**old.get(name, {}), **part, "rows": rows}
    with ZipFile(target, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
        zipped.writestr(MANIFEST, json.dumps(manifest))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def no_archive(path: Path) -> None:
    path.write_text("これはバックアップではない")


def no_manifest(path: Path) -> None:
    with ZipFile(path, "w") as zipped:
        zipped.writestr("word/document.xml", "<x/>")


def broken_manifest(path: Path) -> None:
    with ZipFile(path, "w") as zipped:
        zipped.writestr(MANIFEST, '{"product": "unei", "format": 1')


def flipped(path: Path) -> None:
    with ZipFile(path) as zipped:
        offset = zipped.getinfo(TASK).header_offset
    content = bytearray(path.read_bytes())
    content[offset + 120] ^= 0xFF
    path.write_bytes(content)


def doubled(path: Path) -> None:
    with warnings.catch_warnings(), ZipFile(path, "a") as zipped:
        warnings.simplefilter("ignore")  # this is what the library warns of
        zipped.writestr(TASK, "{}")


def changed(change: Callable[[Parts, Any], None], *, is_honest: bool = True) -> Any:
    def damage(path: Path) -> None:
        rewrite(path, path, change, is_honest=is_honest)

    return damage


def set_format(_parts: Parts, manifest: Any) -> None:
    manifest["format"] = 2


def set_product(_parts: Parts, manifest: Any) -> None:
    manifest["product"] = "other"


def set_revision(_parts: Parts, manifest: Any) -> None:
    manifest["revision"] = "9999"


def add_table(parts: Parts, _manifest: Any) -> None:
    parts["tables/of_tomorrow.jsonl"] = b"{}\n"


def add_climber(parts: Parts, _manifest: Any) -> None:
    parts["../../evil"] = b"x"


def drop_part(parts: Parts, _manifest: Any) -> None:
    del parts[TASK]


def drop_row(parts: Parts, _manifest: Any) -> None:
    parts[TASK] = b""


def grow(parts: Parts, _manifest: Any) -> None:
    parts[next(name for name in parts if name.startswith("files/"))] = bytes(50 << 20)


def drop_file(parts: Parts, _manifest: Any) -> None:
    del parts[next(name for name in parts if name.startswith("files/"))]


def swap_file(parts: Parts, _manifest: Any) -> None:
    parts[next(name for name in parts if name.startswith("files/"))] = b"another"


def other_row(parts: Parts, _manifest: Any) -> None:
    parts["tables/project.jsonl"] = b'{"id": "p", "colour": "red"}\n'


def orphan(parts: Parts, _manifest: Any) -> None:
    parts["tables/project.jsonl"] = b""


DAMAGES: Mapping[str, tuple[Callable[[Path], None], str, str]] = {
    "cut off": (cut_off, "a.zip", "ZIPとして読めません"),
    "no archive": (no_archive, "a.zip", "ZIPとして読めません"),
    "no manifest": (no_manifest, MANIFEST, "入っていません"),
    "broken manifest": (broken_manifest, MANIFEST, "目録として読めません"),
    "flipped bits": (flipped, TASK, "壊れています"),
    "a part twice": (doubled, "", "二度"),
    "newer format": (changed(set_format), MANIFEST, "新しいUnei"),
    "another product": (changed(set_product), MANIFEST, "Uneiのバックアップではありません"),
    "newer migration": (changed(set_revision), MANIFEST, "新しいUnei"),
    "unknown table": (changed(add_table), MANIFEST, "新しいUnei"),
    "a name that climbs": (changed(add_climber), MANIFEST, "目録として読めません"),
    "an unlisted part": (changed(add_climber, is_honest=False), "../../evil", "目録にありません"),
    "a missing part": (changed(drop_part, is_honest=False), TASK, "入っていません"),
    "a missing row": (changed(drop_row, is_honest=False), TASK, "壊れています"),
    "a part that grows": (changed(grow, is_honest=False), "files/", "壊れています"),
    "a file that rows name": (changed(drop_file), "files/", "入っていません"),
    "a file of another name": (changed(swap_file), "files/", "壊れています"),
    "a row of another table": (changed(other_row), "tables/project.jsonl", "壊れています"),
    "a row without its project": (changed(orphan), "", "データベースが記録を受け取りません"),
}


@pytest.mark.parametrize(("damage", "part", "words"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_archive_is_refused_and_nothing_is_written(
    small: testing.TestOffice,
    tmp_path: Path,
    damage: Callable[[Path], None],
    part: str,
    words: str,
) -> None:
    back_up(small, tmp_path / "a.zip")
    damage(tmp_path / "a.zip")
    place = new_place(tmp_path)

    with pytest.raises(RefusedError) as refused:
        bootstrap.restore(place, tmp_path / "a.zip", quiet)

    [found] = refused.value.findings
    assert part in found.file
    assert words in found.message
    assert [path for path in written(place) if path.parent.name == "files"] == []
    bootstrap.migrate(place.database_url)
    assert bootstrap.backup(place, tmp_path / "c.zip", "0.1.0", quiet).row_count == 0


def test_what_one_database_refuses_leaves_the_place_as_empty_as_before(
    small: testing.TestOffice, tmp_path: Path, empty_database_url: str
) -> None:
    """A row twice: every part is sound, and yet no table can hold it."""
    back_up(small, tmp_path / "a.zip")

    def twice(parts: Parts, _manifest: Any) -> None:
        parts["tables/project.jsonl"] *= 2

    rewrite(tmp_path / "a.zip", tmp_path / "b.zip", twice)
    place = new_place(tmp_path, empty_database_url)

    with pytest.raises(RefusedError, match=r"tables/project\.jsonl"):
        bootstrap.restore(place, tmp_path / "b.zip", quiet)

    assert written(place) == []
    bootstrap.restore(place, tmp_path / "a.zip", quiet)
