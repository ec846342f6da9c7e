"""Regular expressions in linear time: XPath patterns, matched by RE2.

An expression comes from people who draw models; a backtracking matcher could be made to hang by a
pattern of ten characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation
from engine.feel.xpath_patterns import translate

_FLAGS = frozenset("imsxq")
# Bounds the program RE2 makes of a pattern, and with it the time per character.
_PROGRAM_BYTES = 1 << 20
# Measured: 140 million instructions a second, so that all steps together are half a second.
_INSTRUCTIONS_PER_STEP = 350
_CHARACTERS_PER_STEP = 10_000
_STEPS_PER_MATCH = 3
_GROUPS_PER_STEP = 2  # a microsecond each
_REPLACEMENT = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])")


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    if not _FLAGS.issuperset(flags):
        raise OperationFailed(f"「{flags}」という指定はありません（使えるのは i m s x q）。")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PROGRAM_BYTES
    options.case_sensitive = "i" not in flags
    text = re2.escape(pattern) if "q" in flags else translate(pattern, flags)
    multiline = "(?m)" if "m" in flags else ""
    try:
        return re2.compile(multiline + text, options)
    except re2.error as error:
        raise OperationFailed(f"正規表現「{pattern[:40]}」は使えません。") from error


def matches(text: str, pattern: str, flags: str, evaluation: Evaluation) -> bool:
    """Whether the pattern occurs in the text.

    Raises:
        OperationFailed: the pattern or a flag is not possible.
    """
    compiled = _compiled(pattern, flags)
    _charge(compiled, text, evaluation)
    return compiled.search(text) is not None


def split(text: str, pattern: str, evaluation: Evaluation) -> list[str]:
    """The parts of the text between the places where the pattern occurs.

    Raises:
        OperationFailed: the pattern is not possible or matches the empty text.
        BudgetExceededError: there are too many parts.
    """
    parts: list[str] = []
    start = 0
    for found in _found(text, pattern, "", evaluation):
        parts.append(text[start : found.start()])
        start = found.end()
        if len(parts) >= evaluation.limits.entries:
            evaluation.room(len(parts) + 1)
    return [*parts, text[start:]]


def replace(text: str, pattern: str, by: str, flags: str, evaluation: Evaluation) -> str:
    """The text with every occurrence replaced; `$1` in `by` is what the first group took.

    Raises:
        OperationFailed: pattern, flag or replacement are not possible.
        BudgetExceededError: the result would be too long.
    """
    made: list[str] = []
    length = start = 0
    for found in _found(text, pattern, flags, evaluation):
        new = by if "q" in flags else _replacement(by, found)
        made += (text[start : found.start()], new)
        length += len(new) + found.start() - start
        start = found.end()
        if length > evaluation.limits.text:
            break
    evaluation.letters(length + len(text) - start)
    return "".join(made) + text[start:]


def _found(text: str, pattern: str, flags: str, evaluation: Evaluation) -> Iterator[Any]:
    compiled = _compiled(pattern, flags)
    if compiled.search("") is not None:
        raise OperationFailed(f"空の文字列に当たる正規表現「{pattern[:40]}」は使えません。")
    _charge(compiled, text, evaluation)
    for found in compiled.finditer(text):
        # The search for one occurrence may read all the rest of the text, and notes each group.
        rest = (len(text) - found.start()) // _CHARACTERS_PER_STEP
        evaluation.charge(_STEPS_PER_MATCH + rest + compiled.groups // _GROUPS_PER_STEP)
        yield found


def _charge(compiled: Any, text: str, evaluation: Evaluation) -> None:
    """For the worst case: each instruction of the program at each character."""
    evaluation.charge(1 + compiled.programsize * len(text) // _INSTRUCTIONS_PER_STEP)


def _replacement(by: str, found: Any) -> str:
    if "$" not in by and "\\" not in by:
        return by
    return _REPLACEMENT.sub(lambda part: _piece(part, found), by)


def _piece(part: re.Match[str], found: Any) -> str:
    """What one sign of the replacement stands for; a group that is not there is empty."""
    escaped, digits, wrong = part.groups()
    if escaped:
        return str(escaped)
    if wrong:
        raise OperationFailed("置き換える文字列の $ と \\ は、\\$ と \\\\ と書きます。")
    groups, number = found.re.groups, digits
    while len(number) > 1 and int(number) > groups:
        number = number[:-1]  # `$12` is group 1 and a 2 when there are fewer than 12 groups
    taken = found.group(int(number)) if int(number) <= groups else ""
    return (taken or "") + digits[len(number) :]
