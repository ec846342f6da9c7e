"""The tables of working together: comments, notices, delegations, saved views, batches."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

delegation = sa.Table(
    "delegation",
    metadata,
    c.key(),
    c.refers("person_id", "person.id"),
    c.refers("proxy_id", "person.id"),
    c.maybe_text("process_key"),  # null: tasks of every process
    sa.Column("valid_from_on", sa.Date, nullable=False),
    sa.Column("valid_to_on", sa.Date, nullable=False),
    c.text("reason"),
    c.text("created_by", None),
    c.moment("created_at"),
    c.maybe_moment("ended_at"),  # ended before its last day
    sa.Index("ix_delegation_person_id", "person_id"),
    sa.Index("ix_delegation_proxy_id", "proxy_id"),
)
comment = sa.Table(
    "comment",
    metadata,
    c.serial(),
    c.refers("instance_id", "process_instance.id"),
    c.maybe_text("task_id"),
    c.refers("person_id", "person.id"),
    c.text("text", None),
    c.moment("at"),
    c.maybe_moment("edited_at"),
    c.maybe_moment("withdrawn_at"),
    # the words of the text that name people, as they were typed
    sa.Column("mentions", c.JSON, nullable=False, server_default=sa.text("'[]'")),
    sa.Index("ix_comment_instance_id", "instance_id", "id"),
)
notice = sa.Table(
    "notice",
    metadata,
    c.serial(),
    c.refers("person_id", "person.id"),
    c.text("kind", None),
    c.json("detail"),
    c.maybe_text("key", unique=True),  # at most one notice per key
    *c.maybe_texts("instance_id", "task_id"),
    c.moment("at"),
    c.maybe_moment("read_at"),
    sa.Index("ix_notice_person_id", "person_id", "id"),
    c.partial_index("ix_notice_unread", "person_id", where="read_at is null"),
)
no_mail = sa.Table(  # kinds of notices that a person wants on the page only
    "no_mail",
    metadata,
    sa.Column("person_id", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
    c.key("kind"),
)
task_reminder = sa.Table(
    "task_reminder",
    metadata,
    sa.Column("task_id", sa.Text, sa.ForeignKey("user_task.id"), primary_key=True),
    c.key("step"),  # of the ladder, e.g. before_2, due, after_1
    c.moment("due_at"),  # the deadline it was about: a moved one begins the ladder anew
    c.moment("at"),
)
task_seen = sa.Table(
    "task_seen",
    metadata,
    sa.Column("task_id", sa.Text, sa.ForeignKey("user_task.id"), primary_key=True),
    c.text("person_id", None),  # who was first: the next person, or who took the task back
    c.moment("at"),
)
saved_view = sa.Table(
    "saved_view",
    metadata,
    c.key(),
    c.refers("person_id", "person.id"),
    c.text("page", None),  # worklist, instances, register:R17
    c.text("name", None),
    c.text("query", None),  # as it stands in the address
    sa.UniqueConstraint("person_id", "page", "name"),
)

batch = sa.Table(
    "batch",
    metadata,
    c.key(),
    c.text("kind", None),
    c.refers("person_id", "person.id"),
    c.maybe_text("project_id"),
    c.json("args"),
    c.text("state", "waiting"),  # waiting, running, done, failed
    c.count("total"),
    c.count("done"),
    c.count("failed"),
    c.json("result"),
    *c.texts("code", "error"),
    c.count("attempts"),  # begun without getting on since
    c.maybe_text("sha256"),  # of the file it made
    c.text("file_name"),
    c.moment("created_at"),
    c.maybe_moment("ended_at"),
    sa.Index("ix_batch_person_id", "person_id", "created_at"),
    c.partial_index("ix_batch_open", "created_at", where="ended_at is null"),
)
batch_item = sa.Table(
    "batch_item",
    metadata,
    sa.Column("batch_id", sa.Text, sa.ForeignKey("batch.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    c.text("ref", None),  # id of what it is about
    c.text("label"),
    c.text("state", "waiting"),  # waiting, done, failed
    *c.texts("code", "error"),
    c.partial_index("ix_batch_item_waiting", "batch_id", "position", where="state = 'waiting'"),
)
