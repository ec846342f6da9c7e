"""Files that only an unlucky tool or a hostile hand makes: refused, or read; never an error."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.execution.importing import Around, import_file
from engine.execution.importing_ids import free
from engine.execution.xml import DIAGRAM, MAX_BYTES
from tests.execution.drawing import KNOWN
from tests.importing.damaging import damaged_diagram, take_in
from tests.importing.told import SAMPLES

FOUND = (3141334674, 1787100076)  # what runs of `make fuzz PART=diagrams` have found


@pytest.mark.parametrize("seed", FOUND)
def test_what_random_damage_has_found_is_read_or_refused(seed: int) -> None:
    take_in(damaged_diagram(seed))


@pytest.mark.parametrize("seed", [3141334224, 3141334822])
def test_damage_stays_small_enough_to_be_looked_at(seed: int) -> None:
    assert len(damaged_diagram(seed)) < 10 * MAX_BYTES


class Asked(set[str]):
    """Counts how often somebody looks whether an id is taken."""

    count = 0

    def __contains__(self, id_: object) -> bool:
        self.count += 1
        return super().__contains__(id_)


def test_thousands_of_elements_without_an_id_get_theirs_at_one_look_each() -> None:
    taken, reached = Asked({"task_1", "task_1_3"}), dict[str, int]()

    made = [free("task_1", taken, reached) for _ in range(1_000)]

    assert (made[0], made[1], made[-1]) == ("task_1_2", "task_1_4", "task_1_1002")
    assert taken.count < 3 * len(made)


def test_a_drawing_that_lies_inside_something_goes_from_there() -> None:
    root = etree.fromstring((SAMPLES / "bpmnio_first.bpmn").read_bytes())
    [drawing] = root.findall(f"{{{DIAGRAM}}}BPMNDiagram")
    for _ in range(2):
        etree.SubElement(drawing, f"{{{DIAGRAM}}}BPMNDiagram")

    import_file(etree.tostring(root), "x.bpmn", Around(known=KNOWN))
