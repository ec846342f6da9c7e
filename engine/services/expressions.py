"""Can the engine read this expression?  Asked by the editors of the studio while one types."""

from __future__ import annotations

from enum import StrEnum

from engine.domain.access import Actor
from engine.execution.lint_report import ENGINE_NAMES, unknown_functions
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


def fault(_unit: Unit, text: str, kind: Kind, actor: Actor) -> str:
    """What is wrong with the text, as a Japanese sentence; empty when the engine can read it.

    Raises:
        MayNotEditModelsError
    """
    check_editor(actor)
    if len(text) > MAX_TEXT:
        return f"長すぎます（{MAX_TEXT:,}文字まで）。計算を分けます。"
    try:
        return _of_script(text) if kind is Kind.SCRIPT else _of_expression(text)
    except FeelSyntaxError as error:
        return f"{_place(text, error)}{error.message}{error.hint}"


def _of_expression(text: str) -> str:
    if not text.strip().removeprefix("=").strip():
        return "式が空です。"
    return _functions(text, compile_expression(text).names)


def _of_script(text: str) -> str:
    script = compile_script(text)
    for name, _ in script.assignments:
        if name in ENGINE_NAMES:
            return f"「{name}」は製品が使う名前です。別の名前にします。"
    return _functions(text, script.names)


def _functions(text: str, names: frozenset[str]) -> str:
    unknown = unknown_functions(text, names)
    return f"関数「{unknown[0]}」はありません。関数の名前を直します。" if unknown else ""


def _place(text: str, error: FeelSyntaxError) -> str:
    if "\n" in text.strip():
        return f"{error.line}行{error.column}文字目："
    return f"{error.column}文字目："
