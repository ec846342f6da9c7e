"""The tables of people: where they work, what they may do, and how they sign in."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

organisation = sa.Table(
    "organisation",
    metadata,
    c.key(),
    c.text("name", None),
    c.text("reading"),  # in kana; lists are sorted by it
    c.flag("is_closed"),
    c.count("version", 1),
)
project = sa.Table(
    "project",
    metadata,
    c.key(),
    c.text("name", None),
    c.text("reading"),
    c.flag("is_closed"),  # nothing new is started
    c.count("version", 1),
)
system = sa.Table(
    "system",
    metadata,
    c.key(),
    c.text("name", None),
    c.refers("project_id", "project.id"),
    c.text("reading"),
    sa.Column("valid_from_on", sa.Date, nullable=True),  # in operation from that day
    sa.Column("valid_to_on", sa.Date, nullable=True),
    c.flag("is_closed"),
    c.count("version", 1),
)
person = sa.Table(
    "person",
    metadata,
    c.key(),
    c.text("login", None, unique=True),
    c.text("name", None),
    c.maybe_text("organisation_id", "organisation.id"),
    c.text("email"),
    c.text("password_hash", None),
    c.flag("is_active", default=True),
    c.flag("is_demo"),
    c.count("session_epoch"),
    c.text("reading"),
    c.flag("must_change_password"),  # it was given by an administrator
    c.count("version", 1),  # of the person with all memberships
)
membership = sa.Table(
    "membership",
    metadata,
    c.serial(),
    c.refers("person_id", "person.id"),
    c.text("role", None),
    c.maybe_text("project_id", "project.id"),
    c.flag("is_head"),
    sa.Column("valid_from_on", sa.Date, nullable=False),
    sa.Column("valid_to_on", sa.Date, nullable=False),
    sa.Index("ix_membership_person_id", "person_id"),
    sa.Index("ix_membership_role", "role", "project_id"),
)
sign_in_attempt = sa.Table(
    "sign_in_attempt",
    metadata,
    c.serial(),
    c.text("login", None),
    c.text("address", None),
    c.flag("succeeded"),
    c.moment("at"),
    sa.Index("ix_sign_in_attempt_login", "login", "at"),
    sa.Index("ix_sign_in_attempt_address", "address", "at"),
)
