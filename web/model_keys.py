"""How the keys of models stand in addresses."""

from __future__ import annotations

from flask import url_for
from werkzeug.routing import BaseConverter

from engine.domain.model_draft import DECISIONS

_SHOWN = "decisions"


class ModelKey(BaseConverter):
    """`rehearsal` of a process; `decisions/d08` of the shared decision `_decisions/d08`."""

    regex = rf"{_SHOWN}/\w+|\w+"
    part_isolating = False

    def to_python(self, value: str) -> str:
        return f"_{value}" if value.startswith(f"{_SHOWN}/") else value

    def to_url(self, value: str) -> str:
        return _shown(value)


def _shown(key: str) -> str:
    return key.removeprefix("_") if key.startswith(f"{DECISIONS}/") else key


def model_address(key: str) -> str:
    """The page of a process, or of a shared decision by itself, in the studio."""
    return f"{url_for('studio.library')}/{_shown(key)}"
