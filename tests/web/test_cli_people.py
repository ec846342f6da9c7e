"""The first administrator of a new office, from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.bootstrap import build
from engine.services import people
from engine.settings import read_settings
from web.cli import main


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own, with tables and nobody in it."""
    monkeypatch.setenv("UNEI_DATA_DIR", str(tmp_path / "data"))
    run("migrate")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, terminal_width=200, env={"COLUMNS": "200"})


def test_an_administrator_is_added_who_signs_in_with_the_password_shown() -> None:
    done = run("admin", "goto", "後藤 学")

    password = re.search(r"パスワード：(\S+)", done.output)
    assert done.exit_code == 0
    assert password is not None
    with build(read_settings()) as engine:
        found = engine.run(people.sign_in, "goto", password[1], "10.0.0.1").person
    assert found is not None
    assert (found.name, found.must_change_password) == ("後藤 学", True)
    assert [(one.role, one.project_id) for one in found.memberships] == [("ADMIN", None)]


def test_a_login_name_that_is_taken_is_refused_and_nobody_is_added() -> None:
    run("admin", "goto", "後藤 学")

    again = run("admin", "goto", "別人")

    assert again.exit_code == 1
    assert "この利用者IDはほかの人が使っています" in again.output
    with build(read_settings()) as engine:
        assert len(engine.ask(people.listing)) == 1
