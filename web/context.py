"""What may a view reach for: the engine, the person at the keyboard, the office's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import current_app, g

from engine.bootstrap import Engine
from engine.domain.access import Actor
from engine.domain.person import Person
from engine.domain.working_days import Calendar, tokyo_date
from engine.sandbox import Sandbox
from engine.services.unit import Unit

EXTENSION = "unei"
SANDBOX = "unei_sandbox"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the pages are served.

    `office` stands in the footer.  A session ends after `idle_minutes` without a request, and
    `session_hours` after the sign-in at the latest.
    """

    secret_key: bytes
    version: str
    office: str = ""
    idle_minutes: int = 60
    session_hours: int = 12
    upload_megabytes: int = 20
    proxies: int = 0  # trusted proxies in front
    is_https: bool = False


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One moment and the office's calendar, the same for the whole request."""

    now: datetime
    calendar: Calendar

    @property
    def today(self) -> date:
        return tokyo_date(self.now)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    person: Person
    actor: Actor


def engine() -> Engine:
    return cast(Engine, current_app.extensions[EXTENSION][0])


def options() -> Options:
    return cast(Options, current_app.extensions[EXTENSION][1])


def sandbox() -> Sandbox | None:
    """The sandbox whose pages these are; None in the real office."""
    return cast("Sandbox | None", current_app.extensions.get(SANDBOX))


def signed_in() -> SignedIn | None:
    """Who is at the keyboard; the session loader puts it here."""
    return cast("SignedIn | None", g.get("signed_in"))


def actor() -> Actor:
    """The person at the keyboard as the rules see them; pages behind the sign-in only."""
    found = signed_in()
    if found is None:
        raise RuntimeError("no page without a sign-in asks who is acting")
    return found.actor


def clock() -> Clock:
    if "clock" not in g:
        g.clock = engine().ask(_clock)
    return cast(Clock, g.clock)


def _clock(unit: Unit) -> Clock:
    return Clock(now=unit.now, calendar=unit.calendar)
