"""Functions over text, counted in characters (code points)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel import patterns
from engine.feel.builtins.signature import builtin, builtin_with
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation


def _substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    position = int(start)
    if position == 0 or abs(position) > len(string):
        raise OperationFailed(f"文字列に{start}文字目はありません（{len(string)}文字）。")
    first = position - 1 if position > 0 else len(string) + position
    if length is None:
        return string[first:]
    if length < 1:
        raise OperationFailed("長さは1以上です。")
    return string[first : first + int(length)]


def _upper(evaluation: Evaluation, string: str) -> str:
    made = string.upper()
    evaluation.letters(len(made))
    return made


def _lower(evaluation: Evaluation, string: str) -> str:
    made = string.lower()
    evaluation.letters(len(made))
    return made


def _before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


def _after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def _matches(evaluation: Evaluation, input_: str, pattern: str, flags: str | None = None) -> bool:
    evaluation.letters(len(input_))
    return patterns.matches(input_, pattern, flags or "", evaluation)


def _replace(
    evaluation: Evaluation, input_: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    evaluation.letters(len(input_))
    return patterns.replace(input_, pattern, replacement, flags or "", evaluation)


def _split(evaluation: Evaluation, string: str, delimiter: str) -> list[str]:
    evaluation.letters(len(string))
    return patterns.split(string, delimiter, evaluation)


def _join(
    evaluation: Evaluation,
    items: list[Any],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str:
    texts = [item for item in items if item is not None]
    if not all(type(item) is str for item in texts):
        raise OperationFailed("文字列でない値が混ざっています。")
    between = delimiter or ""
    evaluation.letters(sum(map(len, texts)) + len(between) * len(texts))
    return (prefix or "") + between.join(texts) + (suffix or "")


FUNCTIONS = (
    builtin("substring", _substring, "string: string, start position: number, [length: number]"),
    builtin("string length", lambda string: Decimal(len(string)), "string: string"),
    builtin_with("upper case", _upper, "string: string"),
    builtin_with("lower case", _lower, "string: string"),
    builtin("substring before", _before, "string: string, match: string"),
    builtin("substring after", _after, "string: string, match: string"),
    builtin("contains", lambda string, match: match in string, "string: string, match: string"),
    builtin("starts with", str.startswith, "string: string, match: string"),
    builtin("ends with", str.endswith, "string: string, match: string"),
    builtin_with("matches", _matches, "input: string, pattern: string, [flags: string?]"),
    builtin_with(
        "replace",
        _replace,
        "input: string, pattern: string, replacement: string, [flags: string?]",
    ),
    builtin_with("split", _split, "string: string, delimiter: string"),
    builtin_with(
        "string join",
        _join,
        "list: list, [delimiter: string?], [prefix: string?], [suffix: string?]",
    ),
)
