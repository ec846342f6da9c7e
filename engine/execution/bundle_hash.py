"""When are two folders of files the same model?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from engine.domain.errors import Finding, RefusedError
from engine.execution.xml import canonical


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted names and the contents in canonical form, as hexadecimal text.

    Spaces, the order of attributes and of JSON entries, and comments do not count.

    Raises:
        RefusedError: an XML or JSON file cannot be read.
    """
    total = hashlib.sha256()
    for name in sorted(files):
        content = _canonical(name, files[name])
        for part in (name.encode(), content):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def _canonical(name: str, content: bytes) -> bytes:
    if name.endswith((".bpmn", ".dmn")):
        return canonical(content, name)
    if not name.endswith(".json"):
        return content
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = "JSONとして読めません。"
        raise RefusedError([Finding(code="not_json", message=message, file=name)]) from error
    return json.dumps(entries, sort_keys=True, ensure_ascii=False).encode()
