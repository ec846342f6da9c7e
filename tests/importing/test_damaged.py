"""Files that only an unlucky tool or a hostile hand makes: refused, or read; never an error."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.execution.importing import Around, import_file
from engine.execution.xml import DIAGRAM, MAX_BYTES
from tests.execution.drawing import KNOWN
from tests.importing.damaging import damaged_diagram, take_in
from tests.importing.told import SAMPLES

FOUND = (3141334674,)  # what runs of `make fuzz PART=diagrams` have found


@pytest.mark.parametrize("seed", FOUND)
def test_what_random_damage_has_found_is_read_or_refused(seed: int) -> None:
    take_in(damaged_diagram(seed))


@pytest.mark.parametrize("seed", [3141334224, 3141334822])
def test_damage_stays_small_enough_to_be_looked_at(seed: int) -> None:
    assert len(damaged_diagram(seed)) < 10 * MAX_BYTES


def test_a_drawing_that_lies_inside_something_goes_from_there() -> None:
    root = etree.fromstring((SAMPLES / "bpmnio_first.bpmn").read_bytes())
    [drawing] = root.findall(f"{{{DIAGRAM}}}BPMNDiagram")
    for _ in range(2):
        etree.SubElement(drawing, f"{{{DIAGRAM}}}BPMNDiagram")

    import_file(etree.tostring(root), "x.bpmn", Around(known=KNOWN))
