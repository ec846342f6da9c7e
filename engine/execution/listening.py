"""Which messages does a diagram wait for, and by which messages and signals does it start?"""

from __future__ import annotations

from collections.abc import Mapping

from engine.execution.entries import event_entries
from engine.execution.model import view
from engine.execution.resolving import resolved
from engine.execution.xml import event_definitions, read_diagram

CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")


def listened_messages(key: str, files: Mapping[str, bytes]) -> dict[str, bool]:
    """Message name -> whether it starts an instance.  `files`: those of the process folder."""
    file = f"{key}.bpmn"
    diagram = view(resolved(read_diagram(files[file], file)), file)
    entries = set(event_entries(diagram))
    found: dict[str, bool] = {}
    for _, node in diagram.nodes(*CATCHING):
        references = [node, *event_definitions(node)]
        for reference in references:
            message = diagram.find("message", reference.get("messageRef"))
            if message is None:
                continue
            name = message.get("name", "")
            starts = node in entries
            found[name] = found.get(name, False) or starts
    return found


def start_signals(key: str, files: Mapping[str, bytes]) -> list[str]:
    """Names of the signals that start an instance."""
    file = f"{key}.bpmn"
    diagram = view(resolved(read_diagram(files[file], file)), file)
    found = [
        diagram.find("signal", definition.get("signalRef"))
        for node in event_entries(diagram)
        for definition in event_definitions(node)
    ]
    return sorted({signal.get("name", "") for signal in found if signal is not None})
