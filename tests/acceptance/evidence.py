"""What a story leaves behind: registers, messages, schedules and history, read from the engine."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

from engine.bootstrap import Engine
from engine.domain.access import Actor, Membership
from engine.domain.instance import InstanceHead
from engine.domain.records import RegisterEntry, Schedule
from engine.domain.register_search import Search
from engine.services import instances, messages, overview, registers, schedules, withdrawing
from engine.services.unit import Unit
from engine.storage.queries import testing as queries

PROJECT = "p1"
MOST = 100_000
_VARYING = re.compile(r"[0-9a-f]{32}|\w+-R\d+-\d+|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)?")
# Of parallel tasks the last one ends the activity: what it cannot take back is another's next time.
HANGS_ON_THE_ORDER = frozenset({withdrawing.KEPT, withdrawing.SUBJECT})
ENDED_WITH = "variables"  # of an instance that has ended
_LOOKER = Actor(
    user_id="admin1",
    name="管理者",
    memberships=(Membership(person_id="admin1", role="ADMIN", project_id=None),),
)


def entries(engine: Engine, code: str) -> list[RegisterEntry]:
    """All records of a register."""
    wanted = Search(project_ids=frozenset({PROJECT}))
    return engine.ask(registers.search, code, _LOOKER, wanted, MOST).entries


def values(engine: Engine, code: str, **wanted: Any) -> list[dict[str, Any]]:
    """The values of the records that have these values."""
    found = (dict(entry.values) for entry in entries(engine, code))
    return [one for one in found if all(one[name] == value for name, value in wanted.items())]


def counts(engine: Engine) -> dict[str, int]:
    """Register code -> number of records, of those that have any."""
    codes = [register.code for register in engine.ask(registers.all_registers)]
    return {code: count for code in codes if (count := len(entries(engine, code)))}


def unreceived(engine: Engine) -> list[str]:
    """Names of the messages that nobody has received."""
    return sorted(row.name for row in engine.ask(messages.waiting, _LOOKER))


def schedule(engine: Engine, template: str) -> Schedule:
    return next(row for row in engine.ask(schedules.listing, _LOOKER) if row.template == template)


def heads(engine: Engine, key: str | None = None) -> list[InstanceHead]:
    """All instances (of one process), oldest first."""
    return [head for head in engine.ask(queries.all_heads) if key in (None, head.key)]


def variables(engine: Engine, key: str) -> dict[str, Any]:
    """What the newest instance of that process ended with."""
    return engine.ask(_variables, heads(engine, key)[-1])


def _variables(unit: Unit, head: InstanceHead) -> dict[str, Any]:
    return instances.variables(unit, head)


def traces(engine: Engine) -> dict[str, Any]:
    """All that must be the same when the same story is played again."""
    by_id = {head.id: head for head in heads(engine)}
    return {
        "instances": Counter((head.key, head.subject, str(head.state)) for head in by_id.values()),
        "open tasks": Counter(task.element_id for task in engine.ask(queries.open_tasks)),
        "unreceived": unreceived(engine),
        "registers": {code: _contents(engine, code) for code in counts(engine)},
        "history": _history(engine, by_id),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What only one of two traces holds, line by line."""
    found = []
    for part, had in one.items():
        if part == "registers":
            found += differences(had, other[part])
        elif isinstance(had, Counter):
            found += [f"{part} less: {item}" for item in had - other[part]]
            found += [f"{part} more: {item}" for item in other[part] - had]
        elif had != other[part]:
            found.append(f"{part}: {had} {other[part]}")
    return found + [f"more: {part}" for part in set(other) - set(one)]


def _contents(engine: Engine, code: str) -> Counter[str]:
    return Counter(
        _plain((entry.state, entry.version, sorted(entry.values.items())))
        for entry in entries(engine, code)
    )


def _history(engine: Engine, by_id: dict[str, InstanceHead]) -> Counter[tuple[str, ...]]:
    """Event, process, subject, element, person and detail of every line about an instance."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in engine.ask(overview.history, _LOOKER, size=MOST):
        head = by_id.get(line.instance_id or "")
        if head is not None:
            told = {k: v for k, v in (line.detail or {}).items() if k not in HANGS_ON_THE_ORDER}
            if ENDED_WITH in told:
                # what parallel tasks call by one name is left by whoever was last
                told[ENDED_WITH] = sorted(told[ENDED_WITH])
            detail = _plain(sorted(told.items()))
            place = (head.key, head.subject, line.element_id or "")
            found[(line.event, *place, line.actor or "", detail)] += 1
    return found


def _plain(value: Any) -> str:
    """As text, without ids, 管理番号 and moments."""
    return _sortable(_without_moments(value))


def _sortable(value: Any) -> str:
    return _VARYING.sub("…", repr(value))


def _without_moments(value: Any) -> Any:
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _without_moments(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):  # records of one moment come in any order
        return sorted((_without_moments(item) for item in value), key=_sortable)
    return value
