"""What is a row: a tiny model, what people and the world do to it, and what is to come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MODEL = "case"  # id of the process in every model; each row deploys it under a key of its own


@dataclass(frozen=True, kw_only=True)
class Row:
    """A model that runs.

    `name`: as in the table.  `model`: a BPMN file with the process `case`.

    `play`: one act per line, see `playing`.  Without a line that starts an instance, one is started
    first with the variables `given`.

    `trace`: ids of the completed elements of the first instance, in order, separated by spaces; ids
    in parentheses come in any order, as in `s fork (a b) join e`.  `cancelled`: those that were
    left without being completed, in any order.

    `ends`: `completed`, `failed`, `cancelled`, or `running`.  `data`: variables at the end, of
    those named.  `beside`: further process folders, key -> files; `decisions`: file -> content.

    `messages`: names of messages nobody took, in any order.
    """

    name: str
    model: bytes
    play: str = ""
    trace: str
    given: Mapping[str, Any] = field(default_factory=dict)
    cancelled: str = ""
    ends: str = "completed"
    data: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    messages: str = ""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A model that is refused at deployment; `reasons`: all of (code, element id)."""

    name: str
    model: bytes
    reasons: frozenset[tuple[str, str]]


def refusal(name: str, model: bytes, *reasons: tuple[str, str]) -> Refusal:
    """A model that is refused for just these reasons."""
    return Refusal(name=name, model=model, reasons=frozenset(reasons))
