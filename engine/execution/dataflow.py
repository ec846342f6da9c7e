"""How data get into an element and out of it: input and output specifications, associations.

An element that declares inputs, outputs or properties has them as variables of its own while it
runs; variables of the same names around it are out of its sight and come back when it is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.domain.values import storable
from engine.execution import objects
from engine.execution.data_parts import Association, Dataflow, IoSet, Ref, Where
from engine.execution.failing import MISSING, ElementError, NotYetError
from engine.execution.host import Place
from engine.execution.sameness import copied

MOST_ENTRIES: Final = 1_000  # what one reading of a register gives at most
CHOSEN, STORED = "input_set", "stored"  # internal data of an element
_OF_THE_ENTRY: Final = ("管理番号", "版", "記入日時")  # read with an entry, never written


class Reading:
    """Stands among SpiffWorkflow's input associations of an element: fills what it declares."""

    bpmn_id = None

    def __init__(self, flow: Dataflow) -> None:
        self.flow = flow

    def get(self, my_task: Any) -> None:
        """Called when the element has its data and before its preScript.

        Raises:
            NotYetError: required data are not there; the element waits.
            ElementError, FeelError: they cannot be worked out.
        """
        flow = self.flow
        my_task.internal_data.pop(MISSING, None)
        filled = _filled(my_task, flow)
        chosen = _input_set(flow, filled)
        members = chosen.members if chosen is not None else frozenset()
        for name in flow.own:
            my_task.data[name] = None
        inputs = {item.name for item in flow.inputs}
        for name, value in filled.items():
            if name not in inputs or name in members:
                my_task.data[name] = value
        if chosen is not None and chosen.partners:
            my_task.internal_data[CHOSEN] = chosen.id


class Writing:
    """Stands among SpiffWorkflow's output associations: hands on what came out."""

    def __init__(self, flow: Dataflow) -> None:
        self.flow = flow

    def set(self, my_task: Any) -> None:
        """Called when the element is left, after its postScript.

        Raises:
            ElementError, FeelError: there is no full set of outputs, or nothing can be written.
        """
        flow, own = self.flow, my_task.data
        members = _output_set(my_task, flow)
        given = {name: own.get(name) for name in flow.own}
        for item in flow.outputs:
            objects.checked(item, given[item.name])
            if members is not None and item.name not in members:
                given[item.name] = None
        results = list(_results(my_task, flow, given))
        _store(my_task, results)
        above = my_task.parent.data
        for name in flow.own:
            if name in above:
                own[name] = above[name]
            else:
                own.pop(name, None)
        _keep(my_task, results)
        my_task.internal_data.pop(CHOSEN, None)


def take_in(my_task: Any, flow: Dataflow, payload: Any) -> None:
    """Hand on what an event has brought."""
    for item in flow.outputs:
        objects.checked(item, payload)
    given = {item.name: payload for item in flow.outputs}
    results = list(_results(my_task, flow, given))
    _store(my_task, results)
    _keep(my_task, results)


def _filled(my_task: Any, flow: Dataflow) -> dict[str, Any]:
    """What the associations bring: name -> value, without what is not there."""
    found: dict[str, Any] = {}
    for association in flow.reads:
        missing = [one for one in association.sources if not _is_there(my_task, one)]
        late = [one for one in missing if one.state is not None]
        if late and not _is_optional(flow, association):
            raise NotYetError([f"{one.item.name}［{one.state}］" for one in late])
        if missing:
            continue
        sources = {one.item.name: _read(my_task, one) for one in association.sources}
        target = association.target
        if target is None:  # under its own name: only what is in a register has to be fetched
            found.update(
                (one.item.name, sources[one.item.name])
                for one in association.sources
                if one.where == Where.STORE
            )
            continue
        value = _worked_out(my_task, association, sources, found.get(target.item.name))
        found[target.item.name] = objects.checked(target.item, value)
    return found


def _is_optional(flow: Dataflow, association: Association) -> bool:
    """Whether the element may begin although this association brings nothing."""
    target = association.target
    inputs = {item.name for item in flow.inputs}
    return target is not None and target.item.name in inputs  # the sets say what is required


def _input_set(flow: Dataflow, filled: Mapping[str, Any]) -> IoSet | None:
    """The first set whose required inputs are there."""
    there = {name for name, value in filled.items() if value is not None}
    for one in flow.input_sets:
        if one.required <= there:
            return one
    if not flow.input_sets:
        return None
    raise NotYetError(sorted(flow.input_sets[0].required - there))


def _output_set(my_task: Any, flow: Dataflow) -> frozenset[str] | None:
    """The outputs of the first set that is full; None where the element declares no sets."""
    if not flow.output_sets:
        return None
    chosen = my_task.internal_data.get(CHOSEN)
    partners = next((one.partners for one in flow.input_sets if one.id == chosen), frozenset[str]())
    there = {item.name for item in flow.outputs if my_task.data.get(item.name) is not None}
    possible = [one for one in flow.output_sets if not partners or one.id in partners]
    for one in possible:
        if one.required <= there:
            return one.members
    missing = "、".join(sorted(possible[0].required - there)) if possible else ""
    raise ElementError(
        "output_missing", f"出力「{missing}」に値が入らないまま終わりました。", f"there: {there}"
    )


