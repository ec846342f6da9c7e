"""What do the translators of one process share?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.execution.importing_expressions import Language
from engine.execution.importing_foreign import Foreign
from engine.execution.importing_notes import Notes
from engine.execution.importing_reading import EXECUTED
from engine.execution.model import FLOW_NODES, SCOPES, Known
from engine.execution.xml import BPMN, local


@dataclass(kw_only=True)
class Work:
    """One process of a file while it becomes a draft.

    `was_executable`: the file itself said that an engine may run it.  `given`: files that came
    along, by name.  `files`: those made besides the diagram.
    """

    root: etree._Element
    process: etree._Element
    tool: str
    known: Known
    was_executable: bool
    language: Language
    notes: Notes
    given: Mapping[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    foreign: dict[etree._Element, Foreign] = field(default_factory=dict)

    @property
    def is_run(self) -> bool:
        """Whether an engine ran the file as it is."""
        return self.was_executable and self.tool in EXECUTED

    def at(self, element: etree._Element) -> Foreign:
        """What other tools said at that element."""
        if element not in self.foreign:
            self.foreign[element] = Foreign(element)
        return self.foreign[element]

    def nodes(self, *kinds: str) -> Iterator[etree._Element]:
        """The flow nodes of the process (of these kinds), also those in sub-processes."""
        for element in list(self.process.iter(f"{{{BPMN}}}*")):
            if local(element) in (kinds or FLOW_NODES) and element is not self.process:
                parent = element.getparent()
                if parent is not None and local(parent) in SCOPES | {"adHocSubProcess"}:
                    yield element

    def shared(self, kind: str, id_: str | None) -> etree._Element | None:
        """The message, signal, error ... of that id."""
        for element in self.root.iterchildren(f"{{{BPMN}}}{kind}"):
            if element.get("id") == id_:
                return element
        return None
