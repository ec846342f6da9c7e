"""Two versions of a value side by side: what went, what came (見え消し)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")

# words of letters and digits stay whole; Japanese has no blanks, so its characters stand alone
_TOKENS = re.compile(r"[A-Za-z0-9_.]+|\s+|.", re.S)
_SENTENCES = re.compile(r"[^。\n]*(?:[。\n]|$)", re.S)
FINE_LIMIT = 1_500  # tokens; longer texts are compared by sentences
ALIKE = 0.3  # below, crumbs of the old text in the new one would tell nothing
KEPT, GONE, COME = "kept", "gone", "come"


@dataclass(frozen=True)
class Part:
    """A piece of text; `kind`: kept, gone or come."""

    kind: str
    text: str


def marked(old: str, new: str) -> tuple[Part, ...]:
    """The new text with what went from the old one, in reading order."""
    if old == new:
        return (Part(KEPT, new),) if new else ()
    a, b = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(a), len(b)) > FINE_LIMIT:
        a, b = _SENTENCES.findall(old), _SENTENCES.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        whole = (Part(GONE, old), Part(COME, new))
        return tuple(part for part in whole if part.text)
    return _joined(matcher, a, b)


def _joined(matcher: SequenceMatcher[str], a: Sequence[str], b: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for code, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if code == "equal":
            parts.append(Part(KEPT, "".join(b[b_from:b_to])))
            continue
        pieces = (Part(GONE, "".join(a[a_from:a_to])), Part(COME, "".join(b[b_from:b_to])))
        parts += [piece for piece in pieces if piece.text]
    return tuple(parts)


@dataclass(frozen=True)
class Pair:
    """A row of two tables: `old` or `new` is None where it came or went; the index in each."""

    old: int | None
    new: int | None


def paired(old: Sequence[T], new: Sequence[T]) -> list[Pair]:
    """Which row became which: equal rows first, the others in their order."""
    matcher = SequenceMatcher(None, [repr(row) for row in old], [repr(row) for row in new])
    pairs: list[Pair] = []
    for _, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        both = min(a_to - a_from, b_to - b_from)
        pairs += [Pair(a_from + step, b_from + step) for step in range(both)]
        pairs += [Pair(step, None) for step in range(a_from + both, a_to)]
        pairs += [Pair(None, step) for step in range(b_from + both, b_to)]
    return pairs
