"""A thousand running instances at twenty kinds of places change their version: none is damaged.

The process is drawn like the preparation of a go-live: plans, then side by side a task for each
office with a reminder, a sub-process, a call, and a message or a day to wait for.  Whatever goes
to the new version and whatever stays is then worked on to its end, beside an instance of each
version that never changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import testing
from engine.domain.batch import BatchState, ItemState
from engine.domain.instance import InstanceHead
from engine.domain.user_task import UserTask
from engine.execution import waits
from engine.services import (
    batches,
    incidents,
    instances,
    messages,
    migrating,
    running,
    suspending,
    tasks,
)
from engine.services.migrating import Target
from engine.services.unit import Unit
from engine.storage import definitions, schema
from engine.storage import instances as instance_rows
from engine.storage import tasks as task_rows
from engine.storage.queries import testing as queries
from engine.testing import TestOffice
from tests.diagrams import (
    call,
    declared,
    folder,
    line,
    message,
    message_event,
    node,
    parallel_users,
    script,
    service,
    timer,
    user_task,
)

ALL = 1_000
MOST_ROUNDS, WAITING_ROUNDS = 12, (0, 4)
FORM = b"""{"schemaVersion": 19, "type": "default", "id": "sheet", "components": [
 {"type": "textfield", "id": "a", "key": "\\u8ab2\\u984c", "label": "\\u8ab2\\u984c"}]}"""
ROW = '{内容: 番号, 対応状況: "対応済", 状態: "完了"}'
FIRST: Mapping[str, Any] = {"部署": ["一", "二", "三"], "壊": False}
Flow = tuple[str, ...]


def drawn(*, is_new: bool) -> dict[str, dict[str, bytes]]:
    """The new version has no review and no reminder of the survey; people are trained in the team.

    It checks the sum, mends the script, waits longer, asks for a signature, and warns of a slow
    approval.
    """
    nodes, flows = map(list, _newer() if is_new else _older())
    names = ("begin", "plan", *([] if is_new else ["review"]), "split")
    chains = (names, ("split", "approve", "meet"), ("meet", "decide", "note", "report"))
    flows += [pair for chain in chains for pair in pairwise(chain)]
    flows += [("split", "ask"), ("total", "meet"), ("split", "team"), ("team", "meet")]
    flows += [("split", "which"), ("which", "ready"), ("which", "day"), ("ready", "either")]
    nodes += [
        node("startEvent", "begin"),
        user_task("plan"),
        node("parallelGateway", "split"),
        parallel_users("ask", "部署", "課", formKey="sheet", dueWorkingDays="5"),
        call("approve", "approving"),
        node("eventBasedGateway", "which"),
        message_event(
            "intermediateCatchEvent", "ready", "msg.ready", variable="知らせ", key="番号"
        ),
        timer("intermediateCatchEvent", "day", '"P12D"' if is_new else '"P9D"'),
        node("exclusiveGateway", "either"),
        node("parallelGateway", "meet"),
        user_task("decide"),
        service("note", "register.write", "記録", register='"R14"', values=ROW),
        user_task("report"),
        node("endEvent", "finish"),
    ]
    flows += [("day", "either")]
    made = folder(
        "preparing",
        nodes,
        flows,
        roots=message("msg.ready"),
        interface=declared("部署", "回答一覧"),
    )
    made["preparing"]["sheet.form.json"] = FORM
    return made


def _older() -> tuple[list[str], list[Flow]]:
    late = timer("boundaryEvent", "late", '"P3D"', attachedToRef="ask", cancelActivity="false")
    nodes = [
        *(user_task("review"), late, user_task("remind"), node("endEvent", "reminded")),
        *(_team("draft", "check"), user_task("train")),
        script("total", "計 = if 壊 then ない * 2 else 3"),
    ]
    flows: list[Flow] = [("late", "remind"), ("remind", "reminded"), ("ask", "total")]
    return nodes, [*flows, ("either", "train"), ("train", "meet"), ("report", "finish")]


def _newer() -> tuple[list[str], list[Flow]]:
    slow = timer("boundaryEvent", "slow", '"P2D"', attachedToRef="approve", cancelActivity="false")
    nodes = [
        *(slow, user_task("hurry"), node("endEvent", "hurried")),
        *(_team("compose", "train", "check"), user_task("sum"), user_task("sign")),
        script("total", "計 = 3"),
    ]
    flows: list[Flow] = [("slow", "hurry"), ("hurry", "hurried"), ("ask", "sum")]
    return nodes, [*flows, ("sum", "total"), ("either", "meet"), ("report", "sign"),
                   ("sign", "finish")]  # fmt: skip


def _team(*steps: str) -> str:
    inner = line("team", *map(user_task, steps))["team"]["team.bpmn"].decode()
    inside = re.search(r'isExecutable="true">(.*)</bpmn:process>', inner, re.DOTALL)
    assert inside is not None
    text = inside[1]
    for name in ("begin", "finish"):
        text = re.sub(rf"\b{name}(?=[\"_])|(?<=_to_){name}\b", f"team_{name}", text)
    return node("subProcess", "team", text)


MAPPING = {"draft": "compose"}
PASSED = ("plan", "review")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an instance is stopped, and what is said of it.

    `reason`: why it cannot change its version; empty if it can.  `days`: how long it has waited.
    """

    steps: tuple[str, ...]
    reason: str = ""
    days: int = 0
    then: str = ""


