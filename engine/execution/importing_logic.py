"""What do conditions, scripts, decisions and services of other tools say here?"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.execution.importing_expressions import (
    compiled,
    dialect_of,
    feel,
    is_variable,
)
from engine.execution.importing_foreign import add_line, new_child, said, set_extension, taken
from engine.execution.importing_ids import key_of
from engine.execution.importing_shape import is_prose
from engine.execution.importing_work import Work
from engine.execution.lint_names import decided_by
from engine.execution.xml import BPMN, child, children, extension, local, text

_SERVICE: Final = (
    *("class", "delegateExpression", "expression", "type", "topic"),
    *("resultVariable", "resultVariableName"),
    *("serviceimplementation", "serviceinterface", "serviceoperation"),
)
_SERVICE_ENTRIES: Final = ("connector", "field", "taskDefinition", "taskHeaders", "httpInputParam")
_OURS: Final = ("", "feel")
_DMN: Final = ("namespace", "model", "decision")


def translate_logic(work: Work) -> None:
    """Conditions of flows; scripts; decisions; services and everything else that a program does."""
    for flow in list(work.process.iter(f"{{{BPMN}}}sequenceFlow")):
        _condition(work, flow)
    for node in work.nodes("scriptTask"):
        _script(work, node)
    for node in work.nodes("businessRuleTask"):
        _decision(work, node)
    for node in work.nodes("serviceTask", "task", "sendTask"):
        _service(work, node)
    for node in work.nodes("callActivity"):
        _call(work, node)
    for node in work.nodes("userTask", "receiveTask"):
        told = taken(node, "implementation")
        if told:  # by which kind of page: the worklist shows all tasks here
            work.notes.repair(node, "removed", f"implementation = {told}")


def _condition(work: Work, flow: etree._Element) -> None:
    condition = child(flow, "conditionExpression")
    if condition is None:
        return
    source, language = text(condition), condition.get("language", "").strip()
    made = condition_of(work, source, language)
    if made == source and language.lower() in _OURS:
        return
    if made is not None:
        condition.text = made
        taken(condition, "language")
        work.notes.repair(flow, "condition", f"{language} {source}", made)
        return
    work.notes.ask(flow, "condition", f"{language} {source}")
    if language.lower() in _OURS and compiled(source) is not None:
        flow.remove(condition)  # words that ours would take for names


def condition_of(work: Work, source: str, language: str) -> str | None:
    """The condition in FEEL; the same text where it stays as it is."""
    if work.language.is_marked(source) and not dialect_of(language):
        made = work.language.condition(source)
        return source if made is not None and work.language.is_feel else made
    if language.lower() not in _OURS and "/FEEL" not in language.upper():
        return work.language.script_condition(source, language)
    if work.is_run or (not work.was_executable and is_prose(source)):
        return None
    return source if work.was_executable or feel(source) is not None else None


def _script(work: Work, task: etree._Element) -> None:
    foreign = work.at(task)
    expression = foreign.entry("script")
    if expression is not None and child(task, "script") is None:
        _feel_script(work, task, expression)
        return
    language = task.get("scriptFormat", "").strip()
    result = foreign.attribute("resultVariable", "resultVariableName") or ""
    stores = foreign.attribute("autoStoreVariables") == "true"
    resource = foreign.attribute("resource")
    if resource:
        work.notes.ask(task, "script", resource)
        return
    if language.lower() in _OURS and not result:
        return
    source = child(task, "script")
    lines = work.language.assignments(text(source), language, result)
    if lines is None and stores:
        lines = _stored(work, text(source), language)
    if lines is None or source is None:
        work.notes.ask(task, "script", f"{language} {text(source)}")
        return
    was, source.text = text(source), "\n".join(lines)
    taken(task, "scriptFormat")
    work.notes.repair(task, "script", f"{language} {was}", "; ".join(lines))


def _stored(work: Work, source: str, language: str) -> list[str] | None:
    """The one line `name = expression` of an engine that keeps what scripts assign."""
    found = re.fullmatch(r"\s*([^\W\d]\w*)\s*=(?!=)([^;\n]+);?\s*", source)
    return work.language.assignments(found[2], language, found[1]) if found else None


def _feel_script(work: Work, task: etree._Element, expression: etree._Element) -> None:
    result, source = expression.get("resultVariable", ""), expression.get("expression", "")
    made = work.language.expression(source) if work.language.is_marked(source) else None
    if made is None or not is_variable(result):
        work.notes.ask(task, "script", said(expression))
        return
    new_child(task, "script").text = f"{result} = {made}"
    work.notes.repair(task, "script", said(expression), f"{result} = {made}")


def _decision(work: Work, task: etree._Element) -> None:
    foreign = work.at(task)
    called = foreign.entry("calledDecision")
    result = foreign.attribute("resultVariable")
    mapped = foreign.attribute("mapDecisionResult")
    foreign.attribute("decisionRefBinding")
    name = foreign.attribute("decisionRef")
    if called is not None:
        name, result = called.get("decisionId"), called.get("resultVariable")
    name = name or _dmn_of(task)
    taken(task, "implementation")
    extra = foreign.attribute("decisionRefVersion", "ruleFlowGroup", "rules", "class")
    if not name or work.language.is_marked(name) or extra:
        told = [name, extra, *(text_ for _, text_ in _service_words(work, task))]
        if extension(task, "calledDecisionId") is None:
            work.notes.ask(task, "decision", " ".join(filter(None, told)))
        return
    set_extension(task, "calledDecisionId", name)
    if name in work.known.decisions:
        work.notes.repair(task, "decision", name, name)
        _result(work, task, name, result, mapped or "")
    else:
        work.notes.ask(task, "decision", f"{name} → {result}" if result else name)


def _result(work: Work, task: etree._Element, name: str, result: str | None, mapped: str) -> None:
    """Ours sets the outputs by their own names; a variable for one of them is set after it."""
    if not result:
        return
    outputs = decided_by(work.known, name)
    if len(outputs) == 1 and mapped in ("", "singleEntry") and is_variable(result):
        if outputs[0] != result:
            add_line(task, "postScript", f"{result} = {outputs[0]}")
            work.notes.repair(task, "decision_result", result, f"{result} = {outputs[0]}")
        return
    work.notes.ask(task, "decision_result", f"{result} {mapped}".strip())


def _dmn_of(task: etree._Element) -> str | None:
    """The decision that a task of jBPM names among its inputs."""
    block = child(task, "ioSpecification")
    if "dmn" not in task.get("implementation", "") or block is None:
        return None
    names = {e.get("id", ""): e.get("name", "") for e in children(block, "dataInput")}
    found: dict[str, str] = {}
    for link in children(task, "dataInputAssociation"):
        name = names.get(text(child(link, "targetRef")), "")
        value = next(link.iter(f"{{{BPMN}}}from"), None)
        if name in _DMN and value is not None:
            task.remove(link)
            found[name] = text(value)
    for entry in children(block, "dataInput"):
        if entry.get("name") in _DMN:
            block.remove(entry)
    return found.get("decision") or found.get("model")


def _service(work: Work, task: etree._Element) -> None:
    """What a program does is chosen anew here; the old choice is told."""
    words = _service_words(work, task)
    told = [text_ for _, text_ in words]
    if _is_decision(work, task, told):
        return
    name = work.at(task).attribute("taskName")
    implementation = taken(task, "implementation")
    if implementation and not implementation.startswith("##"):
        told.append(f"implementation = {implementation}")
    if taken(task, "operationRef"):
        told.append("operationRef")
    if name and local(task) == "task":
        told.append(f"taskName = {name}")
        task.tag = f"{{{BPMN}}}serviceTask"
    if local(task) == "serviceTask" and extension(task, "serviceTaskOperator") is None:
        work.notes.ask(task, "service", "; ".join(told))
    elif told:
        work.notes.ask(task, "message_send", "; ".join(told))


def _is_decision(work: Work, task: etree._Element, told: list[str]) -> bool:
    """Whether the service is the decision table of an engine that draws it so."""
    if "type = dmn" not in told:
        return False
    named = re.search(r"name=decisionTableReferenceKey (\S+)", " ".join(told))
    task.tag = f"{{{BPMN}}}businessRuleTask"
    name = named[1] if named else ""
    if name:
        set_extension(task, "calledDecisionId", name)
    if name in work.known.decisions:
        work.notes.repair(task, "decision", "; ".join(told), name)
    else:
        work.notes.ask(task, "decision", "; ".join(told))
    return True


def _service_words(work: Work, element: etree._Element) -> list[tuple[str, str]]:
    foreign = work.at(element)
    found: list[tuple[str, str]] = []
    for name in _SERVICE:
        value = foreign.attribute(name)
        if value:
            found.append((name, f"{name} = {value}"))
    found += [(local(entry), said(entry)) for entry in foreign.entries(*_SERVICE_ENTRIES)]
    return found


def service_words(work: Work, element: etree._Element) -> str:
    """What an element said of the program behind it, taken from it."""
    return "; ".join(told for _, told in _service_words(work, element))


def _call(work: Work, node: etree._Element) -> None:
    foreign = work.at(node)
    entry = foreign.entry("calledElement")
    named = "" if entry is None else entry.get("processId", "")
    if entry is not None and named and not work.language.is_marked(named):
        node.set("calledElement", key_of(named))
        work.notes.repair(node, "called_process", said(entry), key_of(named))
    binding = foreign.attribute("calledElementBinding", "calledElementType")
    version = foreign.attribute("calledElementVersion", "calledElementVersionTag")
    case = foreign.attribute("caseRef")
    for name in ("independent", "waitForCompletion", "inheritVariables", "sameDeployment"):
        foreign.attribute(name)
    if version or case:
        work.notes.ask(node, "called_version", version or case or "")
    elif binding:
        work.notes.repair(node, "called_version", binding)
    called = node.get("calledElement", "")
    if "{" in called or not called:
        work.notes.ask(node, "called_process", called or named)
        taken(node, "calledElement")
    elif called not in work.known.processes and called != work.process.get("id"):
        work.notes.ask(node, "called_process", called)
