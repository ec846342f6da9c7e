"""What do the texts of models read like in another language?

A folder of a process may hold `labels.en.json`: each text of its diagram and its forms as it stands
there (names of elements, labels, help, choices, messages, data items) with its English.  The value
of a choice stays what it is; only what people read changes.  `config/labels.en.json` does the same
for registers, periodic starts and decisions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.domain.errors import Finding, RefusedError

MAX_BYTES = 1_000_000


def read_labels(content: bytes) -> dict[str, str]:
    """Text as it stands in the models -> text in the other language.

    Raises:
        RefusedError: the file is no JSON object of texts.
    """
    try:
        found = json.loads(content) if len(content) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        message = "訳語のファイルは、元の文と訳文の組を並べたJSONのオブジェクトで書きます。"
        raise RefusedError([Finding(code="labels", message=message)])
    return {squeezed(text): label for text, label in found.items() if label.strip()}


def squeezed(text: str) -> str:
    """The text with each stretch of white space made one blank, as pages show it."""
    return " ".join(text.split())


def merged(*tables: Mapping[str, str]) -> dict[str, str]:
    """All labels in one; the later table wins."""
    return {text: label for table in tables for text, label in table.items()}
