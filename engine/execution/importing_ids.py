"""Which ids of a foreign file cannot stand, and what are they called instead, everywhere?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.domain.model_files import KEY
from engine.execution.importing_notes import Notes
from engine.execution.lint_structure import DERIVED, RESERVED
from engine.execution.model import FLOW_NODES, SUBPROCESSES
from engine.execution.xml import BPMN, children, local, namespace, text

_OURS: Final = (BPMN, "http://www.omg.org/spec/BPMN/20100524/DI")
_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
_UNFIT: Final = re.compile(r"[^\w.-]")
_TAKEN_KEYS: Final = frozenset({"decisions", "feel", "import", "new"})  # parts of addresses
MAX_KEY: Final = 64
ATTRIBUTES: Final = frozenset(
    {
        *("attachedToRef", "bpmnElement", "calledElement", "categoryValueRef", "dataObjectRef"),
        *("dataStoreRef", "default", "errorRef", "escalationRef", "itemSubjectRef", "messageRef"),
        *("operationRef", "processRef", "signalRef", "sourceRef", "targetRef", "activityRef"),
    }
)
TEXTS: Final = frozenset(
    {
        *("dataInputRefs", "dataOutputRefs", "flowNodeRef", "incoming", "messageFlowRef"),
        *("loopDataInputRef", "loopDataOutputRef", "outgoing", "resourceRef", "sourceRef"),
        *("targetRef", "participantRef", "eventDefinitionRef", "inMessageRef", "outMessageRef"),
        *("errorRef", "innerParticipantRef", "correlationPropertyRef", "interfaceRef"),
    }
)
_NEED_ONE: Final = FLOW_NODES | {
    *("process", "collaboration", "participant", "messageFlow", "sequenceFlow", "laneSet", "lane"),
    *("childLaneSet", "message", "signal", "error", "escalation", "dataObject"),
    *("dataObjectReference", "textAnnotation", "association", "group", "dataStoreReference"),
}
_KEEPS_PLACE: Final = FLOW_NODES | {"sequenceFlow", "process", "participant"}


def mend_ids(root: etree._Element, notes: Notes) -> None:
    """Ids for all that need one, each once, none that the engine or XML cannot bear."""
    _strip_prefixes(root, notes)
    _mend_bad(root, notes)
    _mend_doubles(root, notes)
    _add_missing(root, notes)
    _mend_keys(root, notes)


def key_of(id_: str) -> str:
    """The key that a process of that id gets; the same id always gives the same key."""
    if KEY.fullmatch(id_):
        return id_
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", id_) if not id_.isupper() else id_
    plain = re.sub(r"[^a-z0-9]+", "_", spread.lower()).strip("_")[:MAX_KEY].rstrip("_")
    if not plain or not plain[0].isalpha():
        plain = f"process_{plain}".rstrip("_")[:MAX_KEY]
    return f"{plain}_process" if plain in _TAKEN_KEYS else plain


def form_key_of(id_: str) -> str:
    """The name of a form that belongs to an element of that id."""
    return re.sub(r"[^a-z0-9_]+", "_", key_of(id_))


def free(wanted: str, taken: set[str], reached: dict[str, int] | None = None) -> str:
    """The id, or the first one with a number that nobody bears; it is taken from then on.

    `reached`: id -> the number up to which all are taken; for callers that ask thousands of times.
    """
    reached = {} if reached is None else reached
    count = reached.get(wanted, 1)
    made = wanted if count == 1 else f"{wanted}_{count}"
    while made in taken:
        count += 1
        made = f"{wanted}_{count}"
    taken.add(made)
    reached[wanted] = count
    return made


def all_ids(root: etree._Element) -> set[str]:
    return {element.get("id", "") for element in _ours(root)}


def _ours(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        if namespace(element) in _OURS:
            yield element


def rename(root: etree._Element, names: Mapping[str, str], *, calls: bool = False) -> None:
    """Write the new ids wherever the old ones are referred to, not where they stand.

    `calls`: also in calls, which name processes and may mean those of another file.
    """
    attributes = ATTRIBUTES if calls else ATTRIBUTES - {"calledElement"}
    for element in _ours(root):
        for attribute in attributes & set(map(str, element.attrib)):
            value = element.get(attribute, "").strip()
            if value in names:
                element.set(attribute, names[value])
        if local(element) in TEXTS and text(element) in names:
            element.text = names[text(element)]


def _strip_prefixes(root: etree._Element, notes: Notes) -> None:
    """References such as `tns:check`, where `check` is the id."""
    ids = all_ids(root)
    for element in _ours(root):
        for attribute in ATTRIBUTES & set(map(str, element.attrib)):
            value = element.get(attribute, "").strip()
            plain = value.rpartition(":")[2]
            if plain != value and value not in ids and plain in ids:
                element.set(attribute, plain)
                notes.repair(element, "reference_prefix", f"{attribute} = {value}", plain)
        value = text(element) if local(element) in TEXTS else ""
        plain = value.rpartition(":")[2]
        if plain != value and value not in ids and plain in ids:
            element.text = plain
            notes.repair(element, "reference_prefix", f"{local(element)} = {value}", plain)


def _mend_bad(root: etree._Element, notes: Notes) -> None:
    taken = all_ids(root)
    names: dict[str, str] = {}
    for element in _ours(root):
        id_ = element.get("id")
        if id_ is None or _is_fit(element, id_):
            continue
        if id_ not in names:
            names[id_] = free(_fit(id_), taken)
        element.set("id", names[id_])
        notes.repair(element, "bad_id", id_, names[id_])
    rename(root, names)


def _is_fit(element: etree._Element, id_: str) -> bool:
    if not _NAME.fullmatch(id_):
        return False
    reserved = id_ in RESERVED or id_.endswith(DERIVED)
    return not (reserved and local(element) in FLOW_NODES)


def _fit(id_: str) -> str:
    plain = _UNFIT.sub("_", id_.strip())
    if plain in RESERVED or plain.endswith(DERIVED):
        return plain.replace(".", "_").lower() + "_1"
    return plain if _NAME.fullmatch(plain) else f"_{plain}"


def _mend_doubles(root: etree._Element, notes: Notes) -> None:
    """The first keeps its id; which one a reference meant is a question where it can matter."""
    seen: dict[str, etree._Element] = {}
    taken, reached = all_ids(root), dict[str, int]()
    for element in _ours(root):
        id_ = element.get("id")
        if not id_:
            continue
        first = seen.setdefault(id_, element)
        if first is element:
            continue
        made = free(id_, taken, reached)
        element.set("id", made)
        if {local(first), local(element)} <= _KEEPS_PLACE:
            notes.ask(element, "double_id", f"{id_} → {made}")
        else:
            notes.repair(element, "double_id", id_, made)


def _add_missing(root: etree._Element, notes: Notes) -> None:
    taken, reached = all_ids(root), dict[str, int]()
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) not in _NEED_ONE or element.get("id"):
            continue
        if local(element) == "laneSet" and not children(element):
            continue
        made = free(f"{local(element)}_1", taken, reached)
        element.set("id", made)
        notes.repair(element, "missing_id", "", made)


def _mend_keys(root: etree._Element, notes: Notes) -> None:
    """Keys of processes; the same id in another file gets the same key, so that calls find it."""
    taken = all_ids(root)
    names: dict[str, str] = {}
    for process in children(root, "process"):
        id_ = process.get("id", "")
        if KEY.fullmatch(id_) and id_ not in _TAKEN_KEYS:
            continue
        made = free(key_of(id_), taken)
        names[id_] = made
        process.set("id", made)
        notes.repair(process, "process_key", id_, made)
    rename(root, names, calls=True)
    notes.follow(names)
    _mend_calls(root, set(names.values()), notes)


def _mend_calls(root: etree._Element, done: set[str], notes: Notes) -> None:
    for call in root.iter(f"{{{BPMN}}}callActivity"):
        called = call.get("calledElement", "").strip()
        if not called or called in done or KEY.fullmatch(called) or "{" in called:
            continue
        plain = key_of(called.rpartition(":")[2])
        call.set("calledElement", plain)
        notes.repair(call, "called_key", called, plain)


def inner_ids(scope: etree._Element) -> set[str]:
    """The ids of all that stands in a process or sub-process, and its own."""
    return {element.get("id", "") for element in scope.iter() if element.get("id")}


def is_scope(element: etree._Element) -> bool:
    return local(element) in SUBPROCESSES | {"process", "adHocSubProcess"}
