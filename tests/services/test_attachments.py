"""Files: stored by content, one's own until handed in, kept as long as something refers to them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import NotFoundError
from engine.domain.person import Attachment
from engine.services import attachments, work
from engine.services.attachments import Upload
from engine.services.files_in_values import UnknownFileError
from engine.services.lookups import as_value
from engine.testing import TestOffice
from tests.diagrams import line, user_task


def uploaded(office: TestOffice, content: bytes = b"report", by: str = "pjmo1") -> Attachment:
    upload = Upload(name="報告.txt", content_type="text/plain", stream=io.BytesIO(content))
    return office.engine.run(attachments.store, upload, office.actor(by))


def handed_in(office: TestOffice, file: Attachment, by: str = "pjmo1") -> Any:
    office.deploy(line("takes", user_task("hand_in"), user_task("read")))
    office.start("takes")
    return office.complete("hand_in", {"添付": [as_value(file)]}, by=by)


def stored(office: TestOffice) -> list[str]:
    folder = office.engine.office.files
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_lies_under_its_hash_and_is_the_uploaders_alone(office: TestOffice) -> None:
    file = uploaded(office)

    found, path = office.engine.ask(attachments.path, file.id, office.actor("pjmo1"))

    assert (found.name, found.byte_count, found.state) == ("報告.txt", 6, "draft")
    assert path.read_bytes() == b"report"
    assert path.name == file.sha256
    with pytest.raises(NotFoundError):
        office.engine.ask(attachments.path, file.id, office.actor("pjmo2"))


def test_a_path_in_a_name_is_cut_off(office: TestOffice) -> None:
    upload = Upload(name="..\\..\\etc/passwd", content_type="", stream=io.BytesIO(b"x"))

    file = office.engine.run(attachments.store, upload, office.actor("pjmo1"))

    assert file.name == "passwd"


def test_a_file_that_is_handed_in_belongs_to_the_project(office: TestOffice) -> None:
    file = uploaded(office)

    handed_in(office, file)

    found, _ = office.engine.ask(attachments.path, file.id, office.actor("gyomu1"))
    assert (found.state, found.project_id) == ("linked", "p1")
    with pytest.raises(NotFoundError):
        office.engine.ask(attachments.path, file.id, office.actor("dev1"))


def test_the_draft_of_another_person_cannot_be_handed_in(office: TestOffice) -> None:
    file = uploaded(office, by="pjmo2")

    with pytest.raises(UnknownFileError):
        handed_in(office, file, by="pjmo1")

    assert [task.element_id for task in office.open_tasks()] == ["hand_in"]


def test_drafts_nobody_refers_to_go_after_seven_days(office: TestOffice) -> None:
    kept, lost = uploaded(office, b"kept"), uploaded(office, b"lost")
    handed_in(office, kept)
    office.clock.moment += timedelta(days=7, minutes=1)

    office.engine.run(work.tidy_files)

    assert stored(office) == [kept.sha256]
    assert lost.sha256 not in stored(office)


def test_content_stays_while_another_row_names_it(office: TestOffice) -> None:
    first, _second = uploaded(office, b"same"), uploaded(office, b"same")
    handed_in(office, first)
    office.clock.moment += timedelta(days=8)

    office.engine.run(work.tidy_files)

    assert stored(office) == [first.sha256]
