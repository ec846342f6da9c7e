"""The parts of a form, as the comparison of versions tells them apart: its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.errors import Finding, RefusedError
from engine.domain.model_change import Part

_NO_MEANING = frozenset({"id", "key", "path", "label", "type", "layout", "components"})


def parts_of(content: bytes, file: str) -> list[Part]:
    """The fields of the form in its order; a field is told by its key, other parts by their id.

    Facts are what the file says, by the place in it: `validate.required`, `values`.

    Raises:
        RefusedError: no JSON of a form.
    """
    try:
        form = json.loads(content)
    except (ValueError, RecursionError) as error:
        finding = Finding(code="not_json", message="JSONとして読めません。", file=file)
        raise RefusedError([finding]) from error
    return list(_of_components(form, "")) if isinstance(form, Mapping) else []


def _of_components(holder: Mapping[str, Any], before: str) -> Iterator[Part]:
    components = holder.get("components")
    for one in components if isinstance(components, list) else ():
        if not isinstance(one, Mapping):
            continue
        key = str(one.get("key") or one.get("path") or "")
        id_ = before + (key or str(one.get("id", "")))
        yield Part(
            id=id_,
            kind=str(one.get("type", "")),
            name=str(one.get("label") or one.get("dateLabel") or key),
            facts=dict(_facts(one, "")),
        )
        yield from _of_components(one, f"{id_}/" if key else before)


def _facts(holder: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in holder.items():
        if not before and name in _NO_MEANING:
            continue
        if isinstance(value, Mapping):
            yield from _facts(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list) and all(
        isinstance(one, Mapping) and "label" in one for one in value
    ):
        return "、".join(str(one["label"]) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
