"""One office for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import testing


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[testing.TestOffice]:
    with testing.office(tmp_path, database_url) as made:
        yield made
