"""What stands elsewhere in a file, put where it is used: event definitions and global tasks.

The checks and the parser then meet an ordinary event and an ordinary task.  The file itself, its
hash and the viewer keep the drawing as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from engine.execution.xml import BPMN, SPIFF, child, children, local, namespace, text

GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_TAKEN_OVER: Final = ("documentation", "extensionElements", "script")
_LOOPS: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def resolved(root: etree._Element) -> etree._Element:
    """The tree with nothing referred to in it; `root` itself if nothing is."""
    shared = {element.get("id"): element for element in children(root) if element.get("id")}
    if not any(_references(root, shared)):
        return root
    made = deepcopy(root)
    own = {element.get("id", ""): element for element in children(made) if element.get("id")}
    for reference in list(made.iter(f"{{{BPMN}}}eventDefinitionRef")):
        _put_definition(reference, own)
    for call in list(made.iter(f"{{{BPMN}}}callActivity")):
        task = called_task(call, own)
        if task is not None:
            _become(call, task)
    return made


def referred(reference: str | None) -> str:
    """The id a reference means; the prefix of a namespace does not count."""
    return (reference or "").strip().rpartition(":")[2]


def called_task(
    call: etree._Element, shared: Mapping[Any, etree._Element]
) -> etree._Element | None:
    """The global task of the same file that a call activity calls."""
    found = shared.get(referred(call.get("calledElement")))
    return found if found is not None and local(found) in GLOBAL_TASKS else None


def _references(root: etree._Element, shared: Mapping[Any, etree._Element]) -> Iterable[bool]:
    for element in root.iter(f"{{{BPMN}}}eventDefinitionRef", f"{{{BPMN}}}callActivity"):
        yield local(element) != "callActivity" or called_task(element, shared) is not None


def _put_definition(reference: etree._Element, shared: Mapping[str, etree._Element]) -> None:
    """The definition in place of the reference; one that leads nowhere stays, to be refused."""
    found = shared.get(referred(text(reference)))
    event = reference.getparent()
    if event is not None and found is not None and local(found).endswith("EventDefinition"):
        event.replace(reference, _without_ids(deepcopy(found)))


def _without_ids(element: etree._Element) -> etree._Element:
    for inner in element.iter(f"{{{BPMN}}}*"):
        inner.attrib.pop("id", "")
    return element


def _become(call: etree._Element, task: etree._Element) -> None:
    """Make the call activity a task of the called kind; what the call says itself goes first."""
    call.tag = f"{{{BPMN}}}{GLOBAL_TASKS[local(task)]}"
    del call.attrib["calledElement"]
    for name, written in (("scriptLanguage", "scriptFormat"), ("implementation", "implementation")):
        if task.get(name):
            call.set(written, task.get(name, ""))
    if not children(call, "documentation"):
        for n, one in enumerate(children(task, "documentation")):
            call.insert(n, _without_ids(deepcopy(one)))
    _merge_extensions(call, task)
    _take_over(call, [one for one in children(task) if local(one) not in _TAKEN_OVER])
    script = child(task, "script")
    if script is not None:
        call.append(deepcopy(script))


def _take_over(call: etree._Element, more: list[etree._Element]) -> None:
    """What kinds of content the call does not have itself, before its loop marker."""
    own = {local(one) for one in children(call)}
    marker = next(iter(children(call, *_LOOPS)), None)
    for one in more:
        if local(one) in own:
            continue
        if marker is None:
            call.append(_without_ids(deepcopy(one)))
        else:
            marker.addprevious(_without_ids(deepcopy(one)))


def _merge_extensions(call: etree._Element, task: etree._Element) -> None:
    theirs = child(task, "extensionElements")
    if theirs is None:
        return
    ours = child(call, "extensionElements")
    if ours is None:
        ours = etree.Element(f"{{{BPMN}}}extensionElements")
        call.insert(len(children(call, "documentation")), ours)
    for entry in theirs:
        same = next((one for one in ours if one.tag == entry.tag), None)
        if same is None:
            ours.append(deepcopy(entry))
        elif namespace(entry) == SPIFF and local(entry) == "properties":
            named = {one.get("name") for one in same}
            same.extend([deepcopy(one) for one in entry if one.get("name") not in named])
