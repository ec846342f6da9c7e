"""What each step of an instance has done to its data, and whom it exchanged messages with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.access import Actor, may_see_instance
from engine.domain.errors import NotFoundError
from engine.domain.instance import HistoryEntry, InstanceHead, InstanceStep, ItemChange, Partner
from engine.execution.codec import StateError
from engine.execution.data import data_of
from engine.execution.sameness import same
from engine.services.instance_values import CANCELLED, OF_THE_ENGINE
from engine.services.unit import Unit
from engine.storage import history as history_rows
from engine.storage import instances as rows
from engine.storage.queries import instance_path as queries
from engine.storage.queries.instance_path import PastState

MOST_STATES = 40  # that are read for one page
MOST_STEPS = 1_000


def changes(
    unit: Unit, instance_id: str, entries: Sequence[HistoryEntry], actor: Actor
) -> Mapping[int, tuple[ItemChange, ...]]:
    """Line of the history -> what its step made of the data; lines without any change are left out.

    `entries`: the lines that are shown, of which the newest 40 steps are looked at.
    """
    head = _seen(unit, instance_id, actor)
    if not entries:
        return {}
    wanted = {entry.id for entry in entries}
    found = _data(unit, head, max(wanted), MOST_STATES)
    told = {}
    for (line, after), (_, before) in zip(found, [*found[1:], (0, {})], strict=True):
        is_whole = len(found) < MOST_STATES or line != found[-1][0]
        if line in wanted and is_whole and (differences := between(before, after)):
            told[line] = differences
    return told


def numbers(
    unit: Unit, instance_id: str, entries: Sequence[HistoryEntry], actor: Actor
) -> frozenset[int]:
    """Which of the lines lead to a state that can be looked at."""
    head = _seen(unit, instance_id, actor)
    oldest = min((entry.id for entry in entries), default=0)
    return frozenset(queries.steps_since(unit, head.id, oldest, MOST_STEPS))


def step(unit: Unit, instance_id: str, line: int, actor: Actor) -> InstanceStep:
    """One step with the data before and after it.

    Raises:
        NotFoundError: no such step, or none the actor may see.
    """
    head = _seen(unit, instance_id, actor)
    found = _data(unit, head, line, 2)
    if not found or found[0][0] != line:
        raise NotFoundError("step", f"{instance_id}/{line}")
    later = queries.next_step(unit, head.id, line)
    before = history_rows.NEWEST if later is None else later
    entries = history_rows.of_instance(unit, head.id, before, MOST_STEPS)
    first, *rest = sorted((one for one in entries if one.id >= line), key=lambda one: one.id)
    before_data = found[1][1] if len(found) > 1 else {}
    return InstanceStep(
        head=head,
        entry=first,
        passed=tuple(one for one in rest if one.at == first.at),
        changes=between(before_data, found[0][1]),
        data={name: value for name, value in found[0][1].items() if _is_item(name)},
        earlier=found[1][0] if len(found) > 1 else None,
        later=later,
    )


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ItemChange, ...]:
    """The data items that differ, in the order in which they came."""
    names = [name for name in {**before, **after} if _is_item(name)]
    return tuple(
        ItemChange(name=name, before=before.get(name), after=after.get(name))
        for name in names
        if not same(before.get(name), after.get(name))
    )


def _is_item(name: str) -> bool:
    """Data items have Japanese names; the others are the diagram's own."""
    return not name.isascii() and name not in OF_THE_ENGINE


def _seen(unit: Unit, instance_id: str, actor: Actor) -> InstanceHead:
    found = rows.get_head(unit, instance_id)
    if not may_see_instance(actor, found.started_by, found.project_id):
        raise NotFoundError("process_instance", instance_id)
    return found


def _data(
    unit: Unit, head: InstanceHead, newest: int, most: int
) -> list[tuple[int, Mapping[str, Any]]]:
    """Line and data of the steps up to that line, newest first."""
    states = queries.states(unit, head.id, newest, most)
    return [(one.line, _held(unit, head, one)) for one in states]


def _held(unit: Unit, head: InstanceHead, state: PastState) -> Mapping[str, Any]:
    """What the instance held then; nothing where its state cannot be read."""
    try:
        live = unit.office.models.unpacked(unit, head.definition_id, state.live)
    except StateError:
        return {}
    return data_of(live, is_cancelled=state.event == CANCELLED)


def partners(
    unit: Unit, head: InstanceHead, entries: Sequence[HistoryEntry], actor: Actor
) -> tuple[Partner, ...]:
    """The instances with which messages were exchanged, of those the actor may see.

    `entries`: the history, whose lines name the messages.
    """
    ids = {str(entry.detail["message_id"]) for entry in entries if "message_id" in entry.detail}
    times: Counter[tuple[str, str, bool]] = Counter()
    for one in queries.exchanges(unit, ids):
        is_sender = one.sender != head.id
        other = one.sender if is_sender else one.receiver
        is_ours = not is_sender or one.receiver == head.id
        if other is not None and other != head.id and is_ours:
            times[other, one.name, is_sender] += 1
    heads = queries.heads(unit, (other for other, _, _ in times))
    return tuple(
        Partner(head=heads[other], message=name, is_sender=is_sender, times=count)
        for (other, name, is_sender), count in times.items()
        if may_see_instance(actor, heads[other].started_by, heads[other].project_id)
    )


def sign(unit: Unit, head: InstanceHead) -> str:
    """Another text as soon as anything happens to the instance or to its open tasks."""
    tasks = [f"{id_[:8]}{version}" for id_, version in queries.open_versions(unit, head.id)]
    return "-".join([str(head.version), head.state, str(unit.today), *tasks])
