"""Is all well: for administrators as a page, for machines as a status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def working(office: TestOffice) -> None:
    """A worker that has just looked for jobs."""
    heart = office.engine.worker._heart
    heart.working()
    heart.looked()
    heart.beat()


def test_a_working_installation_is_ready(working: None, visit: Visit) -> None:
    answer = visit(None).client.get("/readyz")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "ready")


def test_without_a_worker_it_is_not_ready_and_says_so(
    office: TestOffice, working: None, visit: Visit
) -> None:
    office.clock.moment += timedelta(minutes=4)

    answer = visit(None).client.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["reasons"] == ["no worker has looked for jobs in the last 3 minutes"]


def test_an_old_database_is_not_ready(office: TestOffice, working: None, visit: Visit) -> None:
    with office.engine._database.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0001'"))

    answer = visit(None).client.get("/readyz")

    assert answer.status_code == 503
    assert "unei migrate" in answer.get_json()["reasons"][0]


def test_without_its_database_it_is_alive_and_not_ready(
    office: TestOffice, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise OSError("secret address")

    monkeypatch.setattr(office.engine, "is_current", away)
    client = visit(None).client

    ready, alive = client.get("/readyz"), client.get("/healthz")

    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.get_json()["reasons"] == ["the database cannot be reached (OSError)"]


def test_the_page_says_at_once_whether_all_is_well(
    office: TestOffice, working: None, visit: Visit
) -> None:
    well = visit("admin1").open("/admin/health")
    office.clock.moment += timedelta(minutes=4)
    bad = visit("admin1").open("/admin/health")

    assert well.words("//main//*[@role='status']") == ["正常に動いています。"]
    assert bad.words("//main//*[@role='status']") == ["対応が要るところがあります。"]
    assert "SQLite" in well.text


@pytest.mark.parametrize("person", ["pjmo1", "pmo1", "gaibu1"])
def test_only_administrators_see_it(visit: Visit, person: str) -> None:
    assert visit(person).open("/admin/health").status == 403


def test_the_page_is_english_too(working: None, visit: Visit) -> None:
    visitor = visit("admin1")
    language(visitor, "en")

    assert foreign_texts(visitor.open("/admin/health")) == []
