"""操作の記録: what has happened everywhere, by person, kind and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.domain.access import Actor
from engine.domain.values import TOKYO
from engine.services import people
from engine.services.unit import Unit
from engine.storage.folding import fold
from engine.storage.history import NEWEST
from engine.storage.queries import history as queries
from engine.storage.queries import people as people_queries
from engine.storage.queries.history import HistoryLine, Wanted

MOST_PEOPLE = 20
MOST_WORDS = 5
# What happens by itself on the way from one task to the next.
AUTOMATIC = (
    "element_completed",
    "element_cancelled",
    "element_failed",
    "call_ended",
    "call_escalated",
    "operation_finished",
    "timer_fired",
)
KINDS: Mapping[str, tuple[str, ...]] = {
    "instances": (
        "instance_started",
        "instance_ended",
        "instance_cancelled",
        "instance_suspended",
        "instance_resumed",
        "instance_rewound",
        "instance_moved",
        "variables_changed",
        "instance_migrated",
        "migration_undone",
    ),
    "tasks": (
        "task_claimed",
        "task_unclaimed",
        "task_completed",
        "task_withdrawn",
        "activity_chosen",
        "choice_ended",
        "task_assigned",
        "task_reminded",
        "comment_edited",
        "comment_withdrawn",
    ),
    "messages": (
        "message_sent",
        "message_received",
        "message_discarded",
        "mail_sent_again",
        "mail_discarded",
    ),
    "trouble": (
        "incident_opened",
        "incident_retried",
        "incident_set_aside",
        "operation_failed",
    ),
    "models": (
        "deployed",
        "model_draft_opened",
        "model_draft_taken_over",
        "model_draft_discarded",
        "model_file_removed",
        "import_question_settled",
        "import_question_reopened",
        "model_imported",
    ),
    "schedules": (
        "schedule_paused",
        "schedule_resumed",
        "schedule_run_by_hand",
        "schedule_rule_changed",
        "schedule_policy_changed",
        "schedule_skipped",
        "schedule_failed",
    ),
    "registers": ("register_entered", "register_edited", "register_imported", "batch_begun"),
    "people": (
        "person_added",
        "person_changed",
        "person_deactivated",
        "person_activated",
        "password_changed",
        "sign_in_released",
        "membership_added",
        "membership_changed",
        "membership_ended",
        "membership_withdrawn",
        "delegation_given",
        "delegation_ended",
        "mail_chosen",
    ),
    "places": tuple(
        f"{kind}_{verb}"
        for kind in ("organisation", "project", "system")
        for verb in ("added", "changed")
    ),
    "automatic": AUTOMATIC,
}


@dataclass(frozen=True, kw_only=True)
class HistoryFilter:
    """What the page is asked for; both days count whole, in Tokyo."""

    person: str = ""
    kind: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """Lines, newest first; `older` and `newer`: where the neighbours begin, 0 where none are."""

    lines: tuple[HistoryLine, ...]
    older: int
    newer: int


def listing(
    unit: Unit,
    actor: Actor,
    asked: HistoryFilter,
    *,
    before: int = 0,
    after: int = 0,
    size: int = 50,
) -> HistoryPage:
    """One page: the newest, those before a line, or those after one.

    Raises:
        NotAnAdministratorError
    """
    people.check(actor)
    wanted = _wanted(unit, asked, before or NEWEST, after)
    found = queries.lines(unit, wanted, size + 1)
    more = len(found) > size
    shown = (found[1:] if after else found[:size]) if more else found
    has_older = more if not after else True
    has_newer = more if after else bool(before)
    return HistoryPage(
        lines=tuple(shown),
        older=shown[-1].entry.id if shown and has_older else 0,
        newer=shown[0].entry.id if shown and has_newer else 0,
    )


def _wanted(unit: Unit, asked: HistoryFilter, before: int, after: int) -> Wanted:
    first, last = 0, NEWEST
    if asked.from_on is not None:
        first = queries.first_since(unit, _begin(asked.from_on))
    if asked.to_on is not None:
        last = queries.first_since(unit, _begin(asked.to_on + timedelta(days=1))) - 1
    return Wanted(
        actors=_actors(unit, asked.person) if asked.person else None,
        events=KINDS.get(asked.kind),
        without=AUTOMATIC,
        first_id=first,
        last_id=last,
        before_id=before,
        after_id=after,
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def _actors(unit: Unit, text: str) -> tuple[str, ...]:
    """Those of exactly this name; else those whose name, reading or login holds the words."""
    exact = queries.named(unit, text.strip())
    if exact:
        return exact
    words = tuple(fold(text).split()[:MOST_WORDS])
    wanted = people_queries.Wanted(on=unit.today, words=words)
    found, _total = people_queries.page(unit, wanted, "reading", 0, MOST_PEOPLE)
    by_itself = [id_ for id_, name in people.SYSTEM_NAMES.items() if fold(text) in fold(name)]
    return (*(one.id for one in found), *by_itself)
