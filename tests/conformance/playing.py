"""Plays a row in an office with a virtual clock.

Acts, one per line; values are JSON, or else text:

    start n=1                a (further) instance
    nobody                   as first line: no instance is started by hand
    do approve n=1           complete the oldest open task of that element; `by=gyomu1` as somebody
    choose part a            start that activity of an ad hoc sub-process
    offered part a b         just these activities may be started there
    send order n=1           a message from outside; `key=...` in place of project and system
    wait 3h                  time passes: s, m, h or d
    retry                    every open incident of the instance
    open a b                 just these tasks are open, in any order
    incident calc            just these elements have stopped
    running                  the first instance has not ended yet
    cancel                   the first instance, by a person
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from engine.domain.errors import Finding
from engine.domain.instance import InstanceState
from engine.domain.values import storable
from engine.services import deployments, tasks
from engine.storage import history
from engine.testing import Case, TestOffice
from tests.conformance.rows import MODEL, Row
from tests.offices import choose

BEGINNINGS = ("start", "send", "nobody")
SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


KEYS = (f"case{number}" for number in count(1))


class Play:
    """One row under way; `key`: what its process is called in this office."""

    def __init__(self, office: TestOffice, row: Row) -> None:
        self.office, self.row, self.key = office, row, next(KEYS)
        self.stopped: set[str] = set()  # what the row has told of and nobody has retried
        self.acts: Mapping[str, Callable[..., None]] = {
            "start": self.start,
            "nobody": lambda: None,
            "do": self.do,
            "choose": self.choose,
            "offered": self.offered,
            "send": self.send,
            "wait": self.wait,
            "retry": self.retry,
            "open": self.open,
            "incident": self.incident,
            "running": self.running,
            "cancel": self.cancel,
        }

    def deploy(self) -> None:
        self.office.deploy(folders(self.row, self.row.model, self.key))

    def run(self) -> None:
        """Deploy it, and do one act after the other."""
        self.deploy()
        acts = [shlex.split(line) for line in self.row.play.strip().splitlines() if line.strip()]
        if not acts or acts[0][0] not in BEGINNINGS:
            self.office.start(self.key, values=storable(dict(self.row.given)))
        names = [*[one[0] for one in acts][1:], ""] if acts else []
        for (name, *rest), following in zip(acts, names, strict=True):
            words = [word for word in rest if "=" not in word]
            values = dict(word.split("=", 1) for word in rest if "=" in word)
            self.acts[name](*words, **values)
            if following != "incident":
                self.unhindered()

    def unhindered(self) -> None:
        """Nothing has stopped but what the row says."""
        stopped = {one.element_id for one in self._incidents()}
        assert stopped <= self.stopped, self._incidents()

    @property
    def case(self) -> Case:
        """The instance the row is about: the first one."""
        cases = self.office.cases(self.key)
        assert cases, "no instance has started"
        return cases[0]

    def tidy(self) -> None:
        """End what is still alive, so that the next row finds nobody waiting."""
        for key in (self.key, *self.row.beside):
            for case in self.office.cases(key):
                head = self.office.head(case.id)
                if not head.is_ended and head.parent_id is None:
                    self.office.cancel(case, "次の試験のため", by="pjmo_head")

    def start(self, **values: str) -> None:
        self.office.start(self.key, values={**self.row.given, **typed(values)})

    def do(self, element_id: str, by: str = "pjmo1", **values: str) -> None:
        wanted = [case for key in self._keys() for case in self.office.cases(key)]
        case = next(
            (
                case
                for case in wanted
                if any(task.element_id == element_id for task in self.office.open_tasks(case))
            ),
            None,
        )
        assert case is not None, f"{element_id} is not open; open are {self._opened()}"
        self.office.complete(element_id, typed(values), by=by, case=case)

    def choose(self, element_id: str, activity: str) -> None:
        choose(self.office, element_id, activity, case=self.case)

    def offered(self, element_id: str, *activities: str) -> None:
        task = self.office.task(element_id, case=self.case)
        page = self.office.engine.ask(tasks.page, task.id, self.office.actor("pjmo1"))
        assert page.offered is not None
        found = page.offered.choices
        offered = [one.element_id for one in found.activities if found.may_start]
        assert offered == sorted(activities)

    def send(self, name: str, key: str | None = None, **values: str) -> None:
        self.office.send(name, typed(values), key)

    def wait(self, span: str) -> None:
        self.office.advance(to=self.office.clock() + timedelta(**{SPANS[span[-1]]: int(span[:-1])}))

    def retry(self) -> None:
        self.stopped = set()
        for incident in self._incidents():
            self.office.retry(incident)

    def open(self, *element_ids: str) -> None:
        assert self._opened() == sorted(element_ids)

    def incident(self, *element_ids: str) -> None:
        assert sorted(one.element_id for one in self._incidents()) == sorted(element_ids)
        self.stopped = set(element_ids)

    def running(self) -> None:
        assert self.office.head(self.case.id).state is InstanceState.RUNNING

    def cancel(self) -> None:
        self.office.cancel(self.case, "試験")

    def cancelled(self) -> list[str]:
        """Elements of the instance that were left without being completed."""
        entries = self.office.engine.ask(history.of_instance, self.case.id)
        return [one.element_id for one in entries if one.event == "element_cancelled"]

    def _keys(self) -> list[str]:
        return [self.key, *self.row.beside]

    def _opened(self) -> list[str]:
        cases = {case.id for key in self._keys() for case in self.office.cases(key)}
        heads = [
            task.element_id
            for case in sorted(cases)
            for task in self.office.open_tasks(Case(id=case, number=""))
        ]
        return sorted(heads)

    def _incidents(self) -> list[Any]:
        cases = {case.id for key in self._keys() for case in self.office.cases(key)}
        return [one for one in self.office.incidents() if one.instance_id in cases]


def prove(office: TestOffice, row: Row) -> None:
    """Play it, and look whether what came out is what the row says."""
    play = Play(office, row)
    before = Counter(message.name for message in office.undelivered())
    try:
        play.run()

        head = office.head(play.case.id)
        assert in_order(office.trace(play.case), row.trace), office.trace(play.case)
        assert sorted(play.cancelled()) == sorted(row.cancelled.split())
        assert head.state == row.ends
        seen = office.variables(play.case)
        assert {name: seen.get(name) for name in row.data} == storable(dict(row.data))
        left = Counter(message.name for message in office.undelivered()) - before
        assert sorted(left.elements()) == sorted(row.messages.split())
    finally:
        play.tidy()


def faults(office: TestOffice, row: Row, model: bytes) -> list[Finding]:
    """For what a changed model of the row would be refused."""
    return office.engine.ask(deployments.check, folders(row, model, MODEL))


def folders(row: Row, model: bytes, key: str) -> dict[str, dict[str, bytes]]:
    """The model and what stands beside it, ready to be deployed."""
    found = {key: {f"{key}.bpmn": named(model, key)}}
    found |= {beside: dict(files) for beside, files in row.beside.items()}
    return found | ({"_decisions": dict(row.decisions)} if row.decisions else {})


def in_order(trace: list[str], expected: str) -> bool:
    """Whether the trace is as expected; those in parentheses may come in any order."""
    rest: list[Any] = list(trace)
    for group in re.findall(r"\(([^)]*)\)|(\S+)", expected):
        wanted = group[0].split() or [group[1]]
        found, rest = rest[: len(wanted)], rest[len(wanted) :]
        if sorted(found) != sorted(wanted):
            return False
    return not rest


def named(model: bytes, key: str) -> bytes:
    """The model with its process called like that."""
    return model.replace(f'"{MODEL}"'.encode(), f'"{key}"'.encode())


def typed(values: Mapping[str, str]) -> dict[str, Any]:
    """The values as variables hold them."""
    return {name: storable(_value(text), name) for name, text in values.items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