GONE = "「review」は新しい版にありません。"
SCOPE = "「train」は新しい版では別のサブプロセスの中か外にあります。"
PATH = (
    "「late」から始まった作業が残っていますが、新しい版にはその出来事がありません。"
    "「remind」は新しい版にありません。"
)
JOIN = "「meet」で合流を待っていますが、新しい版では合流する流れが違います。"
PLACES = {
    "day": Place(steps=(*PASSED, "remind"), days=9, reason=SCOPE),
    "reminder": Place(steps=PASSED, days=3, reason=PATH),
    "reminded": Place(steps=(*PASSED, "remind", "ask"), days=3),
    "plan": Place(steps=()),
    "review": Place(steps=("plan",), reason=GONE),
    "all": Place(steps=PASSED),
    "one answer": Place(steps=(*PASSED, "ask")),
    "two answers": Place(steps=(*PASSED, "ask", "ask")),
    "three answers": Place(steps=(*PASSED, "ask", "ask", "ask")),
    "stuck": Place(steps=(*PASSED, "ask", "ask", "ask"), then="stuck"),
    "drafted": Place(steps=(*PASSED, "draft", "ask")),
    "team over": Place(steps=(*PASSED, "draft", "check")),
    "approved": Place(steps=(*PASSED, "answer")),
    "told": Place(steps=(*PASSED, "ready"), reason=SCOPE),
    "trained": Place(steps=(*PASSED, "ask", "ready", "train"), reason=JOIN),
    "held": Place(steps=(*PASSED, "ask"), then="held"),
    "resting": Place(steps=(*PASSED, "draft", "ask", "ask"), then="resting"),
    "kept message": Place(steps=(*PASSED, "ask"), then="kept"),
    "decide": Place(
        steps=(*PASSED, "ask", "ask", "ask", "draft", "check", "answer", "ready", "train")
    ),
    "report": Place(
        steps=(*PASSED, "ask", "ask", "ask", "draft", "check", "answer", "ready", "train", "decide")
    ),
}


TOLD = {
    name
    for name, place in PLACES.items()
    if "ready" in place.steps or place.then == "kept" or place.days == 9
}


@dataclass(frozen=True, kw_only=True)
class One:
    """An instance of the thousand."""

    id: str
    number: str
    place: str


class Many:
    """Works on many instances at once: nobody looks through all tasks of the office for one."""

    def __init__(self, office: TestOffice) -> None:
        self.office, self.engine = office, office.engine
        self.actor, self.owner = office.actor("pjmo1"), office.actor("owner1")

    def start(self, number: str, place: str = "", **values: Any) -> One:
        id_ = self.engine.run(
            instances.start,
            "preparing",
            self.actor,
            project_id=testing.PROJECT,
            system_id=testing.SYSTEM,
            values={**FIRST, "番号": number, **values},
        )
        return One(id=id_, number=number, place=place)

    def open(self, id_: str) -> list[UserTask]:
        """Its open tasks and those of what it has called."""
        return self.engine.ask(_open, id_)

    def do(self, one: One, step: str) -> None:
        if step == "ready":
            self.tell(one)
            return
        self.complete(next(task for task in self.open(one.id) if task.element_id == step))

    def tell(self, one: One) -> None:
        self.engine.run(
            messages.send,
            "msg.ready",
            project_id=testing.PROJECT,
            key=one.number,
            payload={"版": 1},
            actor=testing.SETUP,
        )
        self.office.run_jobs()

    def complete(self, task: UserTask) -> None:
        mark = {"課題": "なし"} if task.element_id == "ask" else {f"印_{task.element_id}": True}
        self.engine.run(tasks.complete, task.id, self.actor, mark)

    def finish(self, ones: list[One]) -> None:
        """All of them, side by side, to their ends; every other one is told, the rest wait."""
        for number, one in enumerate(ones):
            if number % 2 == 0 and one.place not in TOLD:
                self.tell(one)
        for number in range(MOST_ROUNDS):
            if number in WAITING_ROUNDS:
                self.office.advance(days=13)
            for one in ones:
                for task in self.open(one.id):
                    if any(task.id == still.id for still in self.open(one.id)):
                        self.complete(task)
            self.office.run_jobs()
            ones = [one for one in ones if not self.head(one).is_ended]
        assert ones == []

    def head(self, one: One) -> InstanceHead:
        return self.engine.ask(instance_rows.get_head, one.id)


