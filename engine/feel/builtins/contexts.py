"""Functions over contexts."""

from __future__ import annotations

from typing import Any

from engine.feel.builtins.signature import builtin_with
from engine.feel.errors import OperationFailed
from engine.feel.evaluation import Evaluation


def _value(evaluation: Evaluation, context: dict[str, Any], key: Any) -> Any:
    keys = key if type(key) is list else [key]
    evaluation.charge(1 + len(keys))
    found: Any = context
    for part in keys:
        if type(found) is not dict or type(part) is not str:
            raise OperationFailed("その項目はありません。")
        found = found.get(part)
    return found if keys else None


def _entries(evaluation: Evaluation, context: dict[str, Any]) -> list[dict[str, Any]]:
    evaluation.room(2 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(evaluation: Evaluation, entries: list[Any]) -> dict[str, Any]:
    evaluation.room(len(entries))
    made: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise OperationFailed("項目は {key: 名前, value: 値} の形で渡します。")
        if entry["key"] in made:
            raise OperationFailed(f"項目「{entry['key']}」が二つあります。")
        made[entry["key"]] = entry["value"]
    return made


def _put(evaluation: Evaluation, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    evaluation.room(len(context) + 1)
    return {**context, key: value}


def _put_deep(
    evaluation: Evaluation, context: dict[str, Any], keys: list[Any], value: Any
) -> dict[str, Any]:
    if not keys or type(keys[0]) is not str or type(context) is not dict:
        raise OperationFailed("項目の名前の並びが正しくありません。")
    if len(keys) > evaluation.limits.depth:
        raise OperationFailed("項目の入れ子が深すぎます。")
    if len(keys) > 1:
        value = _put_deep(evaluation, context.get(keys[0], {}), keys[1:], value)
    return _put(evaluation, context, keys[0], value)


def _put_either(evaluation: Evaluation, context: dict[str, Any], key: Any, value: Any) -> Any:
    put = _put_deep if type(key) is list else _put
    return put(evaluation, context, key, value)


def _merge(evaluation: Evaluation, contexts: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            raise OperationFailed("コンテキストでない値が混ざっています。")
        made.update(context)
        evaluation.room(len(made))
    return made


FUNCTIONS = (
    builtin_with("get value", _value, "m: context, key: any", "context: context, keys: list"),
    builtin_with("get entries", _entries, "m: context"),
    builtin_with("context", _context, "entries: list"),
    builtin_with(
        "context put",
        _put_either,
        "context: context, key: string, value: any?",
        "context: context, keys: list, value: any?",
    ),
    builtin_with("context merge", _merge, "contexts: list"),
)
