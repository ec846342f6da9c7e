"""代理: one person's work in the hands of another, for a span of days and perhaps one process.

A proxy acts with the rights of the holder, never with what the holder has received himself, so
nothing is passed on.  Beyond that, nobody is holder and proxy at the same time for the same
process: the work would wait for somebody who is away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from engine.domain.access import Actor
from engine.domain.values import TOKYO
from engine.domain.working_days import tokyo_date

LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """Both days count whole, in Tokyo.  `process_key` None: tasks of every process."""

    id: str
    person_id: str  # the holder, who is away
    proxy_id: str
    process_key: str | None = None
    valid_from_on: date
    valid_to_on: date
    reason: str = ""
    created_by: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None  # ended before its last day

    def is_active(self, at: datetime) -> bool:
        return self.valid_from_on <= tokyo_date(at) <= self.valid_to_on and not self.has_ended(at)

    @property
    def end_at(self) -> datetime:
        """24:00 of the last day in Tokyo, or earlier."""
        last = datetime.combine(self.valid_to_on + timedelta(days=1), time(), TOKYO)
        return last if self.ended_at is None else min(last, self.ended_at)

    def has_ended(self, at: datetime) -> bool:
        return self.end_at <= at

    def covers(self, process_key: str) -> bool:
        return self.process_key in (None, process_key)

    def overlaps(self, other: Delegation) -> bool:
        """Whether both are about the same days and processes."""
        days = self.valid_from_on <= other.valid_to_on and other.valid_from_on <= self.valid_to_on
        both = (self.process_key, other.process_key)
        return days and (None in both or self.process_key == other.process_key)


class Fault(StrEnum):
    """Why a delegation cannot be set up; each belongs to one field of the form."""

    ONESELF = "oneself"
    INACTIVE = "inactive"
    OUTSIDER = "outsider"  # an external party in the place of one of the office
    CIRCLE = "circle"  # the proxy is represented by the holder
    PROXY_IS_AWAY = "proxy_is_away"  # the proxy has a proxy
    HOLDER_IS_PROXY = "holder_is_proxy"  # the holder represents somebody
    TWICE = "twice"
    PAST = "past"
    BACKWARDS = "backwards"
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True)
class Party:
    """One of the two people, as far as the rules ask."""

    actor: Actor
    is_active: bool = True


def fault_of_people(holder: Party, proxy: Party) -> Fault | None:
    """Whether this person may represent that one at all."""
    if holder.actor.user_id == proxy.actor.user_id:
        return Fault.ONESELF
    if not proxy.is_active:
        return Fault.INACTIVE
    if proxy.actor.is_external and not holder.actor.is_external:
        return Fault.OUTSIDER
    return None


def fault_of_days(new: Delegation, today: date) -> tuple[str, Fault] | None:
    """(from or to, fault)"""
    if new.valid_from_on < today:
        return "from", Fault.PAST
    if new.valid_to_on < new.valid_from_on:
        return "to", Fault.BACKWARDS
    if new.valid_to_on - new.valid_from_on > LONGEST:
        return "to", Fault.TOO_LONG
    return None


def clash(new: Delegation, others: Iterable[Delegation]) -> tuple[Fault, Delegation] | None:
    """The first rule that one of `others` (none of them ended) makes the new one break."""
    near = [other for other in others if other.overlaps(new)]
    rules = (
        (Fault.CIRCLE, lambda o: (o.person_id, o.proxy_id) == (new.proxy_id, new.person_id)),
        (Fault.TWICE, lambda o: o.person_id == new.person_id),
        (Fault.PROXY_IS_AWAY, lambda o: o.person_id == new.proxy_id),
        (Fault.HOLDER_IS_PROXY, lambda o: o.proxy_id == new.person_id),
    )
    for fault, breaks in rules:
        for other in near:
            if breaks(other):
                return fault, other
    return None
