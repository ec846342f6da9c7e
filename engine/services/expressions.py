"""Can the engine read this expression?  Asked by the editors of the studio while one types."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from engine.domain.access import Actor
from engine.domain.sentence import Sentence
from engine.execution.lint_report import ENGINE_NAMES
from engine.feel.checking.kinds import BOOLEAN
from engine.feel.checking.looking import (
    Found,
    Surroundings,
    Wanted,
    of_expression,
    of_script,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import compile_expression, compile_script
from engine.services.studio import check_editor
from engine.services.unit import Unit

MAX_TEXT = 20_000
_ANYWHERE = Surroundings(scope={})  # which names there are depends on the rest of the model


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
        return _of_script(text) if kind is Kind.SCRIPT else _of_expression(text, kind)
    except FeelSyntaxError as error:
        return _place(text, error.line, error.column), error.message, error.hint


def _of_expression(text: str, kind: Kind) -> tuple[Sentence, ...]:
    if not text.strip().removeprefix("=").strip():
        return (Sentence("式が空です。"),)
    wanted = Wanted(what=Sentence("条件"), kinds=(BOOLEAN,)) if kind is Kind.CONDITION else None
    compile_expression(text)
    return _first(text, of_expression(text, _ANYWHERE, wanted)[1])


def _of_script(text: str) -> tuple[Sentence, ...]:
    script = compile_script(text)
    for name, _ in script.assignments:
        if name in ENGINE_NAMES:
            said = Sentence("「%(name)s」は製品が使う名前です。別の名前にします。", name=name)
            return (said,)
    return _first(text, of_script(text, _ANYWHERE)[1])


def _first(text: str, found: Sequence[Found]) -> tuple[Sentence, ...]:
    """One mistake after the other: the first may be what causes the next."""
    return (_place(text, found[0].line, found[0].column), found[0].message) if found else ()


def _place(text: str, line: int, column: int) -> Sentence:
    if "\n" in text.strip():
        return Sentence("%(line)s行%(column)s文字目：", line=line, column=column)
    return Sentence("%(column)s文字目：", column=column)
