"""A register's schema: which columns it has, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.domain.errors import Finding, InvalidError, RefusedError
from engine.domain.records import Register
from engine.domain.values import name

STATE = "状態"
VALID = "有効"


class EntryRefusedError(InvalidError):
    """Values do not fit the columns of a register; `faults`: Japanese sentences."""

    code = "register_entry_refused"

    def __init__(self, register: str, faults: list[str]) -> None:
        super().__init__("".join(faults))
        self.register = register
        self.faults = tuple(faults)


def read_register(schema: Mapping[str, Any], file: str) -> Register:
    """The register of a JSON Schema (`x-code`, `x-prefix`, `x-columns`, `x-anonymous` ...).

    Raises:
        RefusedError: an entry is missing, or a column's name cannot be used.
    """
    columns = tuple(schema.get("x-columns") or schema.get("properties", {}))
    faults = [
        f"「{key}」がありません。"
        for key in ("x-code", "title", "properties")
        if not schema.get(key)
    ]
    faults += [
        f"列「{column}」が properties にありません。"
        for column in columns
        if column not in schema.get("properties", {})
    ]
    faults += [fault for column in columns for fault in _name_faults(column)]
    if faults:
        raise RefusedError([Finding(code="register", message=text, file=file) for text in faults])
    return Register(
        code=schema["x-code"],
        name=schema["title"],
        prefix=schema.get("x-prefix", ""),
        columns=columns,
        required=frozenset(schema.get("required", ())),
        anonymous=bool(schema.get("x-anonymous")),
        editors=frozenset(() if schema.get("x-anonymous") else schema.get("x-editors", ["PJMO"])),
        schema=schema,
    )


def _name_faults(column: str) -> list[str]:
    try:
        normal = name(column)
    except InvalidError as error:
        return [str(error)]
    return [] if normal == column else [f"列「{column}」は「{normal}」と書きます。"]


def check(register: Register, values: Mapping[str, Any]) -> None:
    """Whether the values may stand in the register.

    Raises:
        EntryRefusedError: unknown column, required one missing, or a value of another type.
    """
    properties = register.schema["properties"]
    faults = [
        f"台帳「{register.name}」に列「{column}」はありません。"
        for column in values
        if column not in properties and column != STATE
    ]
    faults += [
        f"台帳「{register.name}」の「{column}」は必須です。"
        for column in register.columns
        if column in register.required and values.get(column) is None
    ]
    for column in register.columns:
        if values.get(column) is not None:
            faults += _faults(values[column], properties[column], column)
    faults += _case_faults(register.schema, values)
    if faults:
        raise EntryRefusedError(register.code, faults)


_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "integer": (Decimal,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_FORMATS: Mapping[str, type] = {"date": date, "date-time": datetime, "time": time}


def _faults(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if value is None:
        return
    if not _fits(value, schema):
        yield f"「{place}」の値の種類が合いません。"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"「{place}」に「{value}」は使えません。"
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _faults(item, schema.get("items", {}), f"{place} {number}行目")
    if isinstance(value, dict):
        for key, inner in schema.get("properties", {}).items():
            yield from _faults(value.get(key), inner, f"{place} {key}")


def _case_faults(schema: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    """`if` and `then` of the schema: where columns hold certain values, others have a bound."""
    wanted = schema.get("if", {}).get("properties", {})
    if not wanted or any(values.get(key) != rule["const"] for key, rule in wanted.items()):
        return
    words = "、".join(f"{key}が{rule['const']}" for key, rule in wanted.items())
    for column, rule in schema["then"]["properties"].items():
        value = values.get(column)
        if isinstance(value, Decimal) and value <= rule["exclusiveMinimum"]:
            yield f"「{column}」は、{words}のときは{rule['exclusiveMinimum']}より大きい数にします。"


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    wanted = schema.get("type")
    kinds = [wanted] if isinstance(wanted, str) else list(wanted or ())
    if not kinds:
        return True
    kind = _FORMATS.get(schema.get("format", ""))
    if kind is not None:
        return type(value) is kind
    return any(isinstance(value, _KINDS.get(one, ())) for one in kinds)
