"""What does an import tell: what was mended, what a person has to decide, what is outside?

The texts here are data (what the file said, what the draft says now); the sentences that go with
the codes stand with the pages and commands that show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from lxml import etree

from engine.domain.errors import Finding
from engine.execution.lint_report import NAMED
from engine.execution.xml import BPMN, local, namespace

T = TypeVar("T")
MAX_SAID: Final = 300
# The draft still says these in a way that the check at deployment refuses until it is mended.
WATCHED: Final = frozenset(
    {
        "called_process",
        "condition",
        "correlation",
        "data_store",
        "decision",
        "form_missing",
        "group",
        "lane",
        "message_missing",
        "repeat",
        "script",
        "service",
        "timer",
        "timer_start",
    }
)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One change that keeps the meaning: `was` in the file, `now` in the draft (empty: gone)."""

    code: str
    element_id: str = ""
    element_name: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something whose meaning here is not certain: what the file said of which element."""

    code: str
    element_id: str = ""
    element_name: str = ""
    said: str = ""

    @property
    def is_watched(self) -> bool:
        """Whether the check at deployment refuses the draft until this is settled in it."""
        return self.code in WATCHED


L = TypeVar("L", Repair, Question)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What the drawing shows beside the process: a `pool`, `message_flow` or `process`."""

    kind: str
    id: str
    name: str
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One process of the file as a folder, and what is to be told of it.

    `findings`: what the check at deployment refuses; `is_changed`: whether anything was touched.
    """

    key: str
    name: str
    files: Mapping[str, bytes]
    repairs: tuple[Repair, ...] = ()
    questions: tuple[Question, ...] = ()
    outside: tuple[Outside, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_changed(self) -> bool:
        return bool(self.repairs or self.questions)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of one file.  `tool`: who wrote it as far as can be seen, else empty."""

    file: str
    tool: str
    drafts: tuple[Draft, ...]

    @property
    def folders(self) -> dict[str, dict[str, bytes]]:
        return {draft.key: dict(draft.files) for draft in self.drafts}

    @property
    def repairs(self) -> tuple[Repair, ...]:
        return _once(repair for draft in self.drafts for repair in draft.repairs)

    @property
    def questions(self) -> tuple[Question, ...]:
        return _once(question for draft in self.drafts for question in draft.questions)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for draft in self.drafts for finding in draft.findings)


@dataclass
class Notes:
    """Collects what is to be told, in the order in which it was met."""

    repairs: list[Repair] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)

    def repair(self, place: etree._Element | None, code: str, was: str = "", now: str = "") -> None:
        id_, name = _place(place)
        found = Repair(
            code=code, element_id=id_, element_name=name, was=shortened(was), now=shortened(now)
        )
        self.repairs.append(found)

    def ask(self, place: etree._Element | None, code: str, said: str = "") -> None:
        id_, name = _place(place)
        found = Question(code=code, element_id=id_, element_name=name, said=shortened(said))
        self.questions.append(found)

    def follow(self, names: Mapping[str, str]) -> None:
        """Point what has been told to the ids that the elements bear now."""
        self.repairs = [_renamed(one, names) for one in self.repairs]
        self.questions = [_renamed(one, names) for one in self.questions]

    def outside_of(self, place: etree._Element, kind: str, said: str) -> None:
        found = Outside(
            kind=kind, id=place.get("id", ""), name=place.get("name", ""), said=shortened(said)
        )
        self.outside.append(found)


def _renamed(line: L, names: Mapping[str, str]) -> L:
    return replace(line, element_id=names.get(line.element_id, line.element_id))


def shortened(text: str) -> str:
    """In one line, and no longer than people read."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SAID else f"{line[: MAX_SAID - 1]}…"


def _place(place: etree._Element | None) -> tuple[str, str]:
    """Id and name of the element people know: the innermost one with an id, BPMN if possible."""
    if place is None or local(place) == "definitions":
        return "", ""
    for element in (place, *place.iterancestors()):
        if namespace(element) == BPMN and element.get("id") and local(element) in NAMED:
            return element.get("id", ""), element.get("name", "")
    return place.get("id", ""), place.get("name", "")


def _once(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))
