"""Who does a task, until when, how urgently: from the words of other tools into ours."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.execution.importing_expressions import quoted
from engine.execution.importing_foreign import replace_property, set_property
from engine.execution.importing_work import Work
from engine.execution.model import HUMAN
from engine.execution.properties import of, words
from engine.execution.xml import BPMN, child, children, local, text

_DURATION: Final = re.compile(r"P(?!$)(\d+[YMWD])*(T(?!$)(\d+[HMS])+)?")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
STARTER: Final = "案件.開始者"
_USUAL: Final = "50"  # what the other engines give a task that says nothing
_OWNERS: Final = ("performer", "humanPerformer", "potentialOwner")


def translate_people(work: Work) -> None:
    """Assignments, due dates and priorities of all tasks; who may start the process."""
    for task in work.nodes(*HUMAN):
        _assign(work, task)
        _standard_roles(work, task)
        _dates(work, task)
        _priority(work, task)
        if work.is_run and local(task) != "userTask" and work.tool != "jBPM":
            work.notes.ask(task, "passing_task", local(task))
    for task in work.nodes():
        if local(task) not in HUMAN:
            _drop_roles(work, task)
    _drop_resources(work)
    _starters(work)
    for lane in work.process.iter(f"{{{BPMN}}}lane"):
        _lane(work, lane)


def _assign(work: Work, task: etree._Element) -> None:
    foreign = work.at(task)
    definition = foreign.entry("assignmentDefinition")
    told = {
        name: (definition.get(name) if definition is not None else None) or foreign.attribute(name)
        for name in ("assignee", "candidateUsers", "candidateGroups")
    }
    if told["assignee"]:
        assign(work, task, told["assignee"])
    if told["candidateUsers"]:
        candidates(work, task, told["candidateUsers"])
    if told["candidateGroups"]:
        groups(work, task, told["candidateGroups"])


def assign(work: Work, task: etree._Element, said: str) -> None:
    """The one who does it; a name of the other tool may be nobody here."""
    value = STARTER if said == "$INITIATOR" else work.language.value(said)
    if value is None or "assignee" in of(task):
        work.notes.ask(task, "assignee", said)
        return
    set_property(task, "assignee", value)
    work.notes.repair(task, "assignee", said, value)
    if value == quoted(said):
        work.notes.ask(task, "person", said)


def candidates(work: Work, task: etree._Element, said: str) -> None:
    """The people who may take it."""
    if work.language.is_marked(said):
        value = work.language.expression(said)
    else:
        value = f"[{', '.join(quoted(one) for one in words(said))}]"
    if value is None:
        work.notes.ask(task, "candidates", said)
        return
    earlier = of(task).get("candidateUsers")
    value = f"concatenate({earlier}, {value})" if earlier else value
    replace_property(task, "candidateUsers", value)
    work.notes.repair(task, "candidate_users", said, value)
    if not work.language.is_marked(said):
        work.notes.ask(task, "person", said)


def groups(work: Work, task: etree._Element, said: str) -> None:
    """The roles that may take it: those of ours that bear the name; others are asked for."""
    if work.language.is_marked(said):
        value = work.language.expression(said)
        if value is None:
            work.notes.ask(task, "candidates", said)
            return
        if of(task).get("candidateGroups"):
            work.notes.ask(task, "candidates", said)
            return
        set_property(task, "candidateGroups", f"={value}")
        work.notes.repair(task, "candidate_groups", said, f"={value}")
        work.notes.ask(task, "group_values", said)
        return
    found = [_role(work, one) for one in words(said)]
    value = ",".join(role or one for role, one in zip(found, words(said), strict=True))
    earlier = of(task).get("candidateGroups", "")
    if earlier.startswith("="):
        work.notes.ask(task, "candidates", said)
        return
    replace_property(task, "candidateGroups", ",".join(filter(None, (earlier, value))))
    if all(found):
        work.notes.repair(task, "candidate_groups", said, value)
    else:
        work.notes.ask(task, "group", said)


def _role(work: Work, name: str) -> str | None:
    return name if work.known.is_group(name) else work.known.role_of(name)


def _standard_roles(work: Work, task: etree._Element) -> None:
    """The elements that BPMN itself has for it, also as `user(...)` and `group(...)`."""
    for owner in children(task, *_OWNERS, "resourceRole"):
        task.remove(owner)
        said = " ".join(text(e) for e in owner.iter(f"{{{BPMN}}}formalExpression")).strip()
        resource = text(child(owner, "resourceRef"))
        if not said and resource:
            named = work.shared("resource", resource)
            said = resource if named is None else named.get("name", resource)
            groups(work, task, said)
        elif not said:
            work.notes.repair(task, "removed", local(owner))
        else:
            _owner(work, task, local(owner), said)


def _owner(work: Work, task: etree._Element, kind: str, said: str) -> None:
    if kind in ("performer", "humanPerformer"):
        assign(work, task, said)
        return
    if work.language.is_marked(said):
        candidates(work, task, said)
        return
    named = [re.fullmatch(r"(user|group)\((.+)\)", one) for one in words(said)]
    people = [found[2] for found in named if found and found[1] == "user"]
    others = [
        found[2] if found else one
        for found, one in zip(named, words(said), strict=True)
        if not found or found[1] == "group"
    ]
    if work.tool == "jBPM":  # whoever stands here is a person; groups are told elsewhere
        people, others = list(words(said)), []
    if people:
        candidates(work, task, ",".join(people))
    if others:
        groups(work, task, ",".join(others))


def _drop_resources(work: Work) -> None:
    """Their names have been read where tasks refer to them."""
    for resource in children(work.root, "resource"):
        work.root.remove(resource)
        work.notes.repair(resource, "removed", f"resource = {resource.get('name', '')}")


def _drop_roles(work: Work, task: etree._Element) -> None:
    for owner in children(task, *_OWNERS, "resourceRole"):
        task.remove(owner)
        work.notes.ask(task, "foreign", local(owner))


def _dates(work: Work, task: etree._Element) -> None:
    foreign = work.at(task)
    schedule = foreign.entry("taskSchedule")
    for name, property_name in (("dueDate", "dueDate"), ("followUpDate", "followUpDate")):
        said = (schedule.get(name) if schedule is not None else None) or foreign.attribute(name)
        if said:
            date_of(work, task, property_name, said)


def date_of(work: Work, task: etree._Element, name: str, said: str) -> None:
    """A date that the other tool works out when the task opens, as ours does."""
    value = work.language.expression(said) if work.language.is_marked(said) else _fixed(said)
    code = "due_date" if name == "dueDate" else "follow_up_date"
    if value is None:
        work.notes.ask(task, code, said)
        return
    set_property(task, name, value)
    work.notes.repair(task, code, said, value)


def _fixed(said: str) -> str | None:
    if _DURATION.fullmatch(said):
        return f"now() + duration({quoted(said)})"
    if _DAY.fullmatch(said):
        return f"date({quoted(said)})"
    return f"date and time({quoted(said)})" if _MOMENT.fullmatch(said) else None


def _priority(work: Work, task: etree._Element) -> None:
    foreign = work.at(task)
    definition = foreign.entry("priorityDefinition")
    told = definition.get("priority") if definition is not None else None
    said = (told or foreign.attribute("priority") or "").removeprefix("=").strip()
    if said:
        priority(work, task, said, is_scaled=told is not None)


def priority(work: Work, task: etree._Element, said: str, *, is_scaled: bool) -> None:
    """`is_scaled`: the other tool's numbers run from 0 (least) to 100, which makes five bands."""
    if said == _USUAL:
        work.notes.repair(task, "priority", said, "3")
    elif is_scaled and said.isascii() and said.isdigit() and int(said) <= 100:  # noqa: PLR2004
        value = str(max(1, 5 - int(said) // 20))
        set_property(task, "priority", value)
        work.notes.repair(task, "priority", said, value)
    else:
        work.notes.ask(task, "priority", said)


def _starters(work: Work) -> None:
    foreign = work.at(work.process)
    said = foreign.attribute("candidateStarterGroups")
    if said:
        found = [_role(work, one) for one in words(said)]
        if all(found):
            value = ",".join(one for one in found if one)
            set_property(work.process, "starters", value)
            work.notes.repair(work.process, "starters", said, value)
        else:
            work.notes.ask(work.process, "starters", said)
    people = foreign.attribute("candidateStarterUsers")
    if people:
        work.notes.ask(work.process, "starters", people)


def _lane(work: Work, lane: etree._Element) -> None:
    """A lane bears the name of a role; one without a name takes its pool's, if that is one."""
    if children(lane, "childLaneSet") or work.known.role_of(lane.get("name", "")):
        return
    if not lane.get("name", "").strip():
        pools = work.root.iter(f"{{{BPMN}}}participant")
        name = next(
            (p.get("name", "") for p in pools if p.get("processRef") == work.process.get("id")), ""
        )
        if work.known.role_of(name):
            lane.set("name", name)
            work.notes.repair(lane, "lane_name", "", name)
            return
    work.notes.ask(lane, "lane", lane.get("name", ""))
