"""The rows of a state, rewritten for another version of its process.

What is over stays where it is: its place in the new version, or, where there is none, a node of
the engine that means nothing and only hands on the data.  What is foretold is left out, to be
foretold anew.  What is alive needs a place of its own kind in the new version, or is refused.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.execution.compensation import TODO
from engine.execution.definitions import ARMED
from engine.execution.elements import Scope
from engine.execution.events import CAME, Waiting
from engine.execution.joins import Join
from engine.execution.live import Definition
from engine.execution.normalising import ADDED

ERROR, WAITING = TaskState.ERROR, TaskState.WAITING
FORETOLD = TaskState.PREDICTED_MASK | TaskState.FUTURE
OVER = TaskState.COMPLETED | TaskState.CANCELLED
WITH_OBJECTS = 7  # length of a head that tells of data objects
PARENT, NAME, STATE, ID, INTERNAL = 0, 1, 2, 3, 6  # places in a row of the codec
Row = list[Any]
Slot = tuple[str, str]  # id of a task, and which of the things it waits for


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an instance cannot go to the other version: code, element, and the sentence for it."""

    code: str
    element_id: str
    text: str


@dataclass(kw_only=True)
class Notes:
    """What was found on the way.

    `foretell`: tasks whose way ahead has to be foretold; `dropped`: boundary events that are gone;
    `renewed`: things to be armed anew; `slots`: where a kept one has moved to; `names`: id of a
    live task -> its new place; `released`: id of the task a sub-process runs in, empty for the
    process -> names of data objects that are none in the new version.
    """

    reasons: list[Reason] = field(default_factory=list)
    foretell: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    renewed: set[Slot] = field(default_factory=set)
    slots: dict[Slot, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    released: dict[str, set[str]] = field(default_factory=dict)

    def refuse(self, code: str, spec: Any, text: str) -> None:
        """Note it, once for each element: what follows from it is not told as well."""
        element_id = spec.bpmn_id or getattr(spec, "drawn", "") or spec.name
        shown = spec.bpmn_name or getattr(spec, "drawn_name", "") or element_id
        if any(reason.element_id == element_id for reason in self.reasons):
            return
        self.reasons.append(Reason(code=code, element_id=element_id, text=text.format(shown)))


GONE: Final = "「{}」は新しい版にありません。"
MOVED: Final = "「{}」は新しい版では別のサブプロセスの中か外にあります。"
KIND: Final = "「{}」は新しい版では別の種類の要素です。"
BOUND: Final = "「{{}}」の{}が新しい版では違います。"
JOIN: Final = "「{}」で合流を待っていますが、新しい版では合流する流れが違います。"
UNDO: Final = "「{}」を取り消す作業が新しい版にありません。"
PATH: Final = "「{}」から始まった作業が残っていますが、新しい版にはその出来事がありません。"
RUNG: Final = "「{}」はもう起きていますが、新しい版では起きたあとの進み方が違います。"


class Places:
    """Node of one version -> node of the other, in one process or sub-process.

    `mapping`: element id -> element id, for those that are not called the same.
    """

    def __init__(self, old: Any, new: Any, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self._mapping = old, new, mapping

    def name(self, name: str) -> str:
        """What the node of the old version is called in the new one, if it is there."""
        if name == self.old.end.name:
            return str(self.new.end.name)
        # A node of the engine's own is called after an element or scope, with a space or a dot
        # behind it: `<element> [child]`, `<element>.BoundaryEventSplit`.
        # What `normalising` adds has `#` behind the element, or the scope, it stands for.
        element, mark, what = name.partition(ADDED)
        if mark:
            return f"{self._mapping.get(element, element)}{mark}{what}"
        base, space, rest = name.partition(" ")
        rest = space + rest
        if self.old.task_specs[name].bpmn_id is None and base not in self.old.task_specs:
            element, dot, suffix = base.rpartition(".")
            base, rest = (element, dot + suffix + rest) if dot else (base, rest)
        return f"{self._mapping.get(base, base)}{rest}"

    def find(self, name: str) -> Any | None:
        return self.new.task_specs.get(self.name(name))


class Rewriting:
    """One instance's rows; `notes` tell what is left to be done when they have been loaded."""

    def __init__(self, old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
        self._old, self._new, self._mapping = old, new, mapping
        self._owned: dict[str, Places] = {}  # id of the task a sub-process runs in
        self.notes = Notes()

    def rewrite(self, state: dict[str, Any]) -> dict[str, Any]:
        """The state for the new version; it holds only if there are no reasons against it."""
        top = Places(self._old.process, self._new.process, self._mapping)
        rows = self._rows(top, state["t"])
        scopes, entries = [], state["s"]
        while entries:  # an owner may live in another sub-process: it comes first
            ready = [entry for entry in entries if entry[0] in self._owned]
            if not ready:
                break  # what runs in something that cannot go along
            for owner, _, head, inner in ready:
                places = self._owned[owner]
                scopes.append(
                    [
                        owner,
                        places.new.name,
                        self._head(places, head, owner),
                        self._rows(places, inner),
                    ]
                )
            entries = [entry for entry in entries if entry not in ready]
        head = self._head(top, state["h"])
        return {**state, "d": self._new.hash, "h": head, "t": rows, "s": scopes}

    def _head(self, places: Places, head: list[Any], owner: str = "") -> list[Any]:
        """What is kept of a scope beside its tasks: what can be undone in it, its data objects."""
        if len(head) < WITH_OBJECTS:
            return [*head[:4], *(self._undoable(places, entries) for entries in head[4:])]
        completions, objects, states = head[4:]
        kept = {name: value for name, value in objects.items() if name in places.new.declared}
        self.notes.released[owner] = objects.keys() - kept.keys()
        if not places.new.declared:
            undoable = self._undoable(places, completions)
            return [*head[:4], undoable] if undoable else head[:4]
        states = {name: state for name, state in states.items() if name in kept}
        return [*head[:4], self._undoable(places, completions), kept, states]

    def _undoable(self, places: Places, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What was completed and can be undone, by the elements of the new version."""
        made = []
        for entry in entries:
            spec = places.old.task_specs[entry["element"]]
            target = places.find(spec.name)
            if target is None or target.name not in places.new.undone:
                self.notes.refuse("undo", spec, UNDO)
                continue
            new = {**entry, "element": target.name}
            if "inner" in entry:
                new["inner"] = self._undoable(self._inside(spec, target), entry["inner"])
            made.append(new)
        return made

    def _inside(self, spec: Any, target: Any) -> Places:
        old, new = self._old.subprocesses[spec.spec], self._new.subprocesses[target.spec]
        return Places(old, new, self._mapping)

    def _rows(self, places: Places, rows: list[Row]) -> list[Row]:
        kept: list[Row] = []
        at: dict[int, int] = {-1: -1}  # index before -> index after
        lively = _lively(rows)
        working = _lively(rows, places.old.end.name)
        for index, row in enumerate(rows):
            above = rows[row[PARENT]] if row[PARENT] >= 0 else None
            if row[STATE] & FORETOLD:
                if above is not None and not above[STATE] & (FORETOLD | OVER):
                    self.notes.foretell.add(above[ID])
                continue
            new = self._row(places, row, above)
            if isinstance(places.old.task_specs[row[NAME]], BoundaryEvent):
                goes_on = index in working
                self._follow(places, row, new, has_path=index in lively, goes_on=goes_on)
            if new is None:
                self.notes.dropped.add(row[ID])
                continue
            if row[PARENT] not in at:
                continue  # below something that is gone; that has been refused
            at[index] = len(kept)
            kept.append([at[row[PARENT]], *new[1:]])
        return kept

    def _follow(
        self, places: Places, row: Row, new: Row | None, *, has_path: bool, goes_on: bool
    ) -> None:
        """What a boundary event has started, joins look for by the event it comes from.

        `goes_on`: there is work left on its path, and not only an end that waits for the others.
        """
        spec = places.old.task_specs[row[NAME]]
        target: Any = None if new is None else places.new.task_specs[new[NAME]]
        is_event = type(target) is type(spec)
        if not has_path or (is_event and target.cancel_activity == spec.cancel_activity):
            return
        if new is not None and spec.cancel_activity:
            return  # its activity is over, the path stands
        if goes_on:
            self.notes.refuse("path", spec, PATH)
        elif is_event:  # joins would take it for one that has ended its activity
            self.notes.refuse("path", spec, RUNG)

    def _row(self, places: Places, row: Row, above: Row | None) -> Row | None:
        """The row for the new version; None if what it says is not there any more."""
        spec, target = places.old.task_specs[row[NAME]], places.find(row[NAME])
        if row[STATE] & OVER:
            return self._past(places, row, spec, target)
        if isinstance(spec, BoundaryEvent) and not _is_attached(places, target, above):
            return None
        if target is None:
            elsewhere = places.name(row[NAME]) in set(_all_names(self._new))
            code, text = ("scope", MOVED) if elsewhere else ("gone", GONE)
            self.notes.refuse(code, spec, text)
            return row
        self.notes.names[row[ID]] = target.name
        if self._fits(spec, target) and self._is_fed(places, spec, target, above):
            return self._alive(places, row, spec, target)
        return row

    def _past(self, places: Places, row: Row, spec: Any, target: Any) -> Row:
        """A visit that is over, which joins and boundary events ahead may still look for."""
        is_like = type(target) is type(spec) or not isinstance(target, (BoundaryEvent, LoopTask))
        name = target.name if target is not None and is_like else places.new.start.name
        return [row[PARENT], name, *row[2:]]

    def _fits(self, spec: Any, target: Any) -> bool:
        if type(spec) is not type(target) or spec.kind != target.kind:
            self.notes.refuse("kind", spec, KIND)
            return False
        if _own(spec) != _own(target):
            self.notes.refuse("bound", spec, BOUND.format("入力と出力"))
            return False
        for name, words in getattr(spec, "bound", {}).items():
            if _shown(getattr(spec, name)) != _shown(getattr(target, name)):
                self.notes.refuse("bound", spec, BOUND.format(words))
                return False
        return True

    def _is_fed(self, places: Places, spec: Any, target: Any, above: Row | None) -> bool:
        """Whether the flow a join has been reached on still leads to it."""
        if not isinstance(spec, Join) or above is None:
            return True
        if places.name(above[NAME]) in target._inputs:
            return True
        self.notes.refuse("join", spec, JOIN)
        return False

    def _alive(self, places: Places, row: Row, spec: Any, target: Any) -> Row:
        if isinstance(spec, Scope) and row[STATE] == TaskState.STARTED:
            self._owned[row[ID]] = self._inside(spec, target)
        made = [row[PARENT], target.name, *row[2:]]
        internal = row[INTERNAL]
        if internal and TODO in internal:
            made[INTERNAL] = {**internal, TODO: self._undoable(places, internal[TODO])}
        if isinstance(spec, Waiting) and internal and ARMED in internal:
            made[INTERNAL] = {**internal, ARMED: self._armed(places, row, spec, target)}
        return made

    def _armed(self, places: Places, row: Row, spec: Any, target: Any) -> dict[str, Any]:
        """What is kept of the things it waits for; what is new or drawn otherwise is noted."""
        kept, armed = row[INTERNAL][ARMED], {}
        if row[INTERNAL].get(CAME) and _drawn(spec) != _drawn(target):
            self.notes.refuse("kind", spec, KIND)  # some of what it needs has come
        before = {
            (slot if by is spec else places.name(by.name)): (slot, what)
            for slot, what, by in spec.definitions()
        }
        for slot, what, by in target.definitions():
            old_slot, old = before.get(slot if by is target else by.name, (None, None))
            if old is not None and old_slot in kept and what.is_kept(old):
                armed[slot] = kept[old_slot]
                self.notes.slots[row[ID], old_slot] = slot
            elif isinstance(spec, BoundaryEvent) or by is not target or type(old) is type(what):
                self.notes.renewed.add((row[ID], slot))
            else:
                self.notes.refuse("kind", spec, KIND)
        return armed


def _lively(rows: list[Row], but: str = "") -> set[int]:
    """The rows that have something alive below them, other than a node of that name."""
    found: set[int] = set()
    for index in range(len(rows) - 1, 0, -1):
        row = rows[index]
        if index in found or (not row[STATE] & (FORETOLD | OVER) and row[NAME] != but):
            found.add(row[PARENT])
    return found


def _is_attached(places: Places, target: Any | None, above: Row | None) -> bool:
    """Whether the boundary event is still one of the activity it waits on."""
    if target is None or above is None:
        return False
    return places.name(above[NAME]) in target._inputs


def _drawn(spec: Any) -> list[tuple[str, type]]:
    """How many things an event waits for, and of what kinds."""
    return [(slot, type(what)) for slot, what, _ in spec.definitions()]


def _all_names(definition: Definition) -> Iterator[str]:
    for scope in (definition.process, *definition.subprocesses.values()):
        yield from scope.task_specs


def _own(spec: Any) -> set[str]:
    """The names an element has for itself as long as it runs."""
    flow = getattr(spec, "dataflow", None)
    return set() if flow is None else set(flow.own)


def _shown(value: Any) -> Any:
    """A data item by its name; everything else as it is."""
    return getattr(value, "bpmn_id", value)


def splits_of(spec: Any) -> Any | None:
    """The node before an activity that has boundary events."""
    return next((one for one in spec.inputs if isinstance(one, BoundaryEventSplit)), None)
