"""What a test file of the kit says: which model, which inputs, which results are expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.tck.values import read_value

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One result: the decision's name and its value (null also stands for an expected error)."""

    name: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test case.  `invocable`: the service or function to call; empty: evaluate decisions.

    Keys of `inputs` are names, or `namespace#name` for the input of an imported model.
    """

    file: Path
    model: Path
    id: str
    invocable: str
    inputs: dict[str, Any]
    results: tuple[Expected, ...]


def list_levels(folder: Path) -> dict[int, list[Case]]:
    """Every case below `folder`/compliance-level-N, by level."""
    return {
        int(level.name.rpartition("-")[2]): [
            case for file in sorted(level.glob("*/*.xml")) for case in _cases(file)
        ]
        for level in sorted(folder.glob("compliance-level-*"))
    }


def _cases(file: Path) -> Iterator[Case]:
    root = etree.parse(file, _PARSER).getroot()
    if etree.QName(root).localname != "testCases":
        return
    model = file.parent / (root.findtext("{*}modelName") or "").strip()
    for number, element in enumerate(root.iterfind("{*}testCase"), 1):
        yield Case(
            file=file,
            model=model,
            id=element.get("id") or str(number),
            invocable="" if element.get("type", "decision") == "decision" else _called(element),
            inputs={_key(one): read_value(one) for one in element.iterfind("{*}inputNode")},
            results=tuple(_expected(one) for one in element.iterfind("{*}resultNode")),
        )


def _called(element: etree._Element) -> str:
    return element.get("invocableName", "")


def _key(element: etree._Element) -> str:
    name, namespace = element.get("name", ""), element.get("namespace")
    return f"{namespace}#{name}" if namespace else name


def _expected(element: etree._Element) -> Expected:
    expected = element.find("{*}expected")
    value = None if expected is None else read_value(expected)
    return Expected(name=element.get("name", ""), value=value)
