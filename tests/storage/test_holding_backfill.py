"""Since when tasks of an older release are held is worked out from the history."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import command

from engine.storage import columns, database
from engine.storage import migrate as migrations

CAME, TAKEN, FREED, DONE = (datetime(2026, 4, day, tzinfo=UTC) for day in (1, 2, 3, 4))
GIVEN = {"at": CAME, "live": b"x"}
AT = sa.bindparam("at", type_=columns.Moment)
BEFORE = (
    "insert into deployment (id, at, deployed_by) values ('d', :at, 'x')",
    "insert into process_definition (id, key, version, name, hash, deployment_id)"
    " values ('p', 'k', 1, '業務', 'h', 'd')",
    "insert into process_instance (id, version, state, definition_id, business_key, fiscal_year,"
    " started_by, started_at, root_id, live)"
    " values ('i', 1, 'running', 'p', '試-1', 2026, 'x', :at, 'i', :live)",
)
TASKS = {  # id -> groups, completed at
    "claimed": ("PJMO", DONE),
    "freed": ("PJMO", None),
    "taken_by_completing": ("PJMO", DONE),
    "given_from_the_start": ("", DONE),
    "untouched": ("PJMO", None),
}
LINES = (
    ("claimed", "task_claimed", TAKEN),
    ("freed", "task_claimed", TAKEN),
    ("freed", "task_unclaimed", FREED),
    ("claimed", "task_completed", DONE),
)


def test_the_migration_says_since_when_each_task_is_held(empty_database_url: str) -> None:
    engine = database.open_database(empty_database_url)
    with engine.connect() as connection:
        database.begin(connection)
        command.upgrade(migrations.configuration(connection), "0008")
        _fill(connection)
        connection.commit()

    migrations.upgrade(engine)

    task = sa.table("user_task", sa.column("id"), sa.column("held_since_at", columns.Moment))
    with engine.connect() as connection:
        found = dict(connection.execute(sa.select(task.c.id, task.c.held_since_at)).all())
    engine.dispose()
    assert found == {
        "claimed": TAKEN,
        "freed": FREED,
        "taken_by_completing": DONE,
        "given_from_the_start": CAME,
        "untouched": CAME,
    }


def _fill(connection: sa.Connection) -> None:
    for statement in BEFORE:
        text = sa.text(statement)
        if ":at" in statement:
            text = text.bindparams(AT)
        given = {name: value for name, value in GIVEN.items() if f":{name}" in statement}
        connection.execute(text, given)
    for id_, (groups, done) in TASKS.items():
        connection.execute(
            sa.text(
                "insert into user_task (id, instance_id, element_id, state, candidate_groups,"
                " created_at, completed_at) values (:id, 'i', 'e', :state, :groups, :at, :done)"
            ).bindparams(AT, sa.bindparam("done", type_=columns.Moment)),
            {
                "id": id_,
                "state": "completed" if done else "open",
                "groups": groups,
                "at": CAME,
                "done": done,
            },
        )
    for id_, event, at in LINES:
        connection.execute(
            sa.text(
                "insert into history (instance_id, at, event, actor, element_instance_id)"
                " values ('i', :at, :event, 'x', :id)"
            ).bindparams(AT),
            {"at": at, "event": event, "id": id_},
        )
