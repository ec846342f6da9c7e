"""What do texts of models, registers and roles read like in the language of the page?

They stand in Japanese.  Where a file of labels has the very text, pages in that language show its
label; otherwise the text stays as it is, marked as Japanese.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from flask import g, has_request_context

from engine.domain.labels import merged, read_labels, squeezed
from engine.services import labels
from engine.settings import config_dir
from web.context import engine, signed_in


def label_of(text: str, language: str) -> str:
    """The label of the text in that language; empty when there is none."""
    if not has_request_context() or signed_in() is None:
        return ""
    return _all(language).get(squeezed(text), "")


def _all(language: str) -> Mapping[str, str]:
    """All labels, read once for the request."""
    if "labels" not in g:
        g.labels = {}
    if language not in g.labels:
        found = engine().ask(labels.of_office, language)
        g.labels[language] = merged(_configured(language), found)
    return cast(Mapping[str, str], g.labels[language])


@lru_cache
def _configured(language: str) -> Mapping[str, str]:
    """The labels of what is configured."""
    file = config_dir() / f"labels.{language}.json"
    return read_labels(file.read_bytes()) if file.is_file() else {}
