"""From the meaning of a BPMN file to its picture."""

from __future__ import annotations

from engine.layout.geometry import draw
from engine.layout.interchange import with_diagrams
from engine.layout.model import read
from engine.layout.placement import place
from engine.layout.routing import route


def laid_out(text: str) -> str:
    """The file with its diagram renewed; all bytes outside of it stay as they are."""
    diagrams = read(text)
    drawn = [(d, draw(d, route(d, place(d)))) for d in diagrams]
    return with_diagrams(text, drawn)
