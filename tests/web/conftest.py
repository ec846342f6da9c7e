"""One served office for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine import testing
from tests.web.site import Visitor, models
from web.app import create_app


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[testing.TestOffice]:
    with testing.office(tmp_path, sqlite_url) as made:
        made.deploy(models())
        yield made


@pytest.fixture
def app(office: testing.TestOffice) -> Flask:
    return create_app(office.engine)


@pytest.fixture
def visit(app: Flask) -> Callable[[str | None], Visitor]:
    """Somebody's browser: `visit("pjmo1")`, or `visit(None)` for a stranger."""
    return lambda person_id: Visitor(app, person_id)
