"""進む場所を変える: something open is given up, and its path goes on at another element.

A path may go anywhere no fork or join lies between, whatever the others do.  Past those it may go
only while nothing else goes on beside it, and never to where a join would wait for paths that
nobody is on.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID
from weakref import WeakKeyDictionary

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import ConflictError
from engine.execution.act import Act
from engine.execution.adhoc import Choosing
from engine.execution.complex_gateway import ComplexGateway
from engine.execution.elements import ServiceTask
from engine.execution.events import EventBasedGateway, Waiting
from engine.execution.host import Host
from engine.execution.joins import EndJoin, ExclusiveGateway, Join
from engine.execution.live import Live, finished
from engine.execution.migration_rows import splits_of
from engine.execution.model import ACTIVITIES
from engine.execution.soundness import LIVE, Standing, Ways
from engine.execution.step import Step

PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE
TARGETS = ACTIVITIES | {
    *("intermediateCatchEvent", "intermediateThrowEvent", "endEvent", "exclusiveGateway"),
    "eventBasedGateway",
}


class NotMovableError(ConflictError):
    """It stays where it is; `obstacle`: why, see `Spot`, or `gone`, `elsewhere`, `parallel`."""

    code = "not_movable"

    def __init__(self, obstacle: str) -> None:
        super().__init__(f"cannot be moved: {obstacle}")
        self.obstacle = obstacle


@dataclass(frozen=True, kw_only=True)
class Target:
    """An element the path may go on at."""

    element_id: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Something open.

    `obstacle`: why it cannot be moved: `inside` (what runs in it may), `outside` (a call or an
    operation is under way), `repeated`, `join`, `ad_hoc`; empty if it can.  `barred`: how many
    elements of the same scope it may not go to.
    """

    id: str
    element_id: str
    name: str
    kind: str
    obstacle: str = ""
    targets: tuple[Target, ...] = ()
    barred: int = 0


class Regions:
    """The elements of a process or sub-process that no fork or join lies between."""

    _known: ClassVar[WeakKeyDictionary[Any, Regions]] = WeakKeyDictionary()

    def __init__(self, spec: Any) -> None:
        self._of: dict[str, str] = {name: name for name in spec.task_specs}
        self.has_complex = any(
            isinstance(one, ComplexGateway) and len(one._inputs) > 1
            for one in spec.task_specs.values()
        )
        for one in spec.task_specs.values():
            for other in _followers(one):
                self._of[self.root(one.name)] = self.root(other.name)

    @classmethod
    def of(cls, spec: Any) -> Regions:
        found = cls._known.get(spec)
        if found is None:
            found = cls._known[spec] = cls(spec)
        return found

    def root(self, name: str) -> str:
        while self._of[name] != name:
            name = self._of[name]
        return name


def _followers(spec: Any) -> Iterator[Any]:
    """The nodes a token goes to from here as the one it is: none beside it, none waited for."""
    ways = [one for one in spec.outputs if not isinstance(one, (BoundaryEventJoin, EndJoin))]
    if isinstance(spec, BoundaryEventSplit):
        ways = [w for w in ways if not isinstance(w, BoundaryEvent) or w.cancel_activity]
    elif len(ways) > 1 and not isinstance(spec, (ExclusiveGateway, EventBasedGateway)):
        return
    for one in ways:
        if not (isinstance(one, Join) and len(one._inputs) > 1):
            yield one


def spots(live: Live) -> tuple[Spot, ...]:
    """Everything open, in the order of the diagram's paths."""
    workflow = live.workflow
    if workflow.completed:
        return ()
    return tuple(
        _spot(task)
        for task in workflow.walk(workflow.task_tree)
        if task._state & LIVE and _stands(task)
    )


def move(live: Live, spot_id: str, element_id: str, host: Host) -> Step:
    """Give up what is open there, and let its path go on at that element.

    Raises:
        NotMovableError
    """
    task = _find(live, spot_id)
    obstacle = _obstacle(task)
    if obstacle:
        raise NotMovableError(obstacle)
    spec = task.workflow.spec.task_specs.get(element_id)
    if spec is None or not _is_target(spec):
        raise NotMovableError("elsewhere")
    if not _Reach(task).may_go(spec):
        raise NotMovableError("parallel")
    live.engine.act = Act(host=host)
    above = _give_up(task)
    _begin(above, splits_of(spec) or spec)
    return finished(live)


