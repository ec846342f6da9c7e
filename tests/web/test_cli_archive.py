from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import main


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with nothing in it yet."""
    monkeypatch.setenv("UNEI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, terminal_width=200, env={"COLUMNS": "200"})


def test_a_backup_is_restored_into_a_new_folder_with_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("migrate")
    run("deploy")
    made = run("backup", str(tmp_path / "a.zip"))
    monkeypatch.setenv("UNEI_DATA_DIR", str(tmp_path / "new"))

    done = run("restore", str(tmp_path / "a.zip"))

    assert (made.exit_code, done.exit_code) == (0, 0)
    counts = [line for line in made.output.splitlines() if line.startswith("  ")]
    assert any(line.startswith("  process_definition ") for line in counts)
    assert [line for line in done.output.splitlines() if line.startswith("  ")] == counts
    assert "Traceback" not in made.output + done.output


def test_a_backup_before_migrate_says_what_comes_first(tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "a.zip"))

    assert result.exit_code == 1
    assert "unei migrate" in result.output
    assert list(tmp_path.glob("*.zip")) == []


def test_a_damaged_archive_is_named_with_what_to_do(installation: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")

    result = run("restore", str(tmp_path / "a.zip"))

    assert result.exit_code == 1
    assert "a.zip：ZIPとして読めません" in result.stderr
    assert not installation.exists()