def _open(unit: Unit, id_: str) -> list[UserTask]:
    called = [child.id for child in instance_rows.children(unit, id_)]
    return [task for one in (id_, *called) for task in task_rows.open_of(unit, one)]


# Where they stand


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What an instance waits for, as its rows say it; `drafts`: what was typed, by task."""

    tasks: frozenset[tuple[str, str | None, str]]
    timers: frozenset[tuple[str, str]]
    heard: frozenset[tuple[str, str]]
    drafts: frozenset[tuple[str, str]]
    incidents: frozenset[str]


def stands(office: TestOffice) -> dict[str, Stand]:
    """Of every instance, from the tables alone."""
    found: dict[str, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    holders = {}
    for task in office.engine.ask(queries.open_tasks):
        holders[task.id] = task.instance_id
        found[task.instance_id]["tasks"].add((task.id, task.assignee, str(task.due_at)))
    for job in rows(office, schema.job):
        if job.kind == "fire_timer" and job.state in ("todo", "held"):
            found[job.instance_id]["timers"].add((job.element_instance_id, str(job.run_at)))
    for one in rows(office, schema.subscription):
        found[one.instance_id]["heard"].add((one.id, one.key))
    for draft in rows(office, schema.draft):
        found[holders[draft.task_id]]["drafts"].add((draft.task_id, str(draft.post)))
    for incident in office.incidents():
        found[incident.instance_id or ""]["incidents"].add(str(incident.id))
    return {
        id_: Stand(**{one.name: frozenset(of[one.name]) for one in fields(Stand)})
        for id_, of in found.items()
    }


def rows(office: TestOffice, table: sa.Table) -> list[Any]:
    with office.engine._database.connect() as connection:
        return list(connection.execute(sa.select(table)))


def expected_waits(unit: Unit, one: One) -> tuple[set[str], set[str], set[str]]:
    """Ids of the tasks, timers and messages its stored state waits for."""
    known = running.peek(unit, instance_rows.get_head(unit, one.id)).known
    of = {kind: {id_ for found, id_ in known if found == kind} for kind in KINDS}
    return of[waits.TASK], of[waits.TIMER], of[waits.MESSAGE]


KINDS = (waits.TASK, waits.TIMER, waits.MESSAGE)
NOTHING = Stand(
    tasks=frozenset(),
    timers=frozenset(),
    heard=frozenset(),
    drafts=frozenset(),
    incidents=frozenset(),
)


def check_rows(many: Many, ones: list[One]) -> dict[str, Stand]:
    """Every instance's rows say what its stored state says."""
    found = stands(many.office)
    for one in ones:
        of = found.get(one.id, NOTHING)
        said = ({id_ for id_, *_ in of.tasks}, *({id_ for id_, _ in kind}
                for kind in (of.timers, of.heard)))  # fmt: skip
        assert said == many.engine.ask(expected_waits, one), one
    return found


# Stopped somewhere


def stopped(many: Many) -> list[One]:
    """The thousand, where the places say; those that wait longest come first."""
    made: list[One] = []
    each = ALL // len(PLACES)
    for days in (9, 3, 0):
        group = [
            many.start(f"{name}-{number}", name, 壊=place.then == "stuck")
            for name, place in PLACES.items()
            if place.days == days
            for number in range(each)
        ]
        many.office.run_jobs()
        for one in group:
            for step in PASSED[: len(PLACES[one.place].steps)]:
                many.do(one, step)
        made += group
        many.office.run_jobs()
        if days:
            many.office.advance(days=6 if days == 9 else 3)
        go_on(many, group if days != 9 else [])
        if days == 3:
            go_on(many, [one for one in made if PLACES[one.place].days == 9])
    for one in made:
        after(many, one)
    many.office.run_jobs()
    return made


def go_on(many: Many, group: list[One]) -> None:
    for one in group:
        for step in PLACES[one.place].steps[len(PASSED) :]:
            many.do(one, step)
    many.office.run_jobs()


def after(many: Many, one: One) -> None:
    """What else people have done there."""
    then, engine = PLACES[one.place].then, many.engine
    if then == "held":
        for task in [task for task in many.open(one.id) if task.element_id in ("ask", "draft")]:
            engine.run(tasks.claim, task.id, many.actor)
            engine.run(tasks.save_draft, task.id, many.actor, {"課題": [one.number]})
    if then in ("resting", "kept"):
        engine.run(suspending.suspend, one.id, "待ち", many.actor)
    if then == "kept":
        many.tell(one)


