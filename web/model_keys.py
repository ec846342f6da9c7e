"""How the keys of models stand in addresses."""

from __future__ import annotations

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
        return value.removeprefix("_") if value.startswith(f"{DECISIONS}/") else value
