"""How does a form drawn in the editor of another engine become one of ours?

Both are written by the same editor; ours takes fewer kinds of parts and no scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from engine.forms import allowed

MAX_PARTS: Final = 500
_SHOWN: Final = frozenset({"image", "button", "html", "iframe", "documentPreview"})


def own_form(content: bytes, key: str) -> tuple[bytes | None, list[str]]:
    """The form as a file of ours, and what had to be left out; None if it is no form at all."""
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError):
        return None, []
    if not isinstance(raw, dict) or not isinstance(raw.get("components"), list):
        return None, []
    maker = _Maker(key)
    form = {
        "type": "default",
        "id": key,
        "schemaVersion": allowed.SCHEMA_VERSION,
        "components": maker.components(raw["components"], 0),
    }
    return f"{json.dumps(form, ensure_ascii=False, indent=2)}\n".encode(), maker.left_out


class _Maker:
    def __init__(self, key: str) -> None:
        self.key = key
        self.count = 0
        self.left_out: list[str] = []

    def components(self, raw: list[Any], depth: int) -> list[dict[str, Any]]:
        return list(self._each(raw, depth))

    def _each(self, raw: list[Any], depth: int) -> Iterator[dict[str, Any]]:
        for one in raw:
            if not isinstance(one, dict) or self.count >= MAX_PARTS or depth > 5:  # noqa: PLR2004
                self.left_out.append("…")
                continue
            type_ = str(one.get("type", ""))
            if type_ == "button":
                continue  # the page has buttons of its own
            if type_ not in allowed.COMPONENTS:
                self.left_out.append(f"{one.get('label') or one.get('key') or ''} ({type_})")
                continue
            yield self._component(one, type_, depth)

    def _component(self, one: dict[str, Any], type_: str, depth: int) -> dict[str, Any]:
        self.count += 1
        made = {name: value for name, value in one.items() if name in allowed.COMPONENTS[type_]}
        made["id"] = f"{self.key}_{self.count}"
        for name in sorted(set(one) - allowed.COMPONENTS[type_] - {"id", "versionTag"}):
            self.left_out.append(f"{one.get('key') or one.get('label') or type_}: {name}")
        places = {
            "validate": allowed.VALIDATE.get(type_, allowed.VALIDATE_OTHERS),
            "properties": allowed.PROPERTIES,
            "appearance": allowed.APPEARANCE,
            "conditional": frozenset({"hide"}),
        }
        for name, known in places.items():
            self._part(made, name, known)
        made.pop("layout", None)
        if isinstance(made.get("components"), list):
            made["components"] = self.components(made["components"], depth + 1)
        return made

    def _part(self, made: dict[str, Any], name: str, known: frozenset[str]) -> None:
        inner = made.get(name)
        if not isinstance(inner, dict):
            made.pop(name, None)
            return
        for other in sorted(set(inner) - known):
            self.left_out.append(f"{made.get('key', '')}: {name}.{other}")
        made[name] = {one: value for one, value in inner.items() if one in known}
