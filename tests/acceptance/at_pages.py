"""Playing a story through the pages, without scripts: what is there is found in the worklists."""

from __future__ import annotations

import re
import time
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from typing import Any, Protocol

from lxml import etree

from engine.forms.typed import typed_over
from engine.settings import models_dir
from tests.acceptance.posting import Pairs, pairs
from tests.acceptance.served import PASSWORD
from tests.acceptance.story import Answer, Story, Task
from tests.acceptance.visitor import Reply, Visitor

PATIENCE = 60.0  # seconds without anything to do, before something must be wrong
PAUSE = 0.1
SUBJECT = "助成金の運営開始準備"
BROKEN = (urllib.error.URLError, ConnectionError, HTTPException, TimeoutError)
Post = Callable[[Visitor, str, Pairs], Reply]
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_TASK = re.compile(r"/tasks/([0-9a-f]{32})$")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a view of somebody's worklist: mine or group."""

    id: str
    view: str
    task: Task


@cache
def words() -> dict[tuple[str, str], tuple[str, str]]:
    """(name of a process, name of a task) -> (process key, element id), from the diagrams."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for file in models_dir().glob("*/*.bpmn"):
        root = etree.parse(file).getroot()
        process = next(root.iter(f"{_BPMN}process"))
        shown = process.get("name") or process.get("id")
        for task in root.iter(f"{_BPMN}userTask"):
            place = (str(shown), str(task.get("name")))
            found.setdefault(place, (str(process.get("id")), str(task.get("id"))))
    return found


def rows(page: Any, view: str, holder: str | None) -> Iterator[Row]:
    """The tasks of a worklist page.  `holder`: the person, where the page lists what is theirs."""
    for line in page.xpath("//main//table//tr[.//a[starts-with(@href, '/tasks/')]]"):
        (link,) = line.xpath(".//th//a[starts-with(@href, '/tasks/')]")
        subject = "".join(line.xpath("./th//*[@class='sub']//text()")).strip()
        case = "./td[.//a[starts-with(@href, '/instances/')]]"
        process = "".join(line.xpath(f"{case}//*[@class='sub']//text()")).strip()
        key, element_id = words()[process, link.text_content().strip()]
        task = Task(process=key, element_id=element_id, subject=subject, assignee=holder)
        (id_,) = _TASK.findall(link.get("href"))
        yield Row(id=id_, view=view, task=task)


class Desk(Protocol):
    """One person's browser."""

    def sign_in(self) -> None: ...

    def look(self, path: str) -> Any:
        """The page at that path, as a tree."""

    def start(self, key: str) -> None:
        """Start that process for the project p1 and the system s1."""

    def complete(self, row: Row, answer: Answer) -> str:
        """Open the task, fill in its form, complete it; what the open page said."""


class PlainDesk:
    """A browser without scripts.

    `post` sends a form; whoever kills the server hands in another one that sends it again.
    """

    def __init__(self, base: str, person: str, post: Post = Visitor.post) -> None:
        self._person = person
        self._post = post
        self._visitor = Visitor(base)

    def sign_in(self) -> None:
        self._visitor.sign_in(self._person, PASSWORD)

    def look(self, path: str) -> Any:
        return self._visitor.get(path).page

    def start(self, key: str) -> None:
        path = f"/processes/{key}/start"
        place: Pairs = [("start.project", "p1"), ("start.system", "s1"), ("start.subject", SUBJECT)]
        shown = self._visitor.get(path).fields(path)
        self._send(path, typed_over(shown, [*place, ("do", "start")]))

    def complete(self, row: Row, answer: Answer) -> str:
        path = f"/tasks/{row.id}"
        page = self._visitor.get(path)
        typed = [*pairs(answer.values), ("do", "complete")]
        self._send(path, typed_over(page.fields(path), typed))
        return page.said()

    def _send(self, path: str, sent: Pairs) -> None:
        answer = self._post(self._visitor, path, sent)
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}: {answer.said()}")


class PagePlayer:
    """Goes from person to person; each opens the worklist and completes what is theirs to do."""

    def __init__(self, story: Story, desk: Callable[[str], Desk]) -> None:
        self._story = story
        self._desks = {person: desk(person) for person in story.cast}

    def play(self) -> None:
        """Until the process that was started has ended.

        Raises:
            AssertionError: nothing is left to do, but it has not ended.
        """
        for desk in self._desks.values():
            desk.sign_in()
        self._desks[self._story.starter].start(self._story.key)
        idle_since = time.monotonic()
        while not self._ended(self._story.key):
            if sum(self._visit(person) for person in self._story.cast):
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > PATIENCE:
                raise AssertionError("nobody finds anything to do")
            else:
                time.sleep(PAUSE)

    def _ended(self, key: str) -> bool:
        desk = self._desks[self._story.starter]
        page = desk.look(f"/instances?state=completed&flow={key}")
        return bool(page.xpath("//main//tbody//a[starts-with(@href, '/instances/')]"))

    def _visit(self, person: str) -> bool:
        """Do everything the person finds and may do; whether there was anything."""
        did = False
        for row in self._worklist(person):
            answer = self._story.answer(row.task, self._ended)
            if answer is not None and answer.is_for(person, row.task):
                said = self._desks[person].complete(row, answer)
                self._story.saw[row.task.element_id] = said
                self._story.done(row.task)
                did = True
        return did

    def _worklist(self, person: str) -> list[Row]:
        desk = self._desks[person]
        mine = rows(desk.look("/worklist?view=mine"), "mine", person)
        return [*mine, *rows(desk.look("/worklist?view=group"), "group", None)]