def _find(live: Live, spot_id: str) -> Any:
    try:
        task = live.workflow.find(UUID(hex=spot_id))
    except ValueError:
        task = None
    if task is None or live.workflow.completed or not task._state & LIVE:
        raise NotMovableError("gone")
    return task


def _stands(task: Any) -> bool:
    spec = task.task_spec
    is_rim = isinstance(spec, BoundaryEvent)
    return spec.bpmn_id is not None and not is_rim and not spec.is_beside


def _spot(task: Any) -> Spot:
    spec, obstacle = task.task_spec, _obstacle(task)
    others = [one for one in _targets(task.workflow.spec) if one is not spec]
    reach = _Reach(task)
    free = [] if obstacle else [one for one in others if reach.may_go(one)]
    return Spot(
        id=task.id.hex,
        element_id=spec.bpmn_id,
        name=spec.bpmn_name or spec.bpmn_id,
        kind=spec.kind,
        obstacle=obstacle,
        targets=tuple(
            Target(element_id=one.bpmn_id, name=one.bpmn_name or "", kind=one.kind) for one in free
        ),
        barred=0 if obstacle else len(others) - len(free),
    )


def _obstacle(task: Any) -> str:
    spec, state = task.task_spec, task._state
    if isinstance(spec, Choosing) or _is_ad_hoc(task.workflow):
        return "ad_hoc"
    if task.triggered or spec.name != spec.bpmn_id:
        return "repeated"
    if isinstance(spec, Join):
        return "join"
    if state == TaskState.STARTED:
        is_outside = isinstance(spec, ServiceTask) or spec.kind == "callActivity"
        return "outside" if is_outside else "inside"
    is_open = state == TaskState.ERROR or (state == TaskState.READY and spec.manual)
    return "" if is_open or isinstance(spec, Waiting) else "inside"


def _is_ad_hoc(part: Any) -> bool:
    return any(isinstance(spec, Choosing) for spec in part.spec.task_specs.values())


def _targets(spec: Any) -> Iterator[Any]:
    for one in spec.task_specs.values():
        if _is_target(one):
            yield one


def _is_target(spec: Any) -> bool:
    """Whether a path may be put there at all: no start, join, rim, handler or awaited event."""
    if spec.kind not in TARGETS or spec.bpmn_id != spec.name or not spec._inputs:
        return False
    if isinstance(spec, Join) or (isinstance(spec, ExclusiveGateway) and len(spec.outputs) < 2):  # noqa: PLR2004  nothing is asked there
        return False
    awaited = any(isinstance(one, EventBasedGateway) for one in spec.inputs)
    return not (awaited or isinstance(spec, BoundaryEvent) or spec.is_beside)


class _Reach:
    """Where something open may go from where it is."""

    def __init__(self, task: Any) -> None:
        part = task.workflow
        standing = Standing(part)
        self._here = task.task_spec.name
        self._is_alone = not standing.places.keys() - {task.id.hex}
        self._regions, self._ways = Regions.of(part.spec), Ways.of(part.spec)
        self._begun = self._ways.ahead(part.spec.start.name)

    def may_go(self, spec: Any) -> bool:
        """Whether the diagram could be in that state, and come to its end from it."""
        if spec.name not in self._begun:
            return False
        if self._regions.root(spec.name) == self._regions.root(self._here):
            return True
        if not self._is_alone or self._regions.has_complex:
            return False
        return not self._ways.starved([spec.name], {})


def _give_up(task: Any) -> Any:
    """Cancel it and the boundary events that wait on it; returns what comes before it."""
    part, above = task.workflow, task.parent
    data = dict(above.data)
    if isinstance(above.task_spec, BoundaryEventSplit):
        for rim in list(above.children):
            if rim is not task and not rim._state & TaskState.FINISHED_MASK:
                rim.cancel()
        above = above.parent
    if task._state & TaskState.ERROR:  # finished, for the library's own cancel
        task._drop_children(force=True)
        task._set_state(TaskState.CANCELLED)
    else:
        task.cancel()
    if above is not part.task_tree:
        return above
    before = Task(part, part.spec.start, above, TaskState.COMPLETED)
    before.data = data  # compaction has left none at the root
    return before


def _begin(above: Any, spec: Any) -> None:
    """Go on there with the data of the path, as if a flow led to it."""
    child = above._add_child(spec, TaskState.FUTURE)
    spec._predict(child, mask=PREDICTED)
    spec._update(child)
