"""Which messages does a diagram wait for, and by which messages and signals does it start?"""

from __future__ import annotations

from collections.abc import Mapping

from engine.execution.model import view
from engine.execution.xml import event_definitions, local, read_diagram

CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")


def listened_messages(key: str, files: Mapping[str, bytes]) -> dict[str, bool]:
    """Message name -> whether it starts an instance.  `files`: those of the process folder."""
    file = f"{key}.bpmn"
    diagram = view(read_diagram(files[file], file), file)
    found: dict[str, bool] = {}
    for scope, node in diagram.nodes(*CATCHING):
        references = [node, *event_definitions(node)]
        for reference in references:
            message = diagram.find("message", reference.get("messageRef"))
            if message is None:
                continue
            name = message.get("name", "")
            starts = local(node) == "startEvent" and scope.parent is None
            found[name] = found.get(name, False) or starts
    return found


def start_signals(key: str, files: Mapping[str, bytes]) -> list[str]:
    """Names of the signals that start an instance."""
    file = f"{key}.bpmn"
    diagram = view(read_diagram(files[file], file), file)
    found = [
        diagram.find("signal", definition.get("signalRef"))
        for scope, node in diagram.nodes("startEvent")
        if scope.parent is None
        for definition in event_definitions(node)
    ]
    return sorted({signal.get("name", "") for signal in found if signal is not None})
