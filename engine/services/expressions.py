"""Can the engine read this expression?  Asked by the editors of the studio while one types."""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum

from engine.domain.access import Actor
from engine.domain.sentence import Sentence
from engine.execution.lint_report import ENGINE_NAMES, unknown_functions
from engine.feel.builtins.registry import BUILTINS
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import compile_expression, compile_script
from engine.services.studio import check_editor
from engine.services.unit import Unit

MAX_TEXT = 20_000


class Kind(StrEnum):
    """What stands in a field: one value, yes or no, or lines of `name = value`."""

    EXPRESSION = "expression"
    CONDITION = "condition"
    SCRIPT = "script"


def fault(_unit: Unit, text: str, kind: Kind, actor: Actor) -> tuple[Sentence, ...]:
    """What is wrong with the text: where, what, and how to mend it; empty when it can be read.

    Raises:
        MayNotEditModelsError
    """
    check_editor(actor)
    if len(text) > MAX_TEXT:
        return (Sentence("長すぎます（%(most)s文字まで）。計算を分けます。", most=f"{MAX_TEXT:,}"),)
    try:
        return _of_script(text) if kind is Kind.SCRIPT else _of_expression(text)
    except FeelSyntaxError as error:
        return _place(text, error), error.message, error.hint


def _of_expression(text: str) -> tuple[Sentence, ...]:
    if not text.strip().removeprefix("=").strip():
        return (Sentence("式が空です。"),)
    return _functions(text, compile_expression(text).names)


def _of_script(text: str) -> tuple[Sentence, ...]:
    script = compile_script(text)
    for name, _ in script.assignments:
        if name in ENGINE_NAMES:
            said = Sentence("「%(name)s」は製品が使う名前です。別の名前にします。", name=name)
            return (said,)
    return _functions(text, script.names)


def _functions(text: str, names: frozenset[str]) -> tuple[Sentence, ...]:
    unknown = unknown_functions(text, names)
    if not unknown:
        return ()
    said = Sentence("関数「%(name)s」はありません。関数の名前を直します。", name=unknown[0])
    near = get_close_matches(unknown[0], BUILTINS, n=1)
    return (said, Sentence("「%(name)s」ではありませんか。", name=near[0])) if near else (said,)


def _place(text: str, error: FeelSyntaxError) -> Sentence:
    if "\n" in text.strip():
        return Sentence("%(line)s行%(column)s文字目：", line=error.line, column=error.column)
    return Sentence("%(column)s文字目：", column=error.column)