def _is_there(my_task: Any, ref: Ref) -> bool:
    """Whether an item has a value, and is in the state that is wanted."""
    if ref.where == Where.STORE:
        return True
    if ref.state is not None:
        states = objects.holder(my_task.workflow, ref.item.home).object_states
        if states.get(ref.item.name) != ref.state:
            return False
    return _read(my_task, ref) is not None


def _read(my_task: Any, ref: Ref) -> Any:
    name = ref.item.name
    if ref.where == Where.SHARED:
        return objects.holder(my_task.workflow, ref.item.home).objects[name]
    if ref.where != Where.STORE:
        return my_task.data.get(name)
    found = _operate(my_task, "register.read", {"register": name})
    if len(found) >= MOST_ENTRIES:
        raise ElementError(
            "too_many_items",
            f"台帳「{name}」が{MOST_ENTRIES:,}件を超えるため、すべてを読めません。"
            "register.read で絞り込みます。",
        )
    return storable(found)


def _worked_out(
    my_task: Any, association: Association, sources: Mapping[str, Any], before: Any
) -> Any:
    """The value for the target: copied, transformed, then changed by the assignments."""
    engine = my_task.workflow.script_engine
    target = association.target
    name = "" if target is None else target.item.name
    value = next(iter(sources.values()), None) if association.is_plain else copied(before)
    if association.transformation is not None:
        around = {name: value, **sources} if target is not None else sources
        value = storable(engine.value(my_task, association.transformation, around), name)
    for one in association.assignments:
        part = storable(engine.value(my_task, one.source, {name: value, **sources}), name)
        value = _with(value, (one.path or ())[1:], part, name)
    return copied(value)


def _with(whole: Any, path: tuple[str, ...], part: Any, name: str) -> Any:
    """The value with one of its entries replaced; what is null on the way becomes a context."""
    if not path:
        return part
    if whole is not None and type(whole) is not dict:
        raise ElementError(
            "not_a_context",
            f"「{name}」は項目の集まりではないため、「{path[0]}」を入れられません。",
            f"{name} = {whole!r}",
        )
    inner = {} if whole is None else whole
    return {**inner, path[0]: _with(inner.get(path[0]), path[1:], part, path[0])}


def _results(
    my_task: Any, flow: Dataflow, given: Mapping[str, Any]
) -> Iterator[tuple[Ref, Any, bool]]:
    """Target, value, and whether there is a value to write; the rest only sets a state."""
    pending: dict[tuple[str, str], Any] = {}
    for association in flow.writes:
        target = association.target
        if target is None:
            continue
        sources = {one.item.name: given.get(one.item.name) for one in association.sources}
        if any(value is None for value in sources.values()):
            continue
        if not sources and association.is_plain:
            yield target, None, False
            continue
        key = (target.item.home, target.item.id)
        before = pending.get(key, _before(my_task, flow, target))
        value = _worked_out(my_task, association, sources, before)
        if target.where != Where.STORE:
            pending[key] = value
        yield target, objects.checked(target.item, value), True


def _before(my_task: Any, flow: Dataflow, target: Ref) -> Any:
    """What stands in the target now; a register is written anew."""
    if target.where == Where.STORE:
        return None
    if target.where == Where.PATH and target.item.name in flow.own:
        return my_task.parent.data.get(target.item.name)
    return _read(my_task, target)


def _keep(my_task: Any, results: Iterable[tuple[Ref, Any, bool]]) -> None:
    """Write what belongs to scopes and to the path."""
    for target, value, has_value in results:
        if target.where == Where.PATH and has_value:
            my_task.data[target.item.name] = value
        elif target.where == Where.SHARED:
            if has_value:
                objects.put(my_task, target.item, value)
            if target.state is not None:
                part = objects.holder(my_task.workflow, target.item.home)
                part.object_states[target.item.name] = target.state


def _store(my_task: Any, results: Iterable[tuple[Ref, Any, bool]]) -> None:
    """Write into registers; after a failure only what has not been written yet."""
    kept = my_task.internal_data
    stores = [(target, value) for target, value, _ in results if target.where == Where.STORE]
    for number, (target, value) in enumerate(stores):
        if number < kept.get(STORED, 0):
            continue
        rows = value if type(value) is list else [value]
        if not all(type(row) is dict for row in rows):
            raise ElementError(
                "not_an_entry",
                f"台帳「{target.item.name}」へ書く内容が、項目の集まりではありません。",
                f"{value!r}",
            )
        params = {"register": target.item.name, "rows": [_row(row) for row in rows]}
        _operate(my_task, "register.write", params)
        kept[STORED] = number + 1
    kept.pop(STORED, None)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the register takes it; an entry that was read becomes its next version."""
    if row.get("id") is None:
        return row
    return {name: value for name, value in row.items() if name not in _OF_THE_ENTRY}


def _operate(my_task: Any, operation: str, params: Mapping[str, Any]) -> Any:
    spec = my_task.task_spec
    place = Place(element_id=spec.bpmn_id, name=spec.bpmn_name or "", id=my_task.id.hex)
    return my_task.workflow.script_engine.act.host.operate(operation, params, place)


def payload_of(my_task: Any, flow: Dataflow) -> Any:
    """What an event or a task with one input sends."""
    return my_task.data.get(flow.inputs[0].name)


def receiving(spec: Any) -> Dataflow | None:
    """The data of an element that has an output for what comes."""
    flow: Dataflow | None = spec.dataflow
    return flow if flow is not None and flow.outputs else None
