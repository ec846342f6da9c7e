"""Sets of characters as XPath patterns know them, and how RE2 is told about them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from engine.feel.errors import OperationFailed

_LAST = 0x10FFFF
Ranges = tuple[tuple[int, int], ...]

# For RE2 as members of a class; upper case letters mean all other characters.
_MEMBERS = {
    "s": " \\t\\n\\r",
    "d": "\\p{Nd}",
    "w": "\\p{L}\\p{M}\\p{N}\\p{S}",
    "i": "\\p{L}_:",
    "c": "\\p{L}\\p{M}\\p{Nd}\\-._:·",
}
_CATEGORIES = {"d": ("Nd",), "w": ("L", "M", "N", "S"), "i": ("L",), "c": ("L", "M", "Nd")}
_SIGNS = {"s": " \t\n\r", "i": "_:", "c": "-._:·"}
CLASS_ESCAPES = frozenset("sdwicSDWIC")
_KNOWN_CATEGORIES = frozenset(
    re.findall(
        "[A-Z][a-z]?",
        "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp"
        " S Sm Sc Sk So C Cc Cf Co Cn",
    )
)
_BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FF),
    "Tamil": (0x0B80, 0x0BFF),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "MiscellaneousTechnical": (0x2300, 0x23FF),
    "EnclosedAlphanumerics": (0x2460, 0x24FF),
    "BoxDrawing": (0x2500, 0x257F),
    "GeometricShapes": (0x25A0, 0x25FF),
    "MiscellaneousSymbols": (0x2600, 0x26FF),
    "CJKRadicalsSupplement": (0x2E80, 0x2EFF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "HangulCompatibilityJamo": (0x3130, 0x318F),
    "KatakanaPhoneticExtensions": (0x31F0, 0x31FF),
    "EnclosedCJKLettersandMonths": (0x3200, 0x32FF),
    "CJKCompatibility": (0x3300, 0x33FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUseArea": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
    "Emoticons": (0x1F600, 0x1F64F),
    "CJKUnifiedIdeographsExtensionB": (0x20000, 0x2A6DF),
}


@dataclass
class CharacterClass:
    """A set of characters; `ranges` and `parts` are united, then negated, then subtracted from."""

    negated: bool = False
    members: str = ""  # of RE2, when that is how it was made
    categories: tuple[str, ...] = ()
    ranges: list[tuple[int, int]] = field(default_factory=list)
    parts: list[CharacterClass] = field(default_factory=list)
    subtracted: CharacterClass | None = None

    @classmethod
    def of_escape(cls, sign: str) -> CharacterClass:
        """`s` for `\\s`, `S` for `\\S`."""
        low = sign.lower()
        made = cls(negated=sign != low, members=_MEMBERS[low], categories=_CATEGORIES.get(low, ()))
        made.ranges = [(ord(one), ord(one)) for one in _SIGNS.get(low, "")]
        return made

    @classmethod
    def of_property(cls, name: str, *, negated: bool) -> CharacterClass:
        """`Lu` for `\\p{Lu}`, `IsHiragana` for a block.

        Raises:
            OperationFailed: there is no such category or block.
        """
        block = _BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block:
            return cls(negated=negated, ranges=[block])
        if name not in _KNOWN_CATEGORIES:
            raise OperationFailed(f"正規表現の「\\p{{{name[:40]}}}」は使えません。")
        members = "" if name == "Cn" else f"\\p{{{name}}}"
        return cls(negated=negated, members=members, categories=(name,))

    def add(self, low: int, high: int) -> None:
        self.ranges.append((low, high))

    @property
    def is_empty(self) -> bool:
        return not self.ranges and not self.parts

    def for_re2(self) -> str:
        """The class in the words of RE2; computed only where RE2 has no words for it."""
        members = None if self.subtracted else self._members()
        if members is None:
            return _written(self.computed())
        return f"[{'^' if self.negated else ''}{members}]"

    def _members(self) -> str | None:
        """What stands between the brackets, or None if it cannot be written."""
        if self.categories and not self.members:
            return None
        made = self.members or "".join(_range(low, high) for low, high in self.ranges)
        for part in self.parts:
            inner = None if part.negated or part.subtracted else part._members()  # noqa: SLF001
            if inner is None:
                return None
            made += inner
        return made

    def computed(self) -> Ranges:
        """The ranges of code points in rising order."""
        ranges = list(self.ranges)
        for name in self.categories:
            ranges += _category(name)
        for part in self.parts:
            ranges += part.computed()
        found = _joined(ranges)
        if self.negated:
            found = _others(found)
        if self.subtracted:
            found = _others(_joined([*_others(found), *self.subtracted.computed()]))
        return found


def _range(low: int, high: int) -> str:
    return f"\\x{{{low:X}}}-\\x{{{high:X}}}" if high > low else f"\\x{{{low:X}}}"


def _written(ranges: Ranges) -> str:
    if not ranges:
        return "[^\\x{0}-\\x{10FFFF}]"
    return "[" + "".join(_range(low, high) for low, high in ranges) + "]"


def _joined(ranges: list[tuple[int, int]]) -> Ranges:
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


def _others(ranges: Ranges) -> Ranges:
    made: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            made.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        made.append((start, _LAST))
    return tuple(made)


@lru_cache(maxsize=1)
def _runs() -> tuple[tuple[str, int, int], ...]:
    """Runs of characters of the same general category; some 0.1 s, once."""
    made: list[tuple[str, int, int]] = []
    start = 0
    for name, run in groupby(map(unicodedata.category, map(chr, range(_LAST + 1)))):
        length = sum(1 for _ in run)
        made.append((name, start, start + length - 1))
        start += length
    return tuple(made)


def _category(name: str) -> list[tuple[int, int]]:
    """All characters of a general category."""
    return [(low, high) for category, low, high in _runs() if category.startswith(name)]
