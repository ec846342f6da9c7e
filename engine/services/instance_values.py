"""Keeping what instances are looked for by: their data items, a moment after each step.

The worker reads the history from where it stopped and writes the newest values of the instances
that have moved.  Doing a part twice changes nothing, so it may be killed at any moment.
"""

from __future__ import annotations

import unicodedata

from engine.domain.instance_values import ValueRow, value_rows
from engine.execution.act import COMPLETED_BY, REPRESENTED
from engine.execution.codec import StateError
from engine.execution.data import data_of
from engine.services.unit import Unit
from engine.storage import instance_values as rows
from engine.storage.instance_values import Mark, State

AT_ONCE = 100  # steps of the history in one writing transaction
MOST_NAMES = 300
CANCELLED = "instance_cancelled"
OF_THE_ENGINE = frozenset({COMPLETED_BY, REPRESENTED})

__all__ = ["Mark", "index_some", "is_settled", "mark", "names", "progress"]


def mark(unit: Unit) -> Mark | None:
    """How far the history can be read now; None when all of it has been."""
    return rows.mark(unit)


def is_settled(unit: Unit, mark: Mark) -> bool:
    """Whether all lines up to the mark are there to be read."""
    return rows.is_settled(unit, mark)


def index_some(unit: Unit, mark: Mark) -> bool:
    """Write the values after the next steps up to the mark; False when there were no more."""
    read, _ = rows.reach(unit)
    steps = rows.next_steps(unit, read, mark.history_id, AT_ONCE)
    if steps:
        states = rows.states(unit, [line for line, _ in steps])
        new = {one.instance_id: set(_values(unit, one)) for one in states}
        roots = {one.instance_id: one.root_id for one in states}
        rows.put(unit, roots, rows.known(unit, roots), new)
    is_last = len(steps) < AT_ONCE
    reached = mark.history_id if is_last else steps[-1][0]
    if reached > read:
        rows.read(unit, reached)
    return not is_last


def _values(unit: Unit, state: State) -> list[ValueRow]:
    """What the instance holds; nothing where its state cannot be read, which others report."""
    try:
        live = unit.office.models.unpacked(unit, state.definition_id, state.live)
    except StateError:
        return []
    found = data_of(live, is_cancelled=state.event == CANCELLED)
    return value_rows({name: v for name, v in found.items() if name not in OF_THE_ENGINE})


def progress(unit: Unit) -> tuple[int, int]:
    """Up to which line the values are known, and the newest line of the history."""
    return rows.reach(unit)


def names(unit: Unit) -> list[str]:
    """The names of the data items one can look for."""
    return rows.names(unit, MOST_NAMES)


def name_text(typed: str) -> str:
    """The name of a data item as it is kept."""
    return unicodedata.normalize("NFKC", typed).strip()
