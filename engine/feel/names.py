"""Which signs make a name, and which of the known names stands at a place in the text?

A name may hold spaces and the signs `. / - ' + *` only if it is known; then the longest known
name that fits is taken.  `a - b` is the name `a - b` only when that very name is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# DMN 1.5, rules 28 and 29 of the grammar, less the blanks and byte order mark that lie in its
# ranges, and less the full-width signs people type by mistake for operators and brackets.
_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u167F\u1681-\u180D"
    r"\u180F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF"
    r"\uFDF0-\uFEFE\uFF04\uFF06\uFF21-\uFF3A\uFF3C\uFF3E-\uFF5A\uFF5C\uFF5E-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
PLAIN_NAME = re.compile(f"[{_START}][{_PART}]*")
_NAME_PART = re.compile(f"[{_PART}]")
BLANK = r"[\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]"
_BLANKS = re.compile(BLANK + "+")
# The key of a context entry or the name of an argument, up to its colon.
KEY = re.compile(f'[{_START}][^,:;(){{}}\\[\\]"=<>@]*(?={BLANK}*:)')
# The name of an iterator's variable, up to `in`.
VARIABLE = re.compile(f'[{_START}][^,:;(){{}}\\[\\]"=<>@]*?(?={BLANK}+in(?![{_PART}]))')
PARAMETER = re.compile(f'[{_START}][^,:;(){{}}\\[\\]"=<>@]*(?={BLANK}*[:,)])')


def normal(name: str) -> str:
    """The name with every run of blanks turned into one space."""
    return _BLANKS.sub(" ", name).strip()


def is_plain(name: str) -> bool:
    return PLAIN_NAME.fullmatch(name) is not None


class KnownNames:
    """The names in scope that need to be known: with spaces or signs, or with a digit in front."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._undo: list[tuple[str, tuple[str, re.Pattern[str]]]] = []
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        found = _entry(name)
        if found is not None:
            self._by_start.setdefault(found[0], []).append(found[1])
            self._undo.append(found)

    def mark(self) -> int:
        """A point to which `forget` can return."""
        return len(self._undo)

    def forget(self, mark: int) -> None:
        while len(self._undo) > mark:
            start, entry = self._undo.pop()
            self._by_start[start].remove(entry)

    def longest(self, text: str, at: int) -> tuple[str, int]:
        """The longest name at a place and where it ends; ("", at) if no name begins there."""
        plain = PLAIN_NAME.match(text, at)
        best, end = (plain.group(), plain.end()) if plain else ("", at)
        for name, pattern in self._by_start.get(best or text[at : at + 1], ()):
            found = pattern.match(text, at)
            if found and found.end() > end and _ends_there(text, found.end()):
                best, end = name, found.end()
        return best, end


@lru_cache(4096)  # the same built-ins are told for each expression
def _entry(name: str) -> tuple[str, tuple[str, re.Pattern[str]]] | None:
    """By what the name begins, the name and its pattern; None if it need not be known."""
    name = normal(name)
    if not name or is_plain(name):
        return None
    plain = PLAIN_NAME.match(name)
    start = plain.group() if plain else name[0]  # `2次審査` begins like a number
    return start, (name, re.compile((BLANK + "+").join(map(re.escape, name.split(" ")))))


def _ends_there(text: str, at: int) -> bool:
    return _NAME_PART.match(text, at) is None or _NAME_PART.match(text, at - 1) is None
