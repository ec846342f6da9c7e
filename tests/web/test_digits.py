"""Whole numbers as a browser sends them."""

from __future__ import annotations

import pytest

from web.digits import number


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, value: int) -> None:
    assert number(text, None) == value


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "１", "²", "9" * 19, "9" * 5000])
def test_anything_else_is_not(text: str) -> None:
    assert number(text, None) is None
    assert number(text, 3) == 3
