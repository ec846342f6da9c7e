from __future__ import annotations

import tomllib
from pathlib import Path

from web.release import VERSION


def test_the_pages_name_the_release_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION
