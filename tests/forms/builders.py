"""Forms, posts and a small office for the tests of forms; each builder gives the normal case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.domain.errors import FieldErrors, Finding, RefusedError
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation
from engine.forms.accepting import accept
from engine.forms.lookups import Choice
from engine.forms.schema import Form, read_form
from engine.forms.showing import Shown, show

Component = dict[str, Any]


class Office:
    """A fake house: two people, one organisation, one record, one file."""

    def people(self, role: str) -> list[Choice]:
        everybody = {"TANTO": [Choice("p1", "佐藤 花子"), Choice("p2", "鈴木 健太")]}
        return everybody.get(role, [])

    def organisations(self) -> list[Choice]:
        return [Choice("o1", "地域産業省")]

    def register(self, code: str) -> list[Choice]:
        return [Choice("r1", "手-R8-0001 審査編")] if code == "R03" else []

    def attachment(self, attachment_id: str) -> Mapping[str, Any] | None:
        names = {"a1": "手順書.pdf", "a2": "写し.png"}
        if attachment_id not in names:
            return None
        return {"id": attachment_id, "名前": names[attachment_id], "種類": "x", "バイト数": 10}


def component(type_: str, key: str = "", **more: Any) -> Component:
    made: Component = {"type": type_, "id": f"id_{type_}_{key}", **more}
    if key:
        made["path" if type_ == "dynamiclist" else "key"] = key
        made.setdefault("label", key)
    return made


def text(key: str, *, required: bool = False, **more: Any) -> Component:
    validate = {**more.pop("validate", {}), "required": required}
    return component("textfield", key, validate=validate, **more)


def choice(
    type_: str, key: str, *values: str | bool, required: bool = False, **more: Any
) -> Component:
    offered = [{"label": str(value), "value": value} for value in values]
    return component(type_, key, values=offered, validate={"required": required}, **more)


def date_field(key: str, **more: Any) -> Component:
    return component("datetime", key, subtype="date", **more)


def rows(key: str, *columns: Component, **more: Any) -> Component:
    return component("dynamiclist", key, components=list(columns), **more)


def file(*components: Component, **more: Any) -> bytes:
    content = {
        "schemaVersion": 19,
        "type": "default",
        "id": "form",
        "components": list(components),
        **more,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def form(*components: Component, **more: Any) -> Form:
    return read_form(file(*components, **more), "test.form.json")


def findings(content: bytes) -> list[Finding]:
    """What a form file is refused for; none when it is taken."""
    try:
        read_form(content, "test.form.json")
    except RefusedError as error:
        return list(error.findings)
    return []


def evaluation() -> Evaluation:
    return Evaluation(datetime(2026, 11, 24, 1, 42, tzinfo=UTC), Calendar(frozenset()))


def post(**fields: str | Sequence[str]) -> dict[str, list[str]]:
    """A post; the names of rows are written with `__` for the slash."""
    return {
        name.replace("__", "/"): [value] if isinstance(value, str) else list(value)
        for name, value in fields.items()
    }


def values(made: Form, fields: Mapping[str, list[str]], **variables: Any) -> dict[str, Any]:
    return accept(made, fields, variables, Office(), evaluation())


def errors(made: Form, fields: Mapping[str, list[str]], **variables: Any) -> dict[str, str]:
    """Path -> sentence; empty when the post is taken."""
    try:
        values(made, fields, **variables)
    except FieldErrors as error:
        return error.errors
    return {}


def shown(made: Form, fields: Mapping[str, list[str]] | None = None, **variables: Any) -> Shown:
    return show(made, variables, Office(), evaluation(), fields)
