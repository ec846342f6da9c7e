"""検索: everything with a 管理番号, by the number or by words, within one's rights."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from operator import attrgetter

from engine.domain.access import Actor
from engine.domain.instance import InstanceHead
from engine.domain.records import RegisterEntry
from engine.domain.register_keys import plain
from engine.domain.user_task import UserTask
from engine.services import instance_list
from engine.services.instance_list import InstanceFilter, InstanceRow, PageAsked, number_text
from engine.services.unit import Unit
from engine.storage.queries import search as queries
from engine.storage.queries.search import Within

MOST = 10  # of each kind
MOST_WORDS = 5
INSTANCE, ENTRY = "instance", "entry"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The one thing of a number.  `kind`: instance or entry (of `register`)."""

    kind: str
    id: str
    register: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What fits, at most 10 of each kind; `more` names the kinds of which there are more."""

    instances: tuple[InstanceRow, ...]
    tasks: tuple[tuple[UserTask, InstanceHead], ...]
    entries: tuple[RegisterEntry, ...]
    more: frozenset[str]

    @property
    def is_empty(self) -> bool:
        return not (self.instances or self.tasks or self.entries)


def exactly(unit: Unit, actor: Actor, text: str) -> Target | None:
    """What bears exactly this number; None when nothing does, or more than one thing."""
    number = number_text(text)
    if not number:
        return None
    numbers = sorted({number, number.upper()})
    within = _within(unit, actor)
    targets = [
        *(Target(kind=INSTANCE, id=id_) for id_ in queries.instance_ids(unit, numbers, within)),
        *(
            Target(kind=ENTRY, id=id_, register=register)
            for register, id_ in queries.entry_ids(unit, numbers, within)
        ),
    ]
    return targets[0] if len(targets) == 1 else None


def everywhere(unit: Unit, actor: Actor, text: str) -> Found:
    """Cases by number or subject, open tasks by name, records by what they hold."""
    words = unicodedata.normalize("NFKC", text).split()[:MOST_WORDS]
    if not words:
        return Found(instances=(), tasks=(), entries=(), more=frozenset())
    within = _within(unit, actor)
    cases = _cases(unit, actor, text)
    tasks = queries.open_tasks(unit, words, within, MOST + 1)
    entries = queries.entries(unit, [plain(word) for word in words], within, MOST + 1)
    counts = {"instances": len(cases), "tasks": len(tasks), "entries": len(entries)}
    return Found(
        instances=tuple(cases[:MOST]),
        tasks=tuple(tasks[:MOST]),
        entries=tuple(entries[:MOST]),
        more=frozenset(name for name, count in counts.items() if count > MOST),
    )


def _cases(unit: Unit, actor: Actor, text: str) -> list[InstanceRow]:
    """By the beginning of the number, then by words of the subject."""
    page = PageAsked(size=MOST + 1)
    asked = (InstanceFilter(number=text), InstanceFilter(text=text, with_called=True))
    found = {
        row.head.id: row
        for one in asked
        for row in instance_list.listing(unit, actor, one, page).rows
    }
    return list(found.values())


def _within(unit: Unit, actor: Actor) -> Within:
    """An anonymous register is searched on its own page alone."""
    known = sorted(unit.office.registers.values(), key=attrgetter("code"))
    return Within(
        project_ids=instance_list.seen_projects(actor),
        me=actor.user_id,
        registers=tuple(register.code for register in known if not register.anonymous),
    )
