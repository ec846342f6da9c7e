"""変更点: what is different between two states of a model, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"  # only drawn elsewhere


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing of a model that has an id: an element, a rule of a decision, a field of a form.

    `facts`: what it says, as code -> text.  `place`: where it is drawn; empty where that says
    nothing.  `kind` is a word of the format: userTask, rule, textfield.  `refers`: code -> id of
    another part, of which the fact says the name.
    """

    id: str
    kind: str
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    refers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a part said before and says now; None: it said nothing."""

    code: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One part that is new, gone, different or moved."""

    kind: Kind
    part: Part
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A file and what is different in it; `kind` of a file that is there in both is `changed`."""

    name: str
    kind: Kind
    changes: tuple[Change, ...] = ()


NAME = "name"


def compare(old: Iterable[Part], new: Iterable[Part]) -> tuple[Change, ...]:
    """What is different: in the order of the new model, then what has gone."""
    before = {part.id: part for part in old}
    after = {part.id: part for part in new}
    found = [_change(before.get(id_), part) for id_, part in after.items()]
    gone = [
        Change(kind=Kind.REMOVED, part=part) for id_, part in before.items() if id_ not in after
    ]
    return (*(one for one in found if one is not None), *gone)


def _change(old: Part | None, new: Part) -> Change | None:
    if old is None:
        return Change(kind=Kind.ADDED, part=new)
    before = {NAME: old.name, **old.facts}
    after = {NAME: new.name, **new.facts}
    if old.kind != new.kind:
        before["kind"], after["kind"] = old.kind, new.kind
    facts = tuple(
        Fact(code=code, before=before.get(code), after=after.get(code))
        for code in dict.fromkeys([*after, *before])
        if (before.get(code) or "") != (after.get(code) or "") and not _is_renamed(old, new, code)
    )
    if facts:
        return Change(kind=Kind.CHANGED, part=new, facts=facts)
    if old.place != new.place:
        return Change(kind=Kind.MOVED, part=new)
    return None


def _is_renamed(old: Part, new: Part, code: str) -> bool:
    """Whether both refer to the same part, which only bears another name now."""
    return code in new.refers and old.refers.get(code) == new.refers[code]
