"""The tables that tell whether all is well: processes that are alive, and pages that failed."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage import columns as c
from engine.storage.metadata import metadata

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    c.key("process"),  # drawn at random when the process starts
    c.text("place"),  # machine and number of the process
    c.moment("started_at"),
    c.moment("seen_at"),
    c.maybe_moment("worked_at"),  # when its worker last had the lock and looked for jobs
    c.maybe_moment("looked_at"),  # when its clock last looked for periodic starts
)
fault = sa.Table(
    "fault",
    metadata,
    c.key("number"),  # as the page has shown it
    c.moment("at"),
    c.text("place"),  # method and address, without the query
    c.maybe_text("person_id"),
    c.text("kind"),  # of the error
    c.text("trace"),
    sa.Index("ix_fault_at", "at"),
)
