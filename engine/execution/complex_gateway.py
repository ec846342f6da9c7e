"""The complex gateway: it begins when its condition says so, and is reset by those who come later.

BPMN 2.0, 13.4.5.  Between the two phases a task of the gateway stays in the tree (WAITING, no
token): it remembers from which flows a token was consumed.  It goes when every other flow has one
or none can come any more.  A reset that consumes no token produces none.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.execution.joins import (
    REMEMBERS,
    Condition,
    InclusiveGateway,
    Join,
    kin_first,
    merged_data,
    note_why,
    source_of,
    take,
)
from engine.execution.merging import Branch, converged

COUNT, IS_STARTING = "activationCount", "waitingForStart"
CONSUMED = "from"  # internal data of what is about to begin: the sources of its tokens
ABOUT = TaskState.WAITING | TaskState.READY | TaskState.ERROR


class ComplexGateway(InclusiveGateway):
    """`activation`: its condition; `sources`: id of an incoming flow -> name of its source."""

    is_asked_once = False  # its memory waits for something else than its tokens
    activation: str | None = None
    sources: Mapping[str, str]

    def _update_hook(self, my_task: Any) -> bool:
        if self.lets_pass():
            my_task._inherit_data()
            return True
        if REMEMBERS in my_task.internal_data:
            return self._reset(my_task)
        others = self._tokens(my_task)
        if not self._is_busy(my_task) and self._begins(my_task, others):
            found = self.arrivals(my_task)
            self.meet(my_task, [one for one in found.values() if one is not my_task])
            return True
        self.rest(my_task)
        return False

    def waiting(self, my_task: Any) -> list[Any]:
        return self._tokens(my_task)

    def _tokens(self, my_task: Any) -> list[Any]:
        return [t for t in super().waiting(my_task) if REMEMBERS not in t.internal_data]

    def _is_busy(self, my_task: Any) -> bool:
        """Whether it is about to begin, or waits for its reset."""
        return any(
            task.task_spec is self
            and task._state & ABOUT
            and (REMEMBERS in task.internal_data or CONSUMED in task.internal_data)
            for task in my_task.workflow.tasks.values()
        )

    def _begins(self, my_task: Any, others: list[Any]) -> bool:
        """The condition, with the tokens on each flow, and on all of them, in scope."""
        counts = Counter(source_of(task) for task in [my_task, *others])
        more = {flow: Decimal(counts[source]) for flow, source in self.sources.items()}
        data = merged_data(my_task, list(others))
        names = {**data, **more, COUNT: Decimal(counts.total()), IS_STARTING: True}
        return bool(my_task.workflow.script_engine.holds(my_task, self.activation, names))

    def _reset(self, memory: Any) -> bool:
        """Over as soon as every flow has had its token or cannot get one."""
        consumed = set(memory.internal_data[REMEMBERS])
        late: dict[str, Any] = {}
        for task in kin_first(memory, self._tokens(memory)):
            if source_of(task) not in consumed:
                late.setdefault(source_of(task), task)
        if not self.nobody_comes(memory, consumed | set(late)):
            return False
        if not late:
            memory.cancel()
            memory.workflow.update_waiting_tasks()  # joins and ends had to wait for it
            return False
        for task in late.values():
            task._set_state(TaskState.CANCELLED)
        ends = {t.id: Branch(t.last_state_change, t.parent.data) for t in late.values()}
        ends[memory.id] = Branch(memory.last_state_change, memory.data)
        memory.data = converged(memory.workflow, ends)
        self._predict(memory, mask=TaskState.NOT_FINISHED_MASK)
        return True

    def meet(self, my_task: Any, others: list[Any]) -> None:
        super().meet(my_task, others)
        my_task.internal_data[CONSUMED] = sorted({source_of(one) for one in [my_task, *others]})

    def _run_hook(self, my_task: Any) -> bool:
        kept = my_task.internal_data
        Join._run_hook(self, my_task)
        starts = REMEMBERS not in kept
        ways = self._ways(my_task, starts=starts)
        if not ways and not starts:
            my_task._drop_children(force=True)
            return True
        take(my_task, ways)
        if CONSUMED in kept:
            self._remember(my_task, kept.pop(CONSUMED))
        return True

    def _ways(self, my_task: Any, *, starts: bool) -> list[Any]:
        """The followers whose condition holds in this phase, or the default one."""
        engine, specs = my_task.workflow.script_engine, my_task.workflow.spec.task_specs
        names = {IS_STARTING: starts}
        asked = [(one, name) for one, name in self.cond_task_specs if isinstance(one, Condition)]
        held = [(one, name) for one, name in asked if engine.holds(my_task, one.args[0], names)]
        note_why(my_task, [one for one, _ in held or asked], held=bool(held))
        default = [name for one, name in self.cond_task_specs if one is None]
        return [specs[name] for name in [name for _, name in held] or default]

    def _remember(self, my_task: Any, consumed: list[str]) -> None:
        memory = my_task.parent._add_child(self, TaskState.WAITING)
        memory.triggered = True
        memory.data = dict(my_task.data)
        memory.internal_data[REMEMBERS] = consumed
