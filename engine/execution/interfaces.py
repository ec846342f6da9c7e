"""What does a process reach for, and what does it hand back?  Told without reading it wholly."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.domain.errors import RefusedError
from engine.execution import lint_names
from engine.execution.model import view
from engine.execution.resolving import resolved
from engine.execution.xml import BPMN, child, children, extension, read_diagram, text


def called_by(key: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """The process keys that a folder's diagram calls; nothing when it cannot be read."""
    root = _root(key, files)
    calls = () if root is None else resolved(root).iter(f"{{{BPMN}}}callActivity")
    return frozenset(call.get("calledElement", "") for call in calls) - {""}


def asked_by(key: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """The decisions that a folder's diagram asks; nothing when it cannot be read."""
    root = _root(key, files)
    tasks = () if root is None else resolved(root).iter(f"{{{BPMN}}}businessRuleTask")
    return frozenset(text(extension(task, "calledDecisionId")) for task in tasks) - {""}


def handed_back(key: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names a folder's process hands back to its caller; nothing when it cannot be read."""
    root = _root(key, files)
    process = None if root is None else view(root, key).process
    if process is None:
        return ()
    interface = child(process, "ioSpecification")
    if interface is None:
        return (lint_names.RESULT,)
    return tuple(e.get("name", "") for e in children(interface, "dataOutput"))


def _root(key: str, files: Mapping[str, bytes]) -> etree._Element | None:
    try:
        return read_diagram(files.get(f"{key}.bpmn", b""), f"{key}.bpmn")
    except RefusedError:
        return None
