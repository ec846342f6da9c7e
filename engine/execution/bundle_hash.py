"""When are two folders of files the same model?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from engine.execution.canonical import canonical_json, canonical_xml


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted names and the contents in canonical form, as hexadecimal text.

    What has no meaning does not count: see `canonical`.

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
        return canonical_xml(content, name)
    return canonical_json(content, name) if name.endswith(".json") else content
