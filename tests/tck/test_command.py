"""The command that runs the kit: what counts as passed, what it prints, when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.dmn.drawing import decision, definitions, literal
from tests.tck.__main__ import main
from tests.tck.values import read_value, same

_SPACES = (
    'xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def write_kit(folder: Path, expected: str) -> None:
    """A kit of one case with two results: `good` is 2, `other` should be `expected` and is 3."""
    place = folder / "compliance-level-2" / "0001-own"
    place.mkdir(parents=True)
    model = definitions(decision("good", literal("1 + 1")), decision("other", literal("3")))
    (place / "own.dmn").write_bytes(model)
    results = "".join(
        f'<resultNode name="{name}"><expected><value xsi:type="decimal">{value}</value></expected>'
        "</resultNode>"
        for name, value in (("good", "2"), ("other", expected))
    )
    case = f'<testCase id="one">{results}</testCase>'
    (place / "own-test.xml").write_text(
        f"<testCases {_SPACES}><modelName>own.dmn</modelName>{case}</testCases>"
    )


def test_a_kit_that_passes_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_kit(tmp_path, "3")

    status = main(tmp_path)

    assert status == 0
    assert capsys.readouterr().out == "level 2: 2/2 (1 cases)\n"


def test_failures_are_listed_and_end_badly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_kit(tmp_path, "4")

    status = main(tmp_path)

    printed = capsys.readouterr().out.splitlines()
    assert status == 1
    assert printed[0].startswith(
        "level 2 0001-own one other: expected Decimal('4'), got Decimal('3')"
    )
    assert printed[1] == "level 2: 1/2 (1 cases)"


def test_a_folder_without_kit_ends_badly(tmp_path: Path) -> None:
    assert main(tmp_path) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<value xsi:nil="true"/>', None),
        ('<value xsi:type="xsd:boolean">true</value>', True),
        ('<value xsi:type="xsd:decimal">1.50</value>', Decimal("1.5")),
        ('<value xsi:type="xsd:string"> a </value>', " a "),
        ('<value xsi:type="xsd:duration">P1DT2H</value>', timedelta(days=1, hours=2)),
        (
            '<value xsi:type="xsd:dateTime">2026-04-01T00:00:00Z</value>',
            datetime(2026, 4, 1, tzinfo=UTC),
        ),
        ("<list><item><value>a</value></item></list>", ["a"]),
        ("<list/>", []),
        ('<component name="k"><value>a</value></component>', {"k": "a"}),
    ],
)
def test_every_kind_of_value_is_read(text: str, expected: Any) -> None:
    element = etree.fromstring(f"<expected {_SPACES}>{text}</expected>")

    assert read_value(element) == expected


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (Decimal("0.33333333"), Decimal(1) / Decimal(3)),
        ([{"a": Decimal(1)}], [{"a": Decimal("1.0")}]),
        (None, None),
    ],
)
def test_results_that_count_as_expected(expected: Any, actual: Any) -> None:
    assert same(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (Decimal(1), True),
        (Decimal(1), Decimal("1.001")),
        (None, Decimal(0)),
        ("a", None),
        ([Decimal(1)], [Decimal(1), Decimal(1)]),
        ({"a": Decimal(1)}, {"a": Decimal(1), "b": None}),
    ],
)
def test_results_that_do_not(expected: Any, actual: Any) -> None:
    assert not same(expected, actual)
