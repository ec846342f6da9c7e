"""Damaged decision files: whatever is missing, reading and asking end with errors of our own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from engine.dmn.check import check
from engine.dmn.evaluate import attempt, invoke
from engine.dmn.model import draft
from engine.domain.errors import EngineError
from tests.dmn.drawing import evaluation

_MODEL = Path(__file__).parent / "everything.dmn"
_ROUNDS = 10


def damaged(seed: int) -> bytes:
    """The model with up to five elements, attributes or texts taken away or moved."""
    chance = random.Random(seed)
    root = etree.fromstring(_MODEL.read_bytes())
    for _ in range(chance.randint(1, 5)):
        elements = list(root.iter(etree.Element))[1:]
        element = chance.choice(elements)
        harm = chance.randrange(4)
        if harm == 0:
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
        elif harm == 1 and element.attrib:
            del element.attrib[chance.choice(list(element.attrib))]
        elif harm == 2:
            element.text = chance.choice(["", "]", "- ", "null", "?.x"])
        else:
            chance.choice(elements).append(etree.fromstring(etree.tostring(element)))
    return etree.tostring(root)


def ask_everything(content: bytes) -> int:
    """How many answers the model gave; errors of our own are no answers."""
    try:
        model = draft(content, "damaged.dmn")
        check(model)
    except EngineError:
        return 0
    answers = 0
    for key in model.elements:
        for ask in (attempt, invoke):
            try:
                ask(model, key[1], {}, evaluation())
                answers += 1
            except EngineError:
                continue
    return answers


def test_the_whole_model_is_without_fault() -> None:
    model = draft(_MODEL.read_bytes(), "everything.dmn")

    assert model.findings == ()
    assert ask_everything(_MODEL.read_bytes()) == 2 * len(model.elements)


@pytest.mark.parametrize("block", range(10))
def test_damaged_models_end_with_errors_of_our_own(block: int) -> None:
    seeds = range(block * _ROUNDS, (block + 1) * _ROUNDS)

    answers = [ask_everything(damaged(seed)) for seed in seeds]

    assert sum(answers) > _ROUNDS  # the damage is small enough that much can still be asked


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(2425150519, id="a text with a minus sign in a cell"),
        pytest.param(2425187101, id="null with a minus sign in a cell"),
        pytest.param(2425155178, id="a service whose decision requires itself"),
    ],
)
def test_damages_that_once_came_through(seed: int) -> None:
    assert ask_everything(damaged(seed)) > 0
