"""Activities that run several times: over a list, so many times, or while a condition holds.

The body (BPMN: the activity as drawn) holds one child per run, whose spec name ends in
` [child]`.  Results are kept in the order of the items whoever finishes first; a child that was
cancelled blocks nobody.
"""

# SpiffWorkflow is extended by subclassing; its hooks for that begin with an underscore.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import StandardLoopTask as LoopMixin
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.values import storable
from engine.execution.act import COMPLETED_BY, REPRESENTED
from engine.execution.behaviors import Behavior
from engine.execution.failing import ElementError, Guarded
from engine.execution.merging import HIDDEN, merge
from engine.execution.objects import visible
from engine.execution.sameness import copied
from engine.execution.scripting import INDEX, ITERATION, MAX_ITEMS

COUNT, RESULTS, NEXT = "count", "results", "next"
ITEMS = "items"
LAST = "last"  # internal data of a body: id of the run that ended last
MERGED = "merged"  # internal data of a standard loop: how many runs are over
OVER = TaskState.COMPLETED | TaskState.CANCELLED


class Body(Guarded):
    """Mix-in of what runs several times."""

    def _on_cancel(self, my_task: Any) -> None:
        super()._on_cancel(my_task)
        for child in my_task.children:
            if child._state & TaskState.ERROR:
                end_failed(child)


def end_failed(run: Any) -> None:
    """End a run that has failed, which counts as finished for SpiffWorkflow."""
    run._drop_children(force=True)
    run._set_state(TaskState.CANCELLED)


class MultiInstance(Body, MultiInstanceTask, SpiffBpmnTask):
    """Body of a multi-instance activity; `in_turn` runs one child after the other."""

    in_turn = False
    bound: ClassVar[Mapping[str, str]] = {
        "cardinality": "繰り返しの回数",
        "data_input": "繰り返しの元になる一覧",
        "data_output": "結果を入れる一覧",
        "input_item": "1件分のデータ項目",
        "output_item": "1件分の結果",
    }
    behaviors: Sequence[Behavior] = ()

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        kept = my_task.internal_data
        self._hide(my_task)
        kept.update({COUNT: self._count(my_task), RESULTS: {}, NEXT: 0})
        if self.data_output is not None:
            my_task.data[self.data_output.bpmn_id] = []
        if kept[COUNT] == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.in_turn else kept[COUNT]):
            self._start_next(my_task)
        return False

    def _hide(self, my_task: Any) -> None:
        """Variables named like the item or the result are out of sight until the body is left."""
        names = [i.bpmn_id for i in (self.input_item, self.output_item) if i is not None]
        hidden = {n: my_task.data.pop(n) for n in names if n in my_task.data}
        my_task.internal_data[HIDDEN] = hidden

    def _count(self, my_task: Any) -> int:
        if self.data_input is not None:
            count = len(self._items(my_task))
        else:
            found = my_task.workflow.script_engine.evaluate(my_task, self.cardinality)
            if not isinstance(found, Decimal) or found != found.to_integral_value() or found < 0:
                raise ElementError(
                    "not_a_count", "繰り返しの回数が0以上の整数ではありません。", f"{found!r}"
                )
            count = MAX_ITEMS + 1 if found > MAX_ITEMS else int(found)
        if count > MAX_ITEMS:
            raise ElementError("too_many_items", f"繰り返しは{MAX_ITEMS}件までです。", str(count))
        return count

    def _items(self, my_task: Any) -> list[Any]:
        name, kept = self.data_input.bpmn_id, my_task.internal_data
        items = my_task.data.get(name)
        if name not in my_task.data:  # a data object: the list as it was when the first run began
            items = kept.setdefault(ITEMS, copied(visible(my_task.workflow).get(name)))
        if not isinstance(items, list):
            raise ElementError(
                "not_a_list", f"繰り返しの元になる「{name}」が一覧ではありません。", f"{items!r}"
            )
        return items

    def _start_next(self, my_task: Any) -> None:
        index = my_task.internal_data[NEXT]
        my_task.internal_data[NEXT] = index + 1
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.WAITING)
        child.triggered = True
        child.internal_data[INDEX] = index
        # With the body's own lists, not copies of them: a thousand runs hold them a thousand times.
        child.data = {**my_task.data, **self.item_data(my_task, child)}
        spec._update(child)

    def item_data(self, my_task: Any, child: Any) -> dict[str, Any]:
        """What a child holds beyond the data of the body: its item."""
        if self.input_item is None:
            return {}
        index = child.internal_data[INDEX]
        item = self._items(my_task)[index] if self.data_input is not None else Decimal(index)
        return {self.input_item.bpmn_id: storable(item)}

    def merge_child(self, workflow: Any, child: Any) -> None:  # noqa: ARG002
        """A child is done: keep its result, and see whether that is enough."""
        my_task = child.parent
        kept = my_task.internal_data
        self._keep(my_task, child)
        is_enough = self._tell(my_task, child)
        forget_last(my_task, child)
        if is_enough:
            for other in self._instances(my_task):
                if other._state & TaskState.ERROR:
                    end_failed(other)
                elif not other._state & TaskState.FINISHED_MASK:
                    other.cancel()
            self._leave(my_task)
        elif kept[NEXT] < kept[COUNT]:
            self._start_next(my_task)
        elif self._all_over(my_task):
            self._leave(my_task)

    def _all_over(self, my_task: Any) -> bool:
        if len(my_task.internal_data[RESULTS]) == my_task.internal_data[COUNT]:
            return True
        tasks = my_task.workflow.tasks
        children = (tasks[id_] for id_ in my_task._children)
        return all(c._state & OVER for c in children if c.task_spec.name == self.task_spec)

    def _keep(self, my_task: Any, child: Any) -> None:
        results, index = my_task.internal_data[RESULTS], str(child.internal_data[INDEX])
        if self.output_item is None or self.data_output is None:
            own = {i.bpmn_id for i in (self.input_item, self.output_item) if i is not None}
            changed = {n: v for n, v in child.data.items() if n not in own}
            before = {n: v for n, v in my_task.parent.data.items() if n not in own}
            my_task.data = merge(before, (my_task.data, changed))
            results[index] = None
        else:
            results[index] = child.data.get(self.output_item.bpmn_id)
        if COMPLETED_BY in child.data:
            my_task.data[COMPLETED_BY] = child.data[COMPLETED_BY]
            if REPRESENTED in child.data or REPRESENTED in my_task.data:
                my_task.data[REPRESENTED] = child.data.get(REPRESENTED)

    def _collect(self, my_task: Any) -> None:
        """The results so far, in the order of the items."""
        if self.output_item is not None and self.data_output is not None:
            results = my_task.internal_data[RESULTS]
            my_task.data[self.data_output.bpmn_id] = [results[n] for n in sorted(results, key=int)]

    def _tell(self, my_task: Any, child: Any) -> bool:
        """Throw what is to be thrown when a run completes; True if no further run is needed."""
        if self.condition is None and not self.behaviors:
            return False
        self._collect(my_task)
        names = self._numbers(my_task, child)
        is_enough = self.condition is not None and my_task.workflow.script_engine.holds(
            my_task, self.condition, names
        )
        thrown = [b for b in self.behaviors if b.is_due(my_task, names)]
        for behavior in thrown:
            behavior.throw(my_task, names)
        return is_enough

    def _numbers(self, my_task: Any, child: Any) -> dict[str, Decimal]:
        """What BPMN lets a condition of a multi-instance activity know, and the house's two."""
        kept = my_task.internal_data
        done, tasks = len(kept[RESULTS]), my_task.workflow.tasks
        ended = sum(
            tasks[id_]._state == TaskState.CANCELLED
            for id_ in my_task._children
            if tasks[id_].task_spec.name == self.task_spec
        )
        numbers = {
            "done": done,
            "total": kept[COUNT],
            "loopCounter": child.internal_data[INDEX] + 1,
            "numberOfInstances": kept[NEXT],
            "numberOfActiveInstances": kept[NEXT] - done - ended,
            "numberOfCompletedInstances": done,
            "numberOfTerminatedInstances": ended,
        }
        return {name: Decimal(number) for name, number in numbers.items()}

    def _leave(self, my_task: Any) -> None:
        self._collect(my_task)
        my_task.data.update(my_task.internal_data[HIDDEN])
        my_task._set_state(TaskState.READY)


