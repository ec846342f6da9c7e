"""Form file -> `Form`, or every fault of the file with its place."""

from __future__ import annotations

import json
from typing import Any

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.domain.values import number
from engine.forms import allowed
from engine.forms.checking import faults
from engine.forms.components import ComponentReader
from engine.forms.fields import Check, Field, Form

__all__ = ["Field", "Form", "read_form"]

MAX_BYTES = 1_000_000


def read_form(content: bytes, file: str) -> Form:
    """The form of a form-js file (JSON, `schemaVersion` 19).

    Raises:
        RefusedError: no such JSON, or a component, property or expression that is not allowed.
    """
    raw = _json(content, file)
    reader = ComponentReader(file)
    _refuse_unknown(reader, raw)
    fields = reader.fields(raw.get("components"))
    checks = tuple(_checks(reader, raw.get("properties"), fields))
    findings = [*reader.findings, *faults(fields, checks, file)]
    if findings:
        raise RefusedError(findings)
    return Form(
        id=str(raw.get("id") or file),
        file=file,
        fields=fields,
        checks=checks,
        anonymous=raw.get("anonymous") is True,
    )


def _json(content: bytes, file: str) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise _refused("form_too_large", Sentence("入力フォームのファイルは1 MBまでです。"), file)
    try:
        raw = json.loads(
            content,
            parse_float=number,
            parse_constant=_no_constant,
            object_pairs_hook=_no_duplicates,
        )
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise _refused(
            "form_no_json", Sentence("入力フォームをJSONとして読めません。"), file, line=line
        ) from error
    if not isinstance(raw, dict):
        raise _refused(
            "form_no_json", Sentence("入力フォームはJSONのオブジェクトで書きます。"), file
        )
    return raw


def _refused(code: str, message: str, file: str, line: int = 0) -> RefusedError:
    return RefusedError([Finding(code=code, message=message, file=file, line=line)])


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an entry stands twice")
    return made


def _refuse_unknown(reader: ComponentReader, raw: dict[str, Any]) -> None:
    if raw.get("schemaVersion") != allowed.SCHEMA_VERSION:
        reader.fault(
            "form_schema_version",
            Sentence(
                "schemaVersion は %(schema_version)s だけを扱えます。",
                schema_version=allowed.SCHEMA_VERSION,
            ),
        )
    for unknown in sorted(set(raw) - allowed.FORM):
        reader.fault(
            "form_unknown_property",
            Sentence("フォームの属性「%(unknown)s」は扱えません。", unknown=unknown),
        )


def _checks(reader: ComponentReader, raw: Any, fields: tuple[Field, ...]) -> list[Check]:
    properties = reader.mapping(raw, "properties")
    for unknown in sorted(set(properties) - allowed.FORM_PROPERTIES):
        reader.fault(
            "form_unknown_property",
            Sentence("フォームの追加属性「%(unknown)s」は扱えません。", unknown=unknown),
        )
    keys = {field.key for top in fields for field in top.walk()}
    made = []
    for entry in reader.entries(properties.get("checks"), "checks"):
        if set(entry) != allowed.CHECK:
            reader.fault(
                "form_check", Sentence("checks の各項目には when, message, field を書きます。")
            )
            continue
        field = reader.name(entry["field"])
        if field not in keys:
            reader.fault(
                "form_check_field",
                Sentence("checks の項目「%(field)s」がフォームにありません。", field=field),
            )
        when = reader.expression(entry["when"], Sentence("checks の when"))
        if when is not None:
            made.append(Check(when=when, message=str(entry["message"]), field=field))
    return made
