"""What a story says: who completes which open task, with what, and what has to wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Ended = Callable[[str], bool]  # whether an instance of that process key has ended


@dataclass(frozen=True, kw_only=True)
class Task:
    """An open task as its people find it in their worklist.  `process`: key of its process."""

    process: str
    element_id: str
    subject: str = ""
    assignee: str | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file somebody attaches; a field that takes one holds a list of these."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is typed; fields that are not named keep what the page shows.

    `people`: the first of them who may act does it; empty: whoever holds the task.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    perhaps: frozenset[str] = frozenset()  # fields that are not asked of everybody

    def is_for(self, person: str, task: Task) -> bool:
        return person in self.people if self.people else person == task.assignee


class Story(Protocol):
    """`saw`: element id -> what its page last showed, noted by whoever plays the story."""

    key: str  # of the process that is started
    starter: str
    cast: tuple[str, ...]  # everybody who has something to do
    saw: dict[str, str]

    def answer(self, task: Task, ended: Ended) -> Answer | None:
        """None while the task has to wait for something else."""

    def done(self, task: Task) -> None:
        """The task has been completed."""


class UnknownTaskError(AssertionError):
    """The story says nothing about an open task."""
