"""Incidents of an older release are grouped like new ones after the migration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from engine.bootstrap import migrate
from engine.storage import database
from engine.storage import migrate as migrations

BEFORE = (
    "insert into project (id, name) values ('p', '事業')",
    "insert into deployment (id, at, deployed_by) values ('d', '2026-04-01 00:00:00', 'owner')",
    "insert into process_definition (id, key, version, name, hash, deployment_id)"
    " values ('def', 'probe', 1, '試行', 'h', 'd')",
    "insert into process_instance (id, version, state, definition_id, business_key, project_id,"
    " fiscal_year, started_by, started_at, root_id, live)"
    " values ('i', 1, 'running', 'def', '試-R8-0001', 'p', 2026, 'x', '2026-04-01 00:00:00', 'i',"
    " '')",
    "insert into incident (kind, code, text, instance_id, element_id, opened_at)"
    " values ('element', 'no_time', '空', 'i', 'pause', '2026-04-01 00:00:00')",
    "insert into incident (kind, code, text, opened_at)"
    " values ('job', 'job_failed', '失敗', '2026-04-01 00:00:00')",
)


def test_old_incidents_get_their_cause_and_project(empty_database_url: str) -> None:
    engine = database.open_database(empty_database_url)
    with migrations.IN_TURN, engine.connect() as connection:
        database.begin(connection)
        command.upgrade(migrations.configuration(connection), "0002")
        for statement in BEFORE:
            connection.execute(sa.text(statement))
        connection.commit()

    migrate(empty_database_url)

    with engine.connect() as connection:
        query = sa.text("select cause, project_id from incident order by id")
        found = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    assert found == [("element|no_time|def|pause", "p"), ("job|job_failed", None)]
