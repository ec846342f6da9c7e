"""The tables.  Ids are text so that they read well in logs; moments are UTC.

Closed user tasks stay in `user_task`; partial indexes keep the open ones together, so that the
worklist reads nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import (
    columns as c,
)
from engine.storage import (
    schema_people,  # noqa: F401  its tables are referred to
)
from engine.storage.metadata import metadata

deployment = sa.Table(
    "deployment", metadata, c.key(), c.moment("at"), c.text("deployed_by", None), c.text("reason")
)
process_definition = sa.Table(
    "process_definition",
    metadata,
    c.key(),
    c.text("key", None),
    sa.Column("version", sa.Integer, nullable=False),
    c.text("name", None),
    *c.texts("prefix", "starters", "trace"),
    c.maybe_text("start_form"),
    c.text("hash", None),
    c.refers("deployment_id", "deployment.id"),
    sa.UniqueConstraint("key", "version"),
)
decision_definition = sa.Table(
    "decision_definition",
    metadata,
    c.key(),
    c.text("key", None),
    sa.Column("version", sa.Integer, nullable=False),
    c.text("name", None),
    c.text("hash", None),
    c.refers("deployment_id", "deployment.id"),
    sa.UniqueConstraint("key", "version"),
)
definition_file = sa.Table(
    "definition_file",
    metadata,
    c.key("definition_id"),
    c.key("name"),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
pin = sa.Table(
    "pin",
    metadata,
    sa.Column("definition_id", sa.Text, sa.ForeignKey("process_definition.id"), primary_key=True),
    c.key("kind"),  # process or decision
    c.key("key"),
    c.text("target_id", None),
)
listened_message = sa.Table(
    "listened_message",
    metadata,
    sa.Column("definition_id", sa.Text, sa.ForeignKey("process_definition.id"), primary_key=True),
    c.key("name"),
    c.flag("is_start"),
    sa.Index("ix_listened_message_name", "name"),
)
listened_signal = sa.Table(
    "listened_signal",
    metadata,
    sa.Column("definition_id", sa.Text, sa.ForeignKey("process_definition.id"), primary_key=True),
    c.key("name"),
    sa.Index("ix_listened_signal_name", "name"),
)

process_instance = sa.Table(
    "process_instance",
    metadata,
    c.key(),
    sa.Column("version", sa.Integer, nullable=False),
    c.text("state", None),
    c.refers("definition_id", "process_definition.id"),
    c.text("business_key", None),
    c.text("subject"),
    c.maybe_text("project_id", "project.id"),
    c.maybe_text("system_id", "system.id"),
    sa.Column("fiscal_year", sa.Integer, nullable=False),
    c.text("started_by", None),
    c.moment("started_at"),
    c.maybe_moment("ended_at"),
    c.maybe_text("parent_id", "process_instance.id"),
    *c.maybe_texts("parent_element_instance_id", "parent_element_id"),
    c.text("root_id", None),
    c.count("depth"),
    *c.texts("outcome", "cancel_reason"),
    c.maybe_moment("suspended_at"),
    c.maybe_text("suspended_with"),  # the instance that was suspended: this one or a caller
    c.text("suspend_reason"),
    sa.Column("live", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("project_id", "business_key"),
    sa.Index("ix_process_instance_parent_id", "parent_id"),
    sa.Index("ix_process_instance_root_id", "root_id"),
    sa.Index("ix_process_instance_list", "project_id", "state", "started_at"),
    sa.Index("ix_process_instance_definition_id", "definition_id", "state"),
    postgresql_with={"fillfactor": 70},  # updates of the state stay on their page
)
user_task = sa.Table(
    "user_task",
    metadata,
    c.key(),
    c.count("version", 1),
    c.refers("instance_id", "process_instance.id"),
    c.maybe_text("project_id"),
    c.text("element_id", None),
    c.text("name"),
    c.maybe_text("form_key"),
    c.text("state", None),
    c.maybe_text("assignee"),
    c.maybe_moment("held_since_at"),  # when the assignee, or the group, came to have it
    c.text("pool"),  # project and sorted groups, `p1|GYOMU+PJMO`: what the worklist asks for
    c.text("candidate_groups"),  # GYOMU+PJMO
    c.text("candidate_users"),  # person ids, one a line
    c.text("excluded_users"),
    c.count("priority", 3),
    c.moment("created_at"),
    c.maybe_moment("due_at"),
    c.maybe_moment("follow_up_at"),
    c.maybe_text("completed_by"),
    c.maybe_moment("completed_at"),
    *c.maybe_texts("on_behalf_of", "submission_key"),
    sa.Index("ix_user_task_instance_id", "instance_id"),
    c.partial_index("ix_user_task_pool", "pool", "due_at", where="state = 'open'"),
    c.partial_index("ix_user_task_assignee", "assignee", "due_at", where="state = 'claimed'"),
    c.partial_index(
        "ix_user_task_due", "due_at", where="state in ('open', 'claimed') and due_at is not null"
    ),
    c.partial_index(
        "ix_user_task_done", "completed_by", "completed_at", where="state = 'completed'"
    ),
    postgresql_with={"fillfactor": 70},
)
task_candidate = sa.Table(
    "task_candidate",
    metadata,
    c.key("person_id"),
    sa.Column("task_id", sa.Text, sa.ForeignKey("user_task.id"), primary_key=True),
    sa.Index("ix_task_candidate_task_id", "task_id"),
)
draft = sa.Table(
    "draft",
    metadata,
    c.key("task_id"),  # or `start:<process key>`
    c.key("person_id"),
    c.json("post"),
    c.moment("saved_at"),
)
history = sa.Table(
    "history",
    metadata,
    c.serial(),
    c.maybe_text("instance_id"),
    c.moment("at"),
    c.text("event", None),
    c.text("actor", None),
    c.maybe_text("on_behalf_of"),
    *c.texts("element_id", "element_name", "element_kind"),
    c.maybe_text("element_instance_id"),
    sa.Column("version", sa.Integer, nullable=True),  # of the instance, after the step
    sa.Column("detail", c.JSON, nullable=True),
    sa.Column("live", sa.LargeBinary, nullable=True),  # the instance's state after the step
    sa.Index("ix_history_instance_id", "instance_id", "id"),
    c.partial_index("ix_history_of", "element_instance_id", "id", where="instance_id is null"),
)
decision_log = sa.Table(
    "decision_log",
    metadata,
    c.serial(),
    c.refers("instance_id", "process_instance.id"),
    c.moment("at"),
    c.text("element_id", None),
    c.text("decision", None),
    c.text("decision_version_id", None),
    c.json("inputs"),
    c.json("value"),
    c.json("matched"),
    sa.Index("ix_decision_log_instance_id", "instance_id", "id"),
)
submission = sa.Table(
    "submission",
    metadata,
    c.key("submission_key"),
    c.refers("instance_id", "process_instance.id"),
    c.moment("at"),
)
number_series = sa.Table(
    "number_series",
    metadata,
    c.key("series"),
    sa.Column("fiscal_year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Integer, nullable=False),
)

job = sa.Table(
    "job",
    metadata,
    c.serial(),
    c.text("kind", None),
    c.json("args"),
    c.maybe_text("lock"),  # at most one running job per lock
    c.maybe_text("key", unique=True),  # idempotent enqueue
    c.moment("run_at"),
    c.text("state", "todo"),
    c.count("attempts"),
    c.text("error"),
    *c.maybe_texts("instance_id", "element_instance_id"),
    sa.Index("ix_job_due", "state", "run_at"),
    sa.Index("ix_job_element_instance_id", "element_instance_id"),
    c.partial_index("ix_job_busy", "lock", where="state = 'doing'"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    c.serial(),
    c.text("kind", None),
    c.json("body"),
    c.text("state", "waiting"),
    c.moment("created_at"),
    c.moment("run_at"),
    c.count("attempts"),
    c.text("error"),
    c.maybe_moment("sent_at"),
    c.maybe_text("instance_id"),
    c.partial_index("ix_outbox_due", "kind", "run_at", where="state = 'waiting'"),
    c.partial_index("ix_outbox_mail", "state", "id", where="kind = 'mail'"),
)
subscription = sa.Table(
    "subscription",
    metadata,
    c.key(),
    c.key("kind"),
    c.key("name"),
    c.text("key"),
    c.refers("instance_id", "process_instance.id"),
    c.maybe_text("project_id"),
    c.text("definition_key", None),
    c.moment("opened_at"),
    sa.Index("ix_subscription_name", "kind", "name", "key"),
    sa.Index("ix_subscription_instance_id", "instance_id"),
)
message = sa.Table(
    "message",
    metadata,
    c.key(),
    c.text("name", None),
    c.text("key"),
    *c.maybe_texts("project_id", "system_id"),
    c.json("payload"),
    c.text("state", None),
    c.moment("sent_at"),
    c.moment("valid_until_at"),
    c.maybe_text("from_instance_id"),
    c.text("reason"),
    c.partial_index("ix_message_waiting", "name", "key", where="state = 'waiting'"),
    c.partial_index("ix_message_undelivered", "sent_at", where="state = 'waiting'"),
)
message_delivery = sa.Table(
    "message_delivery",
    metadata,
    sa.Column("message_id", sa.Text, sa.ForeignKey("message.id"), primary_key=True),
    c.key("definition_key"),
    c.maybe_text("instance_id"),
    c.moment("at"),
)
start_key = sa.Table(
    "start_key",
    metadata,
    c.key("definition_key"),
    c.key("name"),
    c.key("project_id"),  # empty: of no project
    c.key("key"),
    c.text("instance_id", None),  # the last one that started by it
    sa.Index("ix_start_key_instance_id", "instance_id"),
)
signal_delivery = sa.Table(
    "signal_delivery",
    metadata,
    c.key("signal_id"),
    c.key("receiver"),  # a subscription, or the key of a process it has started
    c.moment("at"),
    sa.Index("ix_signal_delivery_at", "at"),
)
incident = sa.Table(
    "incident",
    metadata,
    c.serial(),
    c.text("kind", None),
    c.text("code", None),
    c.text("text", None),
    c.text("detail"),
    *c.maybe_texts("instance_id", "element_instance_id", "project_id"),
    *c.texts("element_id", "element_name", "cause", "reason"),
    sa.Column("job_id", sa.BigInteger, nullable=True),
    c.moment("opened_at"),
    c.maybe_moment("resolved_at"),
    c.maybe_text("resolved_by"),
    c.partial_index("ix_incident_open", "instance_id", where="resolved_at is null"),
    c.partial_index("ix_incident_cause", "cause", "id", where="resolved_at is null"),
    sa.Index("ix_incident_element_instance_id", "element_instance_id"),
)
schedule = sa.Table(
    "schedule",
    metadata,
    c.key(),
    c.count("version", 1),
    c.text("template", None),
    c.text("key", None),
    c.text("rule", None),
    c.text("time", "09:00"),
    c.maybe_text("project_id", "project.id"),
    c.maybe_text("system_id", "system.id"),
    c.text("state", None),
    c.text("catch_up", None),
    c.moment("since_at"),
    c.text("reason"),
    sa.UniqueConstraint("template", "project_id", "system_id"),
)
fire_key = sa.Table(
    "fire_key",
    metadata,
    sa.Column("schedule_id", sa.Text, sa.ForeignKey("schedule.id"), primary_key=True),
    sa.Column("planned_at", c.Moment, primary_key=True),
    c.moment("fired_at"),
    c.maybe_text("instance_id"),
    c.text("outcome", None),  # started, caught_up, skipped, failed
)

# WITHOUT ROWID: rows lie by their ids; nothing tells the order of anonymous entries (random ids)
NEWEST = ("register", "written_at", "id", "project_id", "state", "system_id")  # all lists ask for
register_entry = sa.Table(
    "register_entry",
    metadata,
    c.key(),
    c.text("register", None),
    c.text("number"),
    sa.Column("version", sa.Integer, nullable=False),
    c.text("state"),
    c.json("values"),
    c.maybe_text("project_id", "project.id"),
    c.maybe_text("system_id", "system.id"),
    c.moment("written_at"),
    c.text("written_by"),
    c.maybe_text("written_by_instance"),
    sa.Index("ix_register_entry_list", "register", "project_id", "system_id"),
    sa.Index("ix_register_entry_at", *NEWEST),
    sa.Index("ix_register_entry_number", "register", "number", "id"),
    sa.Index("ix_register_entry_state", "register", "state"),
    sa.Index("ix_register_entry_written_by_instance", "written_by_instance"),
    sqlite_with_rowid=False,
)
register_entry_version = sa.Table(
    "register_entry_version",
    metadata,
    sa.Column("entry_id", sa.Text, sa.ForeignKey("register_entry.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    c.text("state"),
    c.json("values"),
    c.moment("written_at"),
    c.text("written_by"),
    c.maybe_text("written_by_instance"),
    c.text("reason"),  # of a change by hand
    sqlite_with_rowid=False,
)
attachment = sa.Table(
    "attachment",
    metadata,
    c.key(),
    c.text("sha256", None),
    c.text("name", None),
    c.text("content_type"),
    sa.Column("byte_count", sa.BigInteger, nullable=False),
    c.text("state", "draft"),
    c.text("uploaded_by", None),
    c.moment("uploaded_at"),
    *c.maybe_texts("project_id", "instance_id"),
    sa.Index("ix_attachment_state", "state", "uploaded_at"),
    sa.Index("ix_attachment_sha256", "sha256"),
    sa.Index("ix_attachment_instance_id", "instance_id"),
)
