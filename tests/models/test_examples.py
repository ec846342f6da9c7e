"""Every example beside a shipped diagram comes out as it says."""

from __future__ import annotations

import pytest

from engine.example_files import examples_of, read_example
from engine.examples import Played, play
from engine.model_folders import read_folders
from engine.settings import models_dir
from web.model_coverage import of_flows

FOLDERS = read_folders(models_dir())
EXAMPLES = [(key, name) for key, files in FOLDERS.items() for name in examples_of(files)]
WITH_EXAMPLES = sorted({key for key, _ in EXAMPLES})
DONE: dict[tuple[str, str], Played] = {}


def played(key: str, name: str) -> Played:
    if (key, name) not in DONE:
        example = read_example(FOLDERS[key][name], f"{key}/{name}")
        DONE[key, name] = play(key, example, FOLDERS)
    return DONE[key, name]


@pytest.mark.parametrize(("key", "name"), EXAMPLES)
def test_an_example_comes_out_as_it_says(key: str, name: str) -> None:
    assert played(key, name).faults == ()


@pytest.mark.parametrize("key", WITH_EXAMPLES)
def test_the_examples_of_a_process_take_every_flow(key: str) -> None:
    pages = [page for of, name in EXAMPLES if of == key for page in played(of, name).pages]

    assert of_flows(key, FOLDERS[key][f"{key}.bpmn"], pages).missing == ()
