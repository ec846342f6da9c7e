"""Which of the names that exist was probably meant by one that does not?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from itertools import takewhile
from typing import Final

from engine.domain.sentence import Sentence

_LOOKED_AT: Final = 5
_ALIKE: Final = 0.5  # of two letters one may be wrong: Japanese names are short


def near(name: str, names: Iterable[str]) -> str:
    """The name most like the given one; empty when none is like it."""
    found = get_close_matches(name, sorted(names), n=_LOOKED_AT, cutoff=_ALIKE)
    return max(found, key=lambda one: _likeness(name, one), default="")


def _likeness(name: str, other: str) -> tuple[float, int]:
    """Of those equally alike, the one that begins alike."""
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(name, other, strict=False))
    return SequenceMatcher(None, other, name).ratio(), len(list(shared))


def hint(name: str, names: Iterable[str]) -> str:
    """`もしかして「…」`; empty when no name is like the given one."""
    found = near(name, names)
    return Sentence("もしかして「%(name)s」ですか。", name=found) if found else ""
