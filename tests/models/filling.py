"""Filling in the forms of shipped processes, and starting those that are only called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engine import testing
from engine.forms.schema import read_form
from engine.services.tasks import Completed
from engine.settings import models_dir
from engine.testing import TestOffice


def startable(*keys: str) -> dict[str, dict[str, bytes]]:
    """The shipped processes and what they call; those only called may be started by PJMO."""
    folders = testing.shipped(*keys)
    for key in keys:
        name = f"{key}.bpmn"
        folders[key][name] = folders[key][name].replace(
            b'name="starters" value="none"', b'name="starters" value="PJMO"'
        )
    return folders


@cache
def _fields(element_id: str) -> tuple[str, ...]:
    """The keys of the form of that name, wherever it lies."""
    file = next(models_dir().glob(f"*/{element_id}.form.json"))
    form = read_form(file.read_bytes(), file.name)
    return tuple(field.key for field in form.fields if field.key)


def fill(
    office: TestOffice, element_id: str, values: Mapping[str, Any], by: str = "pjmo1"
) -> Completed:
    """Complete the task with these values and nothing in the other fields, as its page would."""
    return office.complete(element_id, {**dict.fromkeys(_fields(element_id)), **values}, by=by)
