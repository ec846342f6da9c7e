"""Records of an older release are found as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from engine.storage import database
from engine.storage import migrate as migrations

ENTRY = (
    "insert into register_entry (id, register, number, version, state, values_, written_at) "
    "values ('e1', 'R14', '不-R8-0001', 1, '有効', :content, :at)"
)
CONTENT = '{"内容": "画面が開かない", "期限": {"@date": "2026-05-01"}, "数": {"@number": "-3"}}'


def test_the_migration_makes_old_records_searchable(empty_database_url: str) -> None:
    engine = database.open_database(empty_database_url)
    with engine.connect() as connection:
        database.begin(connection)
        command.upgrade(migrations.configuration(connection), "0003")
        statement = ENTRY.replace("values_", '"values"')
        if connection.dialect.name == "postgresql":
            statement = statement.replace(":content", "cast(:content as jsonb)").replace(
                ":at", "cast(:at as timestamptz)"
            )
        connection.execute(
            sa.text(statement), {"content": CONTENT, "at": "2026-04-01 00:00:00.000000"}
        )
        connection.commit()

    migrations.upgrade(engine)

    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("select column_name, key, text from register_value order by column_name")
        ).all()
    engine.dispose()
    found = {row.column_name: (row.key, row.text) for row in rows}
    assert found["期限"] == ("2026-05-01", "")
    assert found["内容"] == ("画面が開かない", "")
    assert set(found[""][1].split()) == {"不-r8-0001", "画面が開かない", "2026-05-01", "-3"}
    assert set(found) == {"", "内容", "期限", "数"}
