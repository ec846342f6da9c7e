"""A damaged diagram is accepted or refused with a sentence; it never breaks the reader."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import replace

import pytest
from lxml import etree

from engine.domain.errors import Finding, RefusedError
from engine.execution.bundle import DECISIONS, Known, read_bundle
from tests.models.test_shipped import FOLDERS, known, read

ROUNDS = 12


def around() -> Known:
    return replace(known(), processes=frozenset(FOLDERS), decisions=read().decisions)


def damage(content: bytes, chance: random.Random) -> bytes:
    """The diagram after one accident somewhere in its process."""
    root = etree.fromstring(content)
    elements = [e for e in root.iter(etree.Element) if "/BPMN/20100524/DI" not in str(e.tag)][1:]
    victim, other = chance.choice(elements), chance.choice(elements)
    attribute = chance.choice([*victim.attrib, None])
    kind = chance.choice(["remove", "forget", "mix up", "double", "rename", "overwrite"])
    parent = victim.getparent()
    if kind == "remove":
        parent.remove(victim)
    elif kind == "double":
        parent.append(deepcopy(victim))
    elif kind == "rename":
        victim.tag = other.tag
    elif kind == "overwrite":
        victim.text = chance.choice(["", "1 +", "P1D", "「", "x" * 5000])
    elif attribute is not None and kind == "forget":
        del victim.attrib[attribute]
    elif attribute is not None:
        victim.set(attribute, chance.choice([*other.attrib.values(), "", "-1", '"']))
    return etree.tostring(root)


@pytest.mark.parametrize("key", [name for name in FOLDERS if name != DECISIONS])
def test_a_damaged_diagram_is_read_or_refused_and_never_breaks_the_reader(key: str) -> None:
    chance = random.Random(key)
    files, house = read().bundles[key].files, around()
    findings: list[Finding] = []

    for _ in range(ROUNDS):
        spoilt = damage(files[f"{key}.bpmn"], chance)
        try:
            read_bundle(key, {**files, f"{key}.bpmn": spoilt}, house)
        except RefusedError as error:
            findings += error.findings

    assert findings
    assert all(found.message.endswith("。") for found in findings)
    assert "not_runnable" not in {found.code for found in findings}
