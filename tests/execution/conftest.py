"""Every running test twice: with the instance kept in memory, and reloaded after every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.execution.running import Case, House, draw

Begin = Callable[..., Case]


@pytest.fixture(params=["cached", "reloaded"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """Start an instance of a diagram: `begin(content, {"名前": 1}, message=..., house=...)`."""

    def started(
        content: bytes,
        variables: Mapping[str, Any] | None = None,
        message: str | None = None,
        house: House | None = None,
    ) -> Case:
        case = Case(draw(content), house or House(), reloads=request.param == "reloaded")
        return case.begin(variables, message)

    return started
