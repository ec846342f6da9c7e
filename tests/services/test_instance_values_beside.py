"""What others write meanwhile: who holds up the values of data items, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from engine.services import instance_values
from engine.services.instance_values import Mark
from engine.storage.schema import history
from engine.testing import TestOffice
from tests.offices import index_values
from tests.services.test_instance_values import opened, stored


@contextmanager
def writing(url: str | sa.URL, statement: str) -> Iterator[None]:
    """A transaction that has written and does not come to its end."""
    database = sa.create_engine(url)
    with database.connect() as connection:
        connection.exec_driver_sql(statement)
        assert connection.exec_driver_sql("select pg_current_xact_id_if_assigned()").scalar()
        yield
    database.dispose()


def test_a_line_written_beside_a_later_one_is_waited_for(office: TestOffice) -> None:
    """In PostgreSQL a line may appear after one with a higher number."""
    if office.engine._database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    opened(office)
    with office.engine._database.connect() as slow:
        slow.exec_driver_sql("begin")
        slow.execute(sa.insert(history).values(at=office.clock.moment, event="test", actor="pjmo1"))
        office.complete("plan_it", {"数": 7})
        waits = [office.engine.worker.values.run_one() for _ in range(3)]
        slow.exec_driver_sql("commit")

    index_values(office)

    assert waits == [False, False, False]
    assert ("数", "n2100007") in stored(office)


def test_a_mark_is_settled_at_once_where_nobody_writes(office: TestOffice) -> None:
    opened(office)
    office.complete("plan_it")

    mark = office.engine.ask(instance_values.mark)

    assert isinstance(mark, Mark)
    assert office.engine.ask(instance_values.is_settled, mark)


def test_who_writes_in_another_database_of_the_server_holds_up_nothing(
    office: TestOffice, request: pytest.FixtureRequest
) -> None:
    if office.engine._database.dialect.name == "sqlite":
        pytest.skip("a database of SQLite is alone")
    url = sa.make_url(request.getfixturevalue("postgresql_server"))
    others = "create table history (id int); insert into history values (1)"

    with writing(url.set(drivername="postgresql+psycopg"), others):
        opened(office)

    assert ("数", "n2100001") in stored(office)


def test_who_writes_no_history_holds_up_nothing(office: TestOffice) -> None:
    if office.engine._database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    own = "create table beside (id int); insert into beside values (1)"

    with writing(office.engine._database.url, own):
        opened(office)

    assert ("数", "n2100001") in stored(office)
