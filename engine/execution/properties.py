"""Which named properties may an element carry, and what do they mean once compiled?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_operations import written_out
from engine.execution.lint_report import Report
from engine.execution.mapped_errors import CODES, EXPRESSION
from engine.execution.model import AD_HOC, FLOW_NODES, HUMAN, Scope
from engine.execution.resolving import GLOBAL_TASKS
from engine.execution.xml import event_definitions, extension, local
from engine.feel.expression import Expression

DEFAULT_GROUP: Final = "PJMO"  # owns every process; takes what is drawn for nobody
DEFAULT_PRIORITY: Final = 3
_TASK: Final = frozenset(
    {
        "formKey",
        "candidateGroups",
        "candidateUsers",
        "assignee",
        "excludedUsers",
        "dueWorkingDays",
        "dueDate",
        "followUpDate",
        "priority",
        "trace",
        "readRegisters",
        "writeRegisters",
    }
)
ONE_PER_KEY: Final = "onePerKey"  # of a start event: `true`
_PROCESS: Final = frozenset({"prefix", "trace", "starters", "subject"})
_ROW: Final = re.compile(r"[A-Z]?[0-9A-Za-z]+([-.][0-9A-Za-z]+)*")


@dataclass(frozen=True, kw_only=True)
class UserTaskProperties:
    """Properties of a user task, read once; expressions are evaluated when the task opens.

    `candidate_groups` are role codes (`PJMO`, `PJMO:head`): those of the property, else the lane's.
    """

    form_key: str | None = None
    candidate_groups: frozenset[str] = frozenset()
    candidate_groups_expression: Expression | None = None
    candidate_users: Expression | None = None
    assignee: Expression | None = None
    excluded_users: Expression | None = None
    due_working_days: int | None = None
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: int = DEFAULT_PRIORITY
    trace: tuple[str, ...] = ()
    read_registers: tuple[str, ...] = ()
    write_registers: tuple[str, ...] = ()


def of(element: etree._Element) -> dict[str, str]:
    """The element's own properties, name -> value without outer white space."""
    block = extension(element, "properties")
    if block is None:
        return {}
    return {p.get("name", ""): p.get("value", "").strip() for p in block if local(p) == "property"}


def words(value: str) -> tuple[str, ...]:
    """The entries of a list written with commas."""
    return tuple(word.strip() for word in re.split(r"[,、]", value) if word.strip())


def allowed(element: etree._Element) -> frozenset[str]:
    """The names of the properties an element of this kind may carry."""
    kind = GLOBAL_TASKS.get(local(element), local(element))
    if kind == "process":
        return _PROCESS
    if kind in HUMAN:
        return _TASK if kind == "userTask" else _TASK - {"formKey"}
    if kind == AD_HOC:  # of the open choice what is done next
        return _TASK - {"formKey", "readRegisters", "writeRegisters"}
    names = {"trace"} if kind in FLOW_NODES else set()
    if kind == "startEvent" and not event_definitions(element):
        names.add("formKey")
    if kind in ("scriptTask", "serviceTask", "businessRuleTask"):
        names.add(CODES)
    if kind == "serviceTask":
        names.add(EXPRESSION)
    if kind in ("sendTask", "receiveTask") or any(
        local(d) in ("messageEventDefinition", "signalEventDefinition")
        for d in event_definitions(element)
    ):
        starts = kind == "startEvent" and _is_of_process(element)
        names.add(ONE_PER_KEY if starts else "correlationKey")
    return frozenset(names)


def _is_of_process(element: etree._Element) -> bool:
    """Whether it stands in the process itself: there the sender alone names the key."""
    parent = element.getparent()
    return parent is not None and local(parent) == "process"


def check_names(report: Report, element: etree._Element) -> None:
    """Refuse properties this kind of element does not have, and those written twice."""
    block = extension(element, "properties")
    seen: set[str] = set()
    for entry in () if block is None else block:
        name = entry.get("name", "")
        if local(entry) != "property" or not entry.get("value", "").strip():
            report.refuse(
                element,
                "bad_property",
                Sentence(
                    "属性（properties）の中に、名前と値のそろわない行があります。書き直すか、"
                    "取り除きます。"
                ),
            )
        elif name not in allowed(element):
            possible = "、".join(sorted(allowed(element))) or Sentence("なし")
            report.refuse(
                element,
                "unknown_property",
                Sentence(
                    "属性「%(name)s」はこの要素では使えません。使えるもの：%(possible)s。",
                    name=name,
                    possible=possible,
                ),
            )
        elif name in seen:
            report.refuse(
                element,
                "duplicate_property",
                Sentence("属性「%(name)s」が2回書かれています。片方を消します。", name=name),
            )
        seen.add(name)


