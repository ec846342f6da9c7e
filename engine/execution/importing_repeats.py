"""How often is a task done, and with which entries of which list?"""

from __future__ import annotations

from lxml import etree

from engine.execution.importing_expressions import COUNTS, is_variable
from engine.execution.importing_foreign import new_child, said, taken
from engine.execution.importing_ids import all_ids, free
from engine.execution.importing_work import Work
from engine.execution.model import ACTIVITIES
from engine.execution.xml import child, children, local, text


def translate_repeats(work: Work) -> None:
    """Multi-instance and loop markers of all activities."""
    for node in work.nodes():
        if local(node) not in ACTIVITIES | {"adHocSubProcess"}:
            continue
        for repeat in children(node, "multiInstanceLoopCharacteristics"):
            _lists(work, node, repeat)
            _vendor(work, node, repeat)
            _expressions(work, node, repeat)
        for repeat in children(node, "standardLoopCharacteristics"):
            _condition(work, node, child(repeat, "loopCondition"))


def _lists(work: Work, node: etree._Element, repeat: etree._Element) -> None:
    """References to inputs of the task, as jBPM writes them, become names of data items."""
    block = child(node, "ioSpecification")
    if block is None:
        return
    names = {e.get("id", ""): e.get("name", "") for e in children(block, "dataInput", "dataOutput")}
    ends: dict[str, str] = {}
    for link in children(node, "dataInputAssociation", "dataOutputAssociation"):
        source, target = text(child(link, "sourceRef")), text(child(link, "targetRef"))
        ends |= {target: source, source: target}
    for reference in children(repeat, "loopDataInputRef", "loopDataOutputRef"):
        meant = ends.get(text(reference), "")
        if text(reference) in names and meant.isidentifier():
            work.notes.repair(node, "repeat_list", f"{local(reference)} = {text(reference)}", meant)
            reference.text = meant
    for item in children(repeat, "inputDataItem", "outputDataItem"):
        name = item.get("name") or item.get("id") or ""
        if item.get("id") != name and name.isidentifier():
            repeat.remove(item)
            _item(work, node, repeat, local(item), name)
    _close(work, node, block, ends)


def _close(work: Work, node: etree._Element, block: etree._Element, ends: dict[str, str]) -> None:
    """The block goes; what it told beside the lists goes the way of other tasks' values."""
    for link in children(node, "dataInputAssociation", "dataOutputAssociation"):
        node.remove(link)
    node.remove(block)
    told = ", ".join(e.get("name", "") for e in children(block, "dataInput", "dataOutput"))
    work.notes.repair(node, "io_specification", told)
    if len(ends) > 2 * 2:
        work.notes.ask(node, "mapping", told)


def _vendor(work: Work, node: etree._Element, repeat: etree._Element) -> None:
    """`collection` and `elementVariable`, or `loopCharacteristics` with its parts."""
    foreign = work.at(repeat)
    found = foreign.entry("loopCharacteristics")
    if found is not None:
        collection, item = found.get("inputCollection"), found.get("inputElement")
        _outputs(work, node, repeat, found)
    else:
        collection = foreign.attribute("collection")
        item = foreign.attribute("elementVariable")
    index = foreign.attribute("elementIndexVariable")
    if index:
        work.notes.ask(node, "repeat_index", index)
    if collection:
        _collection(work, node, repeat, collection)
    if item and child(repeat, "inputDataItem") is None:
        _item(work, node, repeat, "inputDataItem", item)


def _item(work: Work, node: etree._Element, repeat: etree._Element, kind: str, name: str) -> None:
    """The name of one entry is an id here, and an id stands only once in a file."""
    made = free(name, all_ids(work.root))
    new_child(repeat, kind).set("id", made)
    if made == name:
        work.notes.repair(node, "repeat_item", name, made)
    else:
        work.notes.ask(node, "repeat_name", f"{name} → {made}")


def _collection(work: Work, node: etree._Element, repeat: etree._Element, told: str) -> None:
    """A list is a data item here; what has to be worked out first is asked for."""
    marked = work.language.is_marked(told)
    name = work.language.expression(told) if marked else told
    if name is None or not is_variable(name):
        work.notes.ask(node, "repeat", told)
        return
    if child(repeat, "loopDataInputRef") is None:
        new_child(repeat, "loopDataInputRef").text = name
    work.notes.repair(node, "repeat_list", told, name)


def _outputs(
    work: Work, node: etree._Element, repeat: etree._Element, found: etree._Element
) -> None:
    collection, element = found.get("outputCollection"), found.get("outputElement")
    if not collection and not element:
        return
    name = work.language.expression(element or "") or ""
    if not (collection or "").isidentifier() or not name.isidentifier():
        work.notes.ask(node, "repeat_output", said(found))
        return
    new_child(repeat, "loopDataOutputRef").text = collection
    _item(work, node, repeat, "outputDataItem", name)
    work.notes.repair(node, "repeat_output", said(found), f"{name} → {collection}")


def _expressions(work: Work, node: etree._Element, repeat: etree._Element) -> None:
    count = child(repeat, "loopCardinality")
    if count is not None and work.language.is_marked(text(count)):
        made = work.language.expression(text(count))
        if made is None:
            work.notes.ask(node, "repeat", text(count))
        elif not work.language.is_feel:
            work.notes.repair(node, "repeat_count", text(count), made)
            count.text = made
    _condition(work, node, child(repeat, "completionCondition"))


def _condition(work: Work, node: etree._Element, condition: etree._Element | None) -> None:
    """When it is enough; the counts have other names here."""
    if condition is None or not text(condition):
        return
    source, language = text(condition), condition.get("language", "")
    if work.language.is_marked(source):
        made = work.language.condition(source, COUNTS)
    elif language:
        made = work.language.script_condition(source, language, COUNTS)
    else:
        return
    if made is None:
        work.notes.ask(node, "repeat", source)
    elif made != source:
        condition.text = made
        taken(condition, "language")
        work.notes.repair(node, "repeat_enough", source, made)
