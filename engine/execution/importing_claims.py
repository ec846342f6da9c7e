"""Which claims of a foreign file go because the drawing says it, or because ours is fixed?"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.execution.importing_foreign import taken
from engine.execution.importing_work import Work
from engine.execution.model import GATEWAYS
from engine.execution.xml import children

_UNSAID: Final = ("", "http://www.w3.org/1999/XPath")  # what tools write without meaning it
_ENDS: Final = {"Diverging": "targetRef", "Converging": "sourceRef"}


def drop_claims(work: Work) -> None:
    """The language of all expressions (FEEL here), the publicity of a process, lost directions."""
    language = work.root.get("expressionLanguage", "")
    if language not in _UNSAID and "FEEL" not in language.upper():
        del work.root.attrib["expressionLanguage"]
        work.notes.repair(None, "language", f"expressionLanguage = {language}")
    type_ = work.process.get("processType", "")
    if type_ == "Public":  # what runs is never only a view for others, whatever a tool writes
        taken(work.process, "processType")
        work.notes.repair(work.process, "removed", f"processType = {type_}")
    for gateway in work.nodes(*GATEWAYS):
        _direction(work, gateway)


def _direction(work: Work, gateway: etree._Element) -> None:
    """A direction that the flows do not bear out."""
    told = gateway.get("gatewayDirection", "")
    scope = gateway.getparent()
    if told not in _ENDS or scope is None:
        return
    flows = children(scope, "sequenceFlow")
    if sum(flow.get(_ENDS[told]) == gateway.get("id") for flow in flows) > 1:
        taken(gateway, "gatewayDirection")
        work.notes.repair(gateway, "removed", f"gatewayDirection = {told}")