def check_process(report: Report, process: etree._Element) -> None:
    """The process's own properties: who may start it, and how its instances are called."""
    values = of(process)
    if values.get("starters", "none") != "none":
        _groups(report, process, "starters", values["starters"])
    if values.get("subject"):
        report.expression(process, values["subject"], Sentence("件名（subject）"))
    if values.get("prefix") and not re.fullmatch(r"\w{1,8}", values["prefix"]):
        report.refuse(
            process,
            "bad_prefix",
            Sentence("管理番号の接頭語（prefix）は、記号を含まない8字までの言葉にします。"),
        )
    trace(report, process, values)


def trace(report: Report, element: etree._Element, values: Mapping[str, str]) -> tuple[str, ...]:
    """The rows of the checklist an element covers."""
    rows = words(values.get("trace", ""))
    for row in rows:
        if not _ROW.fullmatch(row):
            report.refuse(
                element,
                "bad_trace",
                Sentence(
                    "「%(row)s」は点検表の行番号ではありません。1-07 のように書き、"
                    "コンマで区切ります。",
                    row=row,
                ),
            )
    return rows


def compile_task(report: Report, scope: Scope, task: etree._Element) -> UserTaskProperties:
    """The properties of a task a person does; everything wrong with them is refused."""
    values = of(task)

    def expression(name: str, what: Sentence) -> Expression | None:
        return report.expression(task, values[name], what) if values.get(name) else None

    groups, groups_expression = _candidates(report, scope, task, values)
    if "dueWorkingDays" in values and "dueDate" in values:
        report.refuse(
            task,
            "two_due_dates",
            Sentence("期限は dueWorkingDays か dueDate のどちらか一方で決めます。"),
        )
    return UserTaskProperties(
        form_key=values.get("formKey") or None,
        candidate_groups=groups,
        candidate_groups_expression=groups_expression,
        candidate_users=expression("candidateUsers", Sentence("候補者（candidateUsers）")),
        assignee=expression("assignee", Sentence("担当者（assignee）")),
        excluded_users=expression("excludedUsers", Sentence("除外する人（excludedUsers）")),
        due_working_days=_whole(report, task, values, "dueWorkingDays", range(1000)),
        due_date=expression("dueDate", Sentence("期限（dueDate）")),
        follow_up_date=expression("followUpDate", Sentence("再確認日（followUpDate）")),
        priority=_whole(report, task, values, "priority", range(1, 6)) or DEFAULT_PRIORITY,
        trace=trace(report, task, values),
        read_registers=_registers(report, task, values, "readRegisters"),
        write_registers=_registers(report, task, values, "writeRegisters"),
    )


def _candidates(
    report: Report, scope: Scope, task: etree._Element, values: Mapping[str, str]
) -> tuple[frozenset[str], Expression | None]:
    written = values.get("candidateGroups", "")
    if written.startswith("="):
        _groups(report, task, "candidateGroups", ",".join(written_out(written)))
        return frozenset(), report.expression(task, written, Sentence("候補（candidateGroups）"))
    if written:
        return _groups(report, task, "candidateGroups", written), None
    lane = report.diagram.lane_of(scope, task.get("id", ""))
    role = report.known.role_of(lane) if lane else None
    if role is not None:
        return frozenset({role}), None
    if "candidateUsers" not in values and "assignee" not in values and lane is None:
        report.warn(
            task,
            "no_candidates",
            Sentence(
                "候補もレーンも決まっていないため、%(default_group)s が引き受けます。",
                default_group=DEFAULT_GROUP,
            ),
        )
        return frozenset({DEFAULT_GROUP}), None
    return frozenset(), None


def _groups(report: Report, place: etree._Element, name: str, value: str) -> frozenset[str]:
    groups = words(value)
    for group in groups:
        if not report.known.is_group(group):
            report.refuse(
                place,
                "unknown_role",
                Sentence(
                    "%(name)s の「%(group)s」という役割はありません。役割の記号（PJMO、"
                    "長は PJMO:head）をコンマで区切って書きます。",
                    name=name,
                    group=group,
                ),
            )
    return frozenset(groups)


def _registers(
    report: Report, task: etree._Element, values: Mapping[str, str], name: str
) -> tuple[str, ...]:
    codes = words(values.get(name, ""))
    for code in codes:
        if code not in report.known.registers:
            report.refuse(
                task,
                "unknown_register",
                Sentence(
                    "%(name)s の「%(code)s」という台帳はありません。"
                    "台帳の記号（R01 など）を書きます。",
                    name=name,
                    code=code,
                ),
            )
    return codes


def _whole(
    report: Report, task: etree._Element, values: Mapping[str, str], name: str, within: range
) -> int | None:
    value = values.get(name)
    if not value:
        return None
    if value.isascii() and value.isdigit() and int(value) in within:
        return int(value)
    report.refuse(
        task,
        "bad_number",
        Sentence(
            "%(name)s の「%(value)s」は使えません。%(start)sから%(last)sまでの整数にします。",
            name=name,
            value=value,
            start=within.start,
            last=within.stop - 1,
        ),
    )
    return None