def forget_last(body: Any, child: Any) -> None:
    """Take the run that ended before this one out of the tree: its result is kept, it is not."""
    last = body.internal_data.get(LAST)
    if last == child.id.hex:
        return  # what failed while it ended is tried again
    if last is not None:
        body.workflow._remove_task(UUID(hex=last))
    body.internal_data[LAST] = child.id.hex


class ParallelMultiInstance(MultiInstance):
    """All children at once."""


class SequentialMultiInstance(MultiInstance):
    """One child after the other."""

    in_turn = True


class StandardLoop(Body, LoopMixin, SpiffBpmnTask):
    """Again while the condition holds, at most `loopMaximum` times."""

    def item_data(self, my_task: Any, child: Any) -> dict[str, Any]:  # noqa: ARG002
        """A run sees the data of the body and nothing more."""
        return {}

    def _update_hook(self, my_task: Any) -> bool | None:
        kept = my_task.internal_data
        kept.clear()
        done: bool | None = super()._update_hook(my_task)
        if not done:
            kept[MERGED] = 0
        return done

    def _merged_children(self, my_task: Any) -> range:
        return range(runs_of(my_task))  # the library counts what it thinks is a list

    def merge_child(self, workflow: Any, child: Any) -> None:  # noqa: ARG002
        """One run is over; the next one starts with its data."""
        my_task = child.parent
        my_task.data = dict(child.data)
        my_task.internal_data[MERGED] = child.internal_data[ITERATION] + 1
        is_over = self.loop_complete(my_task)
        forget_last(my_task, child)
        if is_over:
            my_task._set_state(TaskState.READY)
        else:
            self.create_child(my_task)

    def loop_complete(self, my_task: Any) -> bool:
        """True if there is no further run."""
        runs = runs_of(my_task)
        if self.maximum is not None and runs >= self.maximum:
            return True
        if self.condition is None:
            return False
        names = {"loopCounter": Decimal(runs)}
        return not my_task.workflow.script_engine.holds(my_task, self.condition, names)


def runs_of(body: Any) -> int:
    """How many runs of a standard loop are over."""
    merged = body.internal_data.get(MERGED, 0)
    return merged if isinstance(merged, int) else len(merged)  # a list in states of old releases
