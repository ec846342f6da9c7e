"""版の切替: an instance goes on under another version of its process, as it stands.

Tasks keep their ids and what people have done in them, timers their moments, messages their keys,
calls their instances.  What the new version adds to something that waits is armed, what it no
longer has is disarmed; where something alive has no place of its own kind, or the new diagram could
not be in that state, the instance stays where it is, with reasons.  The library's own migration is
not used: it starts every waiting task anew.

The result is packed and read again, and what it waits for then is compared with what it should wait
for; nothing of it counts before that.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import ConflictError, EngineError
from engine.execution import codec, runner, waits
from engine.execution.act import Act
from engine.execution.adopting import release
from engine.execution.definitions import ARMED
from engine.execution.events import StartEvent
from engine.execution.failing import ElementError, told
from engine.execution.host import Host
from engine.execution.joins import Join
from engine.execution.live import Definition, Live
from engine.execution.merging import latest
from engine.execution.migration_rows import (
    FORETOLD,
    JOIN,
    Notes,
    Reason,
    Rewriting,
    splits_of,
)
from engine.execution.objects import checked
from engine.execution.soundness import LIVE, Standing
from engine.execution.step import Step
from engine.execution.waits import Key, Wait

__all__ = ["Migrated", "NotMigratableError", "Reason", "between", "migrate", "places_of"]

TOGETHER: Final = "「{}」と「{}」は、新しい版では同時に進みません。"
STARVED: Final = "新しい版の「{}」は、この案件では誰も進まない道を待ち続けます。"
ARMING: Final = "「{{}}」を待ち始められません。{}"
UNKNOWN: Final = "対応先の要素「{}」は新しい版にありません。"
OBJECT: Final = "「{}」に今入っている値は、新しい版の種類に合いません。"
CHECK: Final = "切り替えた状態を読み直すと、待っているものが合いませんでした。"


class NotMigratableError(ConflictError):
    """The instance stays in its version; `reasons` say why, one sentence for each element."""

    code = "not_migratable"

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("".join(reason.text for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """The instance in its new version.

    `step`: timers, messages and signals that come and go.  `places`: id of a user task, failure or
    call -> its element in the new version.
    """

    live: Live
    state: bytes
    step: Step
    places: Mapping[str, str]


def migrate(
    old: Definition,
    new: Definition,
    state: bytes,
    host: Host,
    mapping: Mapping[str, str] | None = None,
) -> Migrated:
    """The instance of `old` whose state this is, as an instance of `new`.

    `mapping`: element of the old version -> element of the new one that stands for it.

    Raises:
        NotMigratableError
    """
    before = runner.unpack(old, state)
    if before.workflow.completed:
        raise NotMigratableError((Reason(code="ended", element_id="", text="終わっています。"),))
    rewriting = Rewriting(old, new, mapping or {})
    notes = rewriting.notes
    _check_mapping(new, mapping or {}, notes)
    kind, rows = codec.opened(state)
    rewritten = codec.closed(kind, rewriting.rewrite(rows))
    _refuse(notes)
    live = runner.unpack(new, rewritten)
    _release(before, live, notes)
    added = _mend(live, notes, host)
    _compare_standings(before, live, notes)
    _refuse(notes)
    packed = runner.pack(live)
    again = runner.unpack(new, packed)
    if not _is_expected(before, again, notes, added):
        raise NotMigratableError((Reason(code="check", element_id="", text=CHECK),))
    return Migrated(
        live=again,
        state=packed,
        step=between(before.known, again.known),
        places=places_of(again),
    )


def _release(before: Live, after: Live, notes: Notes) -> None:
    """Data objects that are none any more belong to the paths; the others fit their kinds."""
    old = {_owner(part): part for part in before.workflow.active_parts()}
    for part in after.workflow.active_parts():
        owner = "" if part.owner is None else part.owner.id.hex
        names = notes.released.get(owner, ())
        objects = old[_owner(part)].objects
        release(part, {name: objects[name] for name in names if objects[name] is not None})
        for name, item in part.spec.declared.items():
            try:
                checked(item, part.objects[name])
            except ElementError:
                text = OBJECT.format(name)
                notes.reasons.append(Reason(code="kind", element_id=item.id, text=text))


def _refuse(notes: Notes) -> None:
    if notes.reasons:
        raise NotMigratableError(tuple(notes.reasons))


def _check_mapping(new: Definition, mapping: Mapping[str, str], notes: Notes) -> None:
    known = {
        spec.bpmn_id
        for scope in (new.process, *new.subprocesses.values())
        for spec in scope.task_specs.values()
    }
    for target in mapping.values():
        if target not in known:
            text = UNKNOWN.format(target)
            notes.reasons.append(Reason(code="unknown", element_id=target, text=text))


def _mend(live: Live, notes: Notes, host: Host) -> set[str]:
    """Arm and foretell what the new version adds; the ids of the new boundary events."""
    live.engine.act = Act(host=host)
    try:
        for task_id, slot in notes.renewed:
            _renew(live.workflow.find(UUID(hex=task_id)), slot, notes)
        added = {
            event.id.hex
            for part in live.workflow.active_parts()
            for task in list(part.tasks.values())
            if task._state & LIVE
            for event in _attach(task, notes)
        }
        added |= {
            event.id.hex for part in live.workflow.active_parts() for event in _listen(part, notes)
        }
        for task_id in notes.foretell - notes.dropped:
            _foretell(live.workflow.find(UUID(hex=task_id)))
    finally:
        del live.engine.act
    return added


def _renew(task: Any, slot: str, notes: Notes) -> None:
    for own, what, by in task.task_spec.definitions():
        if own == slot:
            try:
                task.internal_data[ARMED][slot] = what.arm(task, by)
            except (EngineError, SpiffWorkflowException) as error:
                notes.refuse("arming", by, ARMING.format(told(error)[1]))


def _attach(task: Any, notes: Notes) -> list[Any]:
    """Let an activity that is alive have the boundary events that are new to it."""
    split = splits_of(task.task_spec)
    if split is None:
        return []
    above = task.parent if task.parent.task_spec is split else _insert(split, task)
    there = {child.task_spec for child in above.children}
    events = [one for one in split.outputs if isinstance(one, BoundaryEvent) and one not in there]
    return [_begin_to_wait(above, event, notes) for event in events]


def _listen(part: Any, notes: Notes) -> list[Any]:
    """Let a scope whose flow goes on hear the starts of event sub-processes that are new to it."""
    goes_on = any(t._state & LIVE and not t.task_spec.is_beside for t in part.tasks.values())
    root = part.task_tree
    there = {child.task_spec for child in root.children}
    new = [one for one in part.spec.scope_events if one not in there] if goes_on else []
    if new and not any(isinstance(spec, StartEvent) for spec in there):
        _begin_again(part)
    return [_begin_to_wait(root, event, notes, latest(part)) for event in new]


def _begin_again(part: Any) -> None:
    """Put the start, which may long have gone to the history, back under the root."""
    root, [first, *rest] = part.task_tree, part.task_tree.children
    spec = next(one for one in part.spec.start.outputs if isinstance(one, StartEvent))
    root.data = dict(first.data)
    made = Task(part, spec, root, TaskState.COMPLETED)
    made.data = dict(first.data)
    for child in (first, *rest):
        child._parent = made.id
    root._children, made._children = [made.id], [child.id for child in (first, *rest)]


def _insert(split: Any, task: Any) -> Any:
    """Put the node that boundary events hang on between an activity and what came before it."""
    part, above = task.workflow, task.parent
    made = Task(part, split, above, TaskState.COMPLETED)
    made.data = dict(above.data)
    made._children = [task.id]
    above._children.remove(made.id)
    above._children[above._children.index(task.id)] = made.id
    task._parent = made.id
    return made


def _begin_to_wait(
    above: Any, spec: Any, notes: Notes, data: Mapping[str, Any] | None = None
) -> Any:
    event = above._add_child(spec, TaskState.FUTURE)
    event.data = dict(data or {})
    spec._predict(event, mask=FORETOLD)
    try:
        spec.begin_to_wait(event)
    except (EngineError, SpiffWorkflowException) as error:
        notes.refuse("arming", spec, ARMING.format(told(error)[1]))
    return event


def _foretell(task: Any) -> None:
    """Hang on what may come after it.  An element in error counts as about to run."""
    state, task._state = task._state, task._state & ~TaskState.ERROR or TaskState.READY
    task.task_spec._predict_hook(task)
    task._state = state
    for child in task.children:
        if child._state & FORETOLD:
            child.task_spec._predict(child, mask=FORETOLD)


def _compare_standings(before: Live, after: Live, notes: Notes) -> None:
    """Refuse what the new diagram could not be in, unless the old one could not either."""
    old = {_owner(part): Standing(part) for part in before.workflow.active_parts()}
    for part in after.workflow.active_parts():
        was, now, specs = old[_owner(part)], Standing(part), part.spec.task_specs
        known_pairs = set(was.impossible())
        for pair in now.impossible():
            if pair not in known_pairs:
                one, other = (specs[now.places[id_]] for id_ in pair)
                notes.refuse("together", one, TOGETHER.format("{}", _shown(other)))
        _check_joins(part, notes)
        known = set(was.starved())
        for name in now.starved():
            if name not in known:
                notes.refuse("starved", specs[name], STARVED)


def _check_joins(part: Any, notes: Notes) -> None:
    """A join that would have gone on at its last arrival has nobody left to wake it."""
    for task in part.tasks.values():
        spec = task.task_spec
        if isinstance(spec, Join) and task._state == TaskState.WAITING:
            arrivals = set(spec.arrivals(task))
            if spec.lets_pass() or spec.is_full(task, arrivals):
                notes.refuse("join", spec, JOIN)


def _owner(part: Any) -> Any:
    return None if part.owner is None else part.owner.id


def _shown(spec: Any) -> str:
    return str(spec.bpmn_name or spec.bpmn_id or getattr(spec, "drawn", "") or spec.name)


def _is_expected(before: Live, after: Live, notes: Notes, added: set[str]) -> bool:
    """Whether the new instance, read again, waits for what it should wait for, and no more."""
    expected = _moved(before.known, notes)
    for (kind, id_), wait in after.known.items():
        task_id, _, slot = id_.partition(".")
        if task_id in added or (task_id, slot) in notes.renewed:
            expected.pop((kind, id_), None)
            continue
        known = expected.pop((kind, id_), None)
        if known is None or known.sign != wait.sign or notes.names[task_id] != _place(wait):
            return False
    return not expected and _alive(before) - notes.dropped == _alive(after) - added


def _place(wait: Wait) -> str:
    return str(wait.task.task_spec.name)


def _moved(known: Mapping[Key, Wait], notes: Notes) -> dict[Key, Wait]:
    """What was waited for and still is, by its key in the new version."""
    found: dict[Key, Wait] = {}
    for (kind, id_), wait in known.items():
        task_id, _, slot = id_.partition(".")
        if task_id in notes.dropped:
            continue
        if kind not in (waits.TIMER, waits.MESSAGE, waits.SIGNAL):
            found[kind, id_] = wait
        elif (task_id, slot) in notes.slots:
            moved = notes.slots[task_id, slot]
            found[kind, f"{task_id}.{moved}" if moved else task_id] = wait
    return found


def _alive(live: Live) -> set[str]:
    return {
        task.id.hex
        for part in live.workflow.active_parts()
        for task in part.tasks.values()
        if task._state & LIVE
    }


def between(before: Mapping[Key, Wait], after: Mapping[Key, Wait]) -> Step:
    """The timers, messages and signals to be taken away and set up, to get from one to the other.

    Tasks, calls and what has failed are the same in both.
    """
    gone = [wait for key, wait in before.items() if key not in after or _differs(wait, after[key])]
    new = [wait for key, wait in after.items() if key not in before or _differs(wait, before[key])]
    catching = (waits.MESSAGE, waits.SIGNAL)
    return Step(
        timers=tuple(wait.timer() for wait in new if wait.kind == waits.TIMER),
        timers_gone=tuple(wait.id for wait in gone if wait.kind == waits.TIMER),
        subscriptions=tuple(wait.subscription() for wait in new if wait.kind in catching),
        subscriptions_gone=tuple(wait.id for wait in gone if wait.kind in catching),
        failures_gone=tuple(wait.id for wait in gone if wait.kind == waits.FAILURE),
    )


def _differs(one: Wait, other: Wait) -> bool:
    return (one.sign, one.name) != (other.sign, other.name)


def places_of(live: Live) -> dict[str, str]:
    """Id of each user task, call and failure -> its element."""
    kinds = (waits.TASK, waits.CALL, waits.FAILURE)
    return {wait.id: wait.spec.bpmn_id for wait in live.known.values() if wait.kind in kinds}
