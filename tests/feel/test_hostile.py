"""What wants too much ends soon, small, and with a sentence that says so."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.feel.hostile import ERROR, NULL, VALUE, Ending, expressions

SECONDS, MEGABYTES = 0.5, 64


@pytest.fixture(scope="module")
def endings() -> list[Ending]:
    child = subprocess.run(
        [sys.executable, "-m", "tests.feel.hostile"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return [Ending(**json.loads(line)) for line in child.stdout.splitlines()]


def test_there_are_two_hundred_of_them(endings: list[Ending]) -> None:
    assert len(endings) == len(expressions()) >= 200


def test_each_ends_in_a_way_of_the_language(endings: list[Ending]) -> None:
    assert [one for one in endings if one.how not in (ERROR, NULL, VALUE)] == []


def test_none_takes_half_a_second(endings: list[Ending]) -> None:
    assert [one for one in endings if one.seconds > SECONDS] == []


def test_none_needs_much_memory(endings: list[Ending]) -> None:
    assert [one for one in endings if one.megabytes > MEGABYTES] == []


def test_each_without_a_value_says_why(endings: list[Ending]) -> None:
    assert [one for one in endings if one.how != VALUE and not one.said] == []


def test_most_of_them_are_really_refused(endings: list[Ending]) -> None:
    assert sum(one.how == ERROR for one in endings) >= 120
