"""Which of the names that exist was probably meant by one that does not?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from engine.domain.sentence import Sentence

_ALIKE: Final = 0.5  # of two letters one may be wrong: Japanese names are short


def near(name: str, names: Iterable[str]) -> str:
    """The name most like the given one; empty when none is like it."""
    found = get_close_matches(name, sorted(names), n=1, cutoff=_ALIKE)
    return found[0] if found else ""


def hint(name: str, names: Iterable[str]) -> str:
    """`もしかして「…」`; empty when no name is like the given one."""
    found = near(name, names)
    return Sentence("もしかして「%(name)s」ですか。", name=found) if found else ""