# The proof


@pytest.mark.slow
def test_of_a_thousand_instances_all_are_moved_or_refused_and_none_is_damaged(
    tmp_path: Path,
) -> None:
    with testing.office(tmp_path) as office:
        many = Many(office)
        office.deploy({**drawn(is_new=False), **line("approving", user_task("answer"))})
        ones = stopped(many)
        never = [many.start(f"never-{n}", "1") for n in range(2)]
        before = check_rows(many, ones)
        assert sum(len(found.incidents) for found in before.values()) == ALL / len(PLACES)
        office.deploy(drawn(is_new=True))
        never += [many.start(f"never-{n}", "2") for n in range(2, 4)]

        check_outcome(many, ones)
        check_stands(ones, before, check_rows(many, ones))

        for one in ones:
            resume_and_retry(many, one)
        many.finish([*ones, *never])
        wanted = {one.place: office.variables(case_of(one)) for one in never}
        for one in ones:
            check_end(many, one, wanted[str(version_of(one))])
        assert office.incidents() == []
        assert office.undelivered() == []
        entries = office.register("R14")
        assert sorted(entry.values["内容"] for entry in entries) == sorted(
            one.number for one in (*ones, *never)
        )


def version_of(one: One) -> int:
    return 1 if PLACES[one.place].reason else 2


def check_outcome(many: Many, ones: list[One]) -> None:
    """The batch has moved those that can go, and says of the others why not."""
    old, new = reversed(many.engine.ask(definitions.versions, "preparing"))
    to = Target(definition_id=new.id, reason="様式の改正", mapping=MAPPING)
    chosen = [one.id for one in ones]
    batch_id = many.engine.run(migrating.begin, old.id, to, many.owner, chosen)
    many.office.run_jobs()

    batch = many.engine.ask(batches.progress, batch_id, many.owner, size=ALL)
    assert (batch.state, batch.total) == (BatchState.DONE, ALL)
    said = {item.ref: item.error for item in batch.items if item.state is ItemState.FAILED}
    assert said == {one.id: PLACES[one.place].reason for one in ones if version_of(one) == 1}
    assert batch.failed == 5 * ALL / len(PLACES)
    for one in ones:
        assert many.head(one).process_version == version_of(one), one


def check_stands(ones: list[One], before: Mapping[str, Stand], after: Mapping[str, Stand]) -> None:
    """Nobody has lost a task, a deadline or a draft; those refused are as they were."""
    for one in ones:
        was, now = before.get(one.id, NOTHING), after.get(one.id, NOTHING)
        if version_of(one) == 1:
            assert now == was, one
        assert (now.tasks, now.drafts, now.incidents) == (was.tasks, was.drafts, was.incidents)
        assert {key for _, key in now.heard} == {key for _, key in was.heard}


def resume_and_retry(many: Many, one: One) -> None:
    if PLACES[one.place].then in ("resting", "kept"):
        many.engine.run(suspending.resume, one.id, "再開", many.actor)
        many.office.run_jobs()
    if PLACES[one.place].then == "stuck":
        [stuck] = many.engine.ask(incidents.of_instance, one.id)
        many.engine.run(incidents.retry, stuck.id, many.office.actor("admin1"))


MARK, OWN = "印_", ("番号", "知らせ", "記録", "壊")
DONE_BY_PEOPLE = frozenset(
    ("plan", "review", "remind", "draft", "compose", "check", "train", "sum", "decide", "report",
     "sign", "hurry")
)  # fmt: skip


def check_end(many: Many, one: One, wanted: Mapping[str, Any]) -> None:
    """It has ended like one that was never moved, and knows what was done in it, not more."""
    assert many.head(one).state == "completed"
    found, trace = many.office.variables(case_of(one)), many.office.trace(case_of(one))
    assert marks(found) == DONE_BY_PEOPLE & set(trace), one
    assert ("知らせ" in found) == ("ready" in trace), one
    assert shared(found) == shared(wanted), one
    assert (trace.count("ask"), trace.count("note")) == (len(FIRST["部署"]), 1), one


def marks(found: Mapping[str, Any]) -> set[str]:
    return {name.removeprefix(MARK) for name in found if name.startswith(MARK)}


def shared(found: Mapping[str, Any]) -> dict[str, Any]:
    """What all of them end with."""
    return {n: v for n, v in found.items() if not n.startswith(MARK) and n not in OWN}


def case_of(one: One) -> testing.Case:
    return testing.Case(id=one.id, number=one.number)
