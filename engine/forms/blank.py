"""A new input form, to begin with."""

from __future__ import annotations

import json

from engine.forms.allowed import SCHEMA_VERSION


def blank_form(form_id: str, field: str) -> bytes:
    """The file of a form with one field, whose label and key are `field`."""
    component = {
        "id": f"{form_id}_1",
        "type": "textarea",
        "label": field,
        "key": field,
        "properties": {"fieldType": "area"},
    }
    form = {
        "type": "default",
        "id": form_id,
        "schemaVersion": SCHEMA_VERSION,
        "components": [component],
    }
    return f"{json.dumps(form, ensure_ascii=False, indent=2)}\n".encode()
